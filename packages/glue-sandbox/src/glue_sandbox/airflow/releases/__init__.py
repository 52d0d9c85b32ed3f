"""What differs between releases of Airflow: how it starts, its REST API, its variables, its DAGs."""
