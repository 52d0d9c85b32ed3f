"""A catalog, crawlers, jobs and runs, of which each operation finds what it needs: right and wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glue_service.aws import ROLE

from local_glue.bookmarks import entries as bookmarks
from local_glue.catalog import keys
from local_glue.crawlers import definitions as crawlers
from local_glue.http.app import App
from local_glue.runs import records
from local_glue.sessions import records as sessions
from local_glue.sessions import statements
from local_glue.sessions.journal import SessionJournal
from local_glue.store import Scope

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SCOPE = Scope("000000000000", "us-east-1")
SPARK: Any = {"Name": "glueetl", "ScriptLocation": "s3://b/k.py"}
SHELL: Any = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
S3: Any = {"S3Targets": [{"Path": "s3://b/p/"}]}
TABLE: Any = {"DatabaseName": "db", "TableName": "t"}
CONNECTION: Any = {"Name": "c", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
DAILY = "cron(0 1 * * ? *)"
STATISTICS: Any = {
    "ColumnName": "a",
    "ColumnType": "int",
    "AnalyzedTime": 1700000000,
    "StatisticsData": {
        "Type": "LONG",
        "LongColumnStatisticsData": {"NumberOfNulls": 0, "NumberOfDistinctValues": 1},
    },
}


def seed_catalog(app: App, glue: GlueClient) -> None:
    """Make a database `db`, crawlers and sessions named after their state, and jobs with runs so."""
    _make_catalog(glue)
    _make_indexes(app, glue)
    for name in ("idle", "running", "stopping", "unscheduled"):
        glue.create_crawler(Name=name, Role=ROLE, Targets=S3)
    for name in ("scheduled", "paused"):
        glue.create_crawler(Name=name, Role=ROLE, Targets=S3, Schedule=DAILY)
    glue.stop_crawler_schedule(CrawlerName="paused")
    glue.start_crawler(Name="running")
    glue.start_crawler(Name="stopping")
    glue.stop_crawler(Name="stopping")
    glue.create_job(Name="job", Role=ROLE, Command=SPARK, GlueVersion="5.0", Tags={"team": "a"})
    glue.create_job(Name="shell", Role=ROLE, Command=SHELL)
    glue.create_job(Name="busy", Role=ROLE, Command=SHELL)
    _put_run(app, glue, "job", "jr_done", "SUCCEEDED")
    _put_run(app, glue, "busy", "jr_busy", "RUNNING")
    glue.start_crawler(Name="idle")
    _make_sessions(app, glue)
    with app.store.transaction(SCOPE) as documents:
        begun = bookmarks.begin(documents, "job", "jr_done")
        bookmarks.save(documents, "job", "jr_done", begun["Version"], {})
        crawler = crawlers.find_crawler(documents, "idle")
        crawlers.end_crawl(documents, crawler, {"Status": "SUCCEEDED"}, crawler["StartedOn"] + 1)


def _make_sessions(app: App, glue: GlueClient) -> None:
    """Make one session that runs its second statement, one with as many as wait at most, one that ended."""
    for name in ("ready", "busy", "stopped"):
        tags: Any = {"Tags": {"team": "a"}} if name == "ready" else {}
        glue.create_session(Id=name, Role=ROLE, Command={"Name": "glueetl"}, **tags)
        session = read_session(app, name)
        assert SessionJournal(app.store, SCOPE, session).begin_session()
    for name, number in (("ready", 2), ("busy", statements.MOST_WAITING)):
        for _ in range(number):
            glue.run_statement(SessionId=name, Code="1")
    ready = SessionJournal(app.store, SCOPE, read_session(app, "ready"))
    ready.begin_statement(0)
    ready.end_statement(0, {"Status": "ok"})
    ready.begin_statement(1)
    glue.stop_session(Id="stopped")
    SessionJournal(app.store, SCOPE, read_session(app, "stopped")).end_session("FAILED", None)


def read_session(app: App, name: str) -> dict[str, Any]:
    """Return the stored record of a session."""
    with app.store.transaction(SCOPE) as documents:
        return sessions.find_session(documents, name)


def _make_catalog(glue: GlueClient) -> None:
    columns: Any = {"Columns": [{"Name": "a", "Type": "int"}]}
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_connection(ConnectionInput=CONNECTION)
    glue.create_user_defined_function(DatabaseName="db", FunctionInput={"FunctionName": "f"})
    for name, key_type in (("t", "string"), ("numbered", "int"), ("indexing", "int")):
        table: Any = {
            "Name": name,
            "PartitionKeys": [{"Name": "k", "Type": key_type}],
            "StorageDescriptor": columns,
        }
        glue.create_table(DatabaseName="db", TableInput=table)
        glue.update_table(DatabaseName="db", TableInput=table)
    glue.create_partition(**TABLE, PartitionInput={"Values": ["1"]})
    glue.create_partition(DatabaseName="db", TableName="numbered", PartitionInput={"Values": ["noon"]})
    glue.update_column_statistics_for_table(**TABLE, ColumnStatisticsList=[STATISTICS])
    glue.update_column_statistics_for_partition(
        **TABLE, PartitionValues=["1"], ColumnStatisticsList=[STATISTICS]
    )


def _make_indexes(app: App, glue: GlueClient) -> None:
    """Give the table `t` an index that is ready, and `indexing` one that is in the making for an hour."""
    for table, later in (("t", -3600), ("indexing", 3600)):
        index: Any = {"IndexName": "by_k", "Keys": ["k"]}
        glue.create_partition_index(DatabaseName="db", TableName=table, PartitionIndex=index)
        with app.store.transaction(SCOPE) as documents:
            made = documents.all(keys.PARTITION_INDEX, parent=f"db/{table}")[0]
            made["CreatedAt"] += later
            documents.put(keys.PARTITION_INDEX, f"db/{table}/by_k", made, parent=f"db/{table}")


def _put_run(app: App, glue: GlueClient, job: str, run_id: str, state: str) -> None:
    started = glue.start_job_run(JobName=job)["JobRunId"]
    with app.store.transaction(SCOPE) as documents:
        run = documents.get(records.KIND, started)
        assert run
        documents.delete(records.KIND, started)
        records.put(documents, {**run, "Id": run_id, "JobRunState": state})
