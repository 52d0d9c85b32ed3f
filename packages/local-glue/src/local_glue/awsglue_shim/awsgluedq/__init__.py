"""`awsgluedq`, which AWS publishes nowhere: data quality in jobs, answered by `local_glue.dynamicframe`."""
