"""Airflow shows how long a task really took, also on SQLite.

Airflow 3.2 adds the difference of whole seconds (`%s`) and that of `%f`. But `%f` has the seconds of the
minute, too, not their fraction alone: a task of 26 s is shown with 52 s, and one that goes over the end of a
minute with a negative time.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

from typing import Any

SECONDS_OF_A_DAY = 86_400


def correct_durations() -> None:
    """Replace Airflow's expression for SQLite; those of other databases stay."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import func

    original = TaskInstance.duration_expression_update

    def duration_expression_update(cls: Any, end_date: Any, query: Any, bind: Any) -> Any:
        if bind.dialect.name != "sqlite":
            return original(end_date, query, bind)
        days = func.julianday(end_date) - func.julianday(cls.start_date)
        return query.values({"end_date": end_date, "duration": func.round(days * SECONDS_OF_A_DAY, 3)})

    TaskInstance.duration_expression_update = classmethod(duration_expression_update)
