"""Amazon MWAA's API and the pages of its web server, answered by the sandbox's own Airflow."""
