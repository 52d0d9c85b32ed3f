"""The project's notebooks, on the Spark that runs the jobs."""
