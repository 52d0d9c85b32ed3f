"""For test_durations.py, in Airflow's environment: start and seconds of tasks → durations it writes."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from airflow.models.taskinstance import TaskInstance
from sqlalchemy import create_engine, text, update

from glue_sandbox.airflow.durations import correct_durations


def main() -> None:
    """Print JSON: a list of durations in seconds."""
    if sys.argv[1] == "corrected":
        correct_durations()
    engine = create_engine("sqlite://")
    durations = []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE task_instance (start_date, end_date, duration, updated_at)"))
        for start_text, seconds in json.loads(sys.argv[2]):
            start = datetime.fromisoformat(start_text)
            connection.execute(text("DELETE FROM task_instance"))
            connection.execute(
                text("INSERT INTO task_instance (start_date) VALUES (:start)"),
                {"start": start.strftime("%Y-%m-%d %H:%M:%S.%f")},
            )
            end = start + timedelta(seconds=seconds)
            connection.execute(TaskInstance.duration_expression_update(end, update(TaskInstance), engine))
            durations.append(connection.execute(text("SELECT duration FROM task_instance")).scalar())
    print(json.dumps(durations))


main()
