"""What a promotion does to Airflow: the files that it reads, and whether it runs what the release has."""
