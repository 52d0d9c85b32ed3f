"""One operation of the Glue API, one file: the listing of this folder is the coverage list."""
