"""A Hive metastore whose tables are those of the Data Catalog: what `--enable-glue-datacatalog` gives Spark.

On AWS, Glue's own Java client takes the metastore's place. Its jar is in Glue's images only; Spark's plain
Hive client asks for the same things over Thrift, and is answered here, by calls to the Glue API.
"""
