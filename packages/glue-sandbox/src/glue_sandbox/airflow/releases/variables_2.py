"""What Airflow 2 is told beside what both releases are: options that Airflow 3 has elsewhere, or no more."""

from __future__ import annotations

_BASIC = "airflow.providers.fab.auth_manager.api.auth.backend.basic_auth"
_SESSION = "airflow.api.auth.backend.session"


def variables_of_airflow_2(session_key: str, host: str, port: int, url: str) -> dict[str, str]:
    """Return the variables; `url` is what the web interface is called by."""
    airflow = {
        "WEBSERVER__SECRET_KEY": session_key,
        "WEBSERVER__WEB_SERVER_HOST": host,
        "WEBSERVER__WEB_SERVER_PORT": port,
        "WEBSERVER__BASE_URL": url,
        "WEBSERVER__WARN_DEPLOYMENT_EXPOSURE": False,
        "API__AUTH_BACKENDS": f"{_BASIC},{_SESSION}",
        "API__HOST": host,  # for the launcher, as with Airflow 3
        "API__PORT": port,
        "SCHEDULER__DAG_DIR_LIST_INTERVAL": 1,  # an edited or new DAG shows in seconds
        "SCHEDULER__MIN_FILE_PROCESS_INTERVAL": 30,
        "SCHEDULER__PARSING_PROCESSES": 1,
        "SCHEDULER__JOB_HEARTBEAT_SEC": 1,  # a task that is to stop, or has ended, does so soon
        # As Airflow 3's heartbeat timeout. It is also how long a task may be without a heartbeat before it
        # ends itself, unless local_task_job_heartbeat_sec says less: a busy machine needs this patience.
        "SCHEDULER__SCHEDULER_ZOMBIE_TASK_THRESHOLD": 120,
        "SCHEDULER__ENABLE_HEALTH_CHECK": False,
        # Only the scheduler schedules. On SQLite nothing keeps a task that has ended from doing it as well,
        # and each of them counts a try of the task that is next.
        "SCHEDULER__SCHEDULE_AFTER_TASK_EXECUTION": False,
    }
    return {
        **{f"AIRFLOW__{name}": str(value) for name, value in airflow.items()},
        # Airflow 2 refuses to run several tasks at once on SQLite; with a write-ahead log that works.
        "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1",
    }
