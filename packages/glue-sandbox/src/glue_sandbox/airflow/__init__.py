"""Airflow: its environment, its launcher, its API."""
