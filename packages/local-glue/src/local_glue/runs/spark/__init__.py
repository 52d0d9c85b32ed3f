"""Spark runs: spark-submit or a driver JVM that waits, with the settings Glue's own driver has."""
