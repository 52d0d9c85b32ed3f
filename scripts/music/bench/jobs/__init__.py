"""What jobs cost: their start, with history, rows, files and cores, and beside DuckDB and plain writes."""
