"""The Data Catalog: databases, tables, partitions and what belongs to them."""
