"""What Airflow does differently on this machine, by its own means: it looks for this module on its path.

Never deployed: DAG files stay the same everywhere.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk.bases.operator import BaseOperator

HERE = "make logs (job {job_name}, run {job_run_id}), of a Spark job also make history"
"""Where a run is seen; what the log would name is a page of AWS's console, where it is not."""

POLL_SECONDS = 1
"""Nothing is far away: what Airflow asks AWS for every five or six seconds is asked for sooner."""


CHATTY = ("botocore.credentials", "botocore.configprovider")
"""They say in each task's log where a client has its keys and its address from: always from this sandbox."""

OF_PROVIDER = "ProvidersManager.hooks is deprecated"
"""How a warning begins that the Amazon provider causes itself, in each task that asks AWS."""

for logger in CHATTY:
    logging.getLogger(logger).setLevel(logging.WARNING)
warnings.filterwarnings("ignore", OF_PROVIDER)


def task_policy(task: BaseOperator) -> None:
    """Let Glue steps read a job's log with a hook that suits this place, and point to nothing on AWS."""
    ask_soon(task)
    from airflow.providers.amazon.aws.links.glue import GlueJobRunDetailsLink
    from airflow.providers.amazon.aws.operators.glue import GlueJobOperator

    if isinstance(task, GlueJobOperator):
        from glue_log_hook import GlueLogHook  # type: ignore[import-not-found]  # beside this file

        operator: Any = task
        operator.aws_hook_class = GlueLogHook
        GlueJobOperator.operator_extra_links = ()
        GlueJobRunDetailsLink.format_str = HERE


def ask_soon(task: Any) -> None:
    """Shorten the waits of steps and sensors of AWS that end by time; others count how often they asked."""
    if not type(task).__module__.startswith("airflow.providers.amazon."):
        return
    for name in ("job_poll_interval", "poke_interval"):
        if getattr(task, name, 0) > POLL_SECONDS and getattr(task, "mode", "poke") == "poke":
            setattr(task, name, POLL_SECONDS)
