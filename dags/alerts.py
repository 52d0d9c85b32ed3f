"""alerts: what a person is told when a run fails, and once when a later one has succeeded.

To the SNS topic always; by e-mail, too, where MUSIC_STREAMS_ALERT_EMAIL names people and Airflow has the
connection `smtp_default`. A failed step that is tried again alerts nobody. That a failure was told is
remembered in the data bucket, so that the next run that succeeds can tell that it is over.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.notifications.sns import SnsNotifier
from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from alert_texts import Failure, failure_text, recovery_text
from dag_settings import DagSettings
from music_streams import layout, storage
from music_streams.contracts import STREAMS
from music_streams.deliveries import manifest
from record_failure import glue_error, latest_run

DAG_ID = "music_streaming_pipeline"


def failure_alert(settings: DagSettings) -> Callable[[Mapping[str, Any]], None]:
    """Return a callback for tasks that failed and are not tried again."""

    def alert_failure(context: Mapping[str, Any]) -> None:
        """Tell of one failed run, and remember that it was told."""
        failure = _failure(settings, context)
        key = layout.TOLD_FAILURE
        told = storage.read_json(_client("s3"), settings.bucket, key) or {"runs": []}
        storage.write_json(_client("s3"), settings.bucket, key, {"runs": [*told["runs"], failure.run_id]})
        send(settings, context, f"{DAG_ID}: {failure.step} failed", failure_text(failure))

    return alert_failure


def tell_if_well_again(settings: DagSettings, **context: Any) -> bool:
    """Tell once that all is well again, if a failure was told before; return whether it was."""
    told = storage.read_json(_client("s3"), settings.bucket, layout.TOLD_FAILURE)
    if told is None:
        return False

    results = f"s3://{settings.bucket}/{layout.batch_prefix(layout.batch_id_of(context['run_id']))}"
    body = recovery_text(context["run_id"], told["runs"], results)
    send(settings, context, f"{DAG_ID}: well again, KPIs are up to date", body)
    storage.delete_keys(_client("s3"), settings.bucket, [layout.TOLD_FAILURE])
    return True


def _failure(settings: DagSettings, context: Mapping[str, Any]) -> Failure:
    task = context["ti"]
    batch_id = layout.batch_id_of(task.run_id)
    run = latest_run(_client("glue"), context)

    return Failure(
        run_id=task.run_id,
        step=task.task_id,
        why=glue_error(run) or str(context.get("exception") or "its process exited without a message"),
        waiting=_waiting_files(settings.bucket, batch_id),
        schedule=settings.schedule,
        airflow_url=task.log_url,
        log=f"{run['LogGroupName']}/error and /output, stream {run['Id']}" if run else "",
    )


def _waiting_files(bucket: str, batch_id: str) -> list[str]:
    """Return the run's stream files that are in landing still."""
    s3 = _client("s3")
    try:
        files = manifest.read(s3, bucket, batch_id).of_kind(STREAMS.kind)
    except manifest.ManifestMissingError:
        return []
    landed = {entry["Key"] for entry in storage.list_objects(s3, bucket, layout.LANDING_PREFIX)}
    return sorted(file.key for file in files if file.key in landed)


def send(settings: DagSettings, context: Mapping[str, Any], subject: str, body: str) -> None:
    """Send by every way there is; one that fails does not stop the others.

    Raises:
        Exception: what the first way that failed raised.
    """
    ways: list[Any] = [SnsNotifier(target_arn=settings.topic_arn, subject=subject, message=body)]
    if settings.alert_email:
        text = f"<pre>{html.escape(body)}</pre>"
        ways.append(SmtpNotifier(to=settings.alert_email, subject=subject, html_content=text))

    problems = []
    for way in ways:
        try:
            way.notify(context)
        except Exception as error:  # noqa: BLE001  # raised below
            problems.append(error)
    if problems:
        raise problems[0]


def _client(service: str) -> Any:
    return AwsBaseHook(client_type=service).get_conn()
