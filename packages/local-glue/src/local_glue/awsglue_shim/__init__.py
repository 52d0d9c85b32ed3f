"""On the path of Spark jobs where Glue's own jars are absent: see the package `awsglue` in this folder."""
