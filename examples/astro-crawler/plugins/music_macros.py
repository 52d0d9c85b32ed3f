"""What templates of DAGs may call as `macros.music`."""

import re

from airflow.plugins_manager import AirflowPlugin


def archive_folder(run_id):
    """Return where a run's files go: its id, without what a key had better not have."""
    return re.sub(r"[^\w-]+", "-", run_id) + "/"


class MusicMacros(AirflowPlugin):
    name = "music"
    macros = [archive_folder]  # noqa: RUF012
