"""check_files: freeze the list of what a run works on, and decide whether there is anything to do.

`music_streams` is the package the Glue jobs share. The import below is the same everywhere because the
package is always beside something on Airflow's path: on this machine PYTHONPATH holds the project's
`glue/` folder; on MWAA the promotion copies `glue/music_streams/` into the DAG folder of the bucket
(Airflow puts that folder on the path, and a new version needs no update of the environment, which a
plugins.zip would). `.airflowignore` keeps Airflow from looking for DAGs in it.
"""

from __future__ import annotations

from airflow.providers.amazon.aws.hooks.s3 import S3Hook

from music_streams import layout
from music_streams.deliveries import manifest

WORK_TO_DO = "validate_input_files"
NOTHING_TO_DO = "skip_execution"


def check_files(bucket: str, batch_id: str) -> str:
    """Landing and `pending/` → `manifests/<batch_id>.json`; returns the id of the task to go on with.

    A file that lands after this moment is not in the manifest and waits for the next run.
    """
    frozen = manifest.freeze(S3Hook().get_conn(), bucket, layout.LANDING_PREFIX, batch_id)
    return WORK_TO_DO if frozen.is_work else NOTHING_TO_DO
