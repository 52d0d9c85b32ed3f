"""What each operation finds or changes in the seeded catalog, when it is called as in RIGHT.

Written down by hand from what each operation's name and API reference say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

CRAWLERS = ["idle", "paused", "running", "scheduled", "stopping", "unscheduled"]
# Operations that read → what the entries of their answer are called.
FINDS: dict[str, list[str]] = {
    "BatchGetCrawlers": ["idle"],
    "BatchGetJobs": ["job"],
    "BatchGetPartition": ["1"],
    "GetColumnStatisticsForPartition": ["a"],
    "GetColumnStatisticsForTable": ["a"],
    "GetConnection": ["c"],
    "GetConnections": ["c"],
    "GetCrawler": ["idle"],
    "GetCrawlerMetrics": ["idle"],
    "GetCrawlers": CRAWLERS,
    "GetDatabase": ["db"],
    "GetDatabases": ["db"],
    "GetJob": ["job"],
    "GetJobBookmark": ["jr_done"],
    "GetJobRun": ["jr_done"],
    "GetJobRuns": ["jr_done"],
    "GetJobs": ["busy", "job", "shell"],
    "GetPartition": ["1"],
    "GetPartitionIndexes": ["by_k"],
    "GetPartitions": ["1"],
    "GetSession": ["ready"],
    "GetStatement": ["0"],
    "GetTable": ["t"],
    "GetTableVersion": ["0"],
    "GetTableVersions": ["1", "0"],
    "GetTables": ["indexing", "numbered", "t"],
    "GetTags": ["team"],
    "GetUserDefinedFunction": ["f"],
    "GetUserDefinedFunctions": ["f"],
    "ListCrawlers": CRAWLERS,
    "ListCrawls": ["COMPLETED"],
    "ListJobs": ["job"],
    "ListSessions": ["ready"],
    "ListStatements": ["0", "1"],
    "SearchTables": ["t"],
}
_OF_PARTITION = {'- column_statistics db/t/["1"]#a', '- partition db/t/["1"]'}
_OF_TABLE = {
    *_OF_PARTITION,
    "- column_statistics db/t#a",
    "- partition_index db/t/by_k",
    "- table db/t",
    "- table_version db/t/0",
}
_OF_DATABASE = {
    *_OF_TABLE,
    "- database db",
    "- function db/f",
    '- partition db/numbered/["noon"]',
    "- partition_index db/indexing/by_k",
    "- table db/indexing",
    "- table db/numbered",
    "- table_version db/indexing/0",
    "- table_version db/numbered/0",
}
_TAGS = "tags arn:aws:glue:us-east-1:000000000000:job/job"
_TAGS_OF_SESSION = "tags arn:aws:glue:us-east-1:000000000000:session/ready"
# All others → the documents that are added (+), changed (~) and removed (-); * is an id that is made up.
CHANGES: dict[str, set[str]] = {
    "BatchCreatePartition": {'+ partition db/t/["2"]'},
    "BatchDeleteConnection": {"- connection c"},
    "BatchDeletePartition": _OF_PARTITION,
    "BatchDeleteTable": _OF_TABLE,
    "BatchDeleteTableVersion": {"- table_version db/t/0"},
    "BatchStopJobRun": {"~ run jr_busy"},
    "BatchUpdatePartition": {'~ partition db/t/["1"]'},
    "CancelStatement": {"~ statement ready/1"},
    "CreateConnection": {"+ connection new"},
    "CreateCrawler": {"+ crawler new"},
    "CreateDatabase": {"+ database new"},
    "CreateJob": {"+ job new"},
    "CreatePartition": {'+ partition db/t/["2"]'},
    "CreatePartitionIndex": {"+ partition_index db/numbered/new"},
    "CreateSession": {"+ session new"},
    "CreateTable": {"+ table db/new"},
    "CreateUserDefinedFunction": {"+ function db/new"},
    "DeleteColumnStatisticsForPartition": {'- column_statistics db/t/["1"]#a'},
    "DeleteColumnStatisticsForTable": {"- column_statistics db/t#a"},
    "DeleteConnection": {"- connection c"},
    "DeleteCrawler": {"- crawl *", "- crawler idle"},
    "DeleteDatabase": _OF_DATABASE,
    "DeleteJob": {"- bookmark job", "- job job", "- run jr_done", f"- {_TAGS}"},
    "DeletePartition": _OF_PARTITION,
    "DeletePartitionIndex": {"~ partition_index db/t/by_k"},  # it is DELETING for a while
    "DeleteSession": {
        "- session ready",
        "- statement ready/0",
        "- statement ready/1",
        f"- {_TAGS_OF_SESSION}",
    },
    "DeleteTable": _OF_TABLE,
    "DeleteTableVersion": {"- table_version db/t/0"},
    "DeleteUserDefinedFunction": {"- function db/f"},
    "ResetJobBookmark": {"~ bookmark job"},
    "RunStatement": {"+ statement ready/2", "~ session ready"},
    "StartCrawler": {"+ crawl *", "~ crawler idle"},
    "StartCrawlerSchedule": {"~ crawler paused"},
    "StartJobRun": {"+ run *"},
    "StopCrawler": {"~ crawler running"},
    "StopCrawlerSchedule": {"~ crawler scheduled"},
    "StopSession": {"~ session ready"},
    "TagResource": {f"~ {_TAGS}"},
    "UntagResource": {f"- {_TAGS}"},
    "UpdateColumnStatisticsForPartition": {'~ column_statistics db/t/["1"]#a'},
    "UpdateColumnStatisticsForTable": {"~ column_statistics db/t#a"},
    "UpdateConnection": {"~ connection c"},
    "UpdateCrawler": {"~ crawler idle"},
    "UpdateCrawlerSchedule": {"~ crawler idle"},
    "UpdateDatabase": {"~ database db"},
    "UpdateJob": {"~ job job"},
    "UpdatePartition": {'~ partition db/t/["1"]'},
    "UpdateTable": {"+ table_version db/t/1", "~ table db/t"},
    "UpdateUserDefinedFunction": {"~ function db/f"},
}
_MADE_UP = re.compile(r"(jr_[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f-]{27})")
# What the entries of answers are called by; the first that there is.
_CALLED = (
    *("RunId", "Id", "VersionId", "ColumnName", "CrawlerName", "IndexName", "FunctionName"),
    *("State", "Name", "Values"),
)
_STATES_OF_CRAWLERS = "CrawlElapsedTime"


def names_in(answer: dict[str, Any]) -> list[str]:
    """Return what the entries of an answer are called, in their order; ListSessions has them twice."""
    (found, *_) = (value for name, value in answer.items() if value and name != "NextToken")
    if isinstance(found, dict) and not any(name in found for name in ("Table", *_CALLED)):
        return list(found)  # tags
    return [_name_of(entry) for entry in (found if isinstance(found, list) else [found])]


def _name_of(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    if _STATES_OF_CRAWLERS in entry:
        return str(entry["Name"])
    if "Table" in entry:
        return str(entry["VersionId"])
    if "DatabaseName" in entry and "Name" in entry:
        return str(entry["Name"])
    name = next(entry[member] for member in _CALLED if member in entry)
    return "/".join(name) if isinstance(name, list) else str(name)


def changes(before: Iterable[tuple[str, ...]], after: Iterable[tuple[str, ...]]) -> set[str]:
    """Return what became of documents, each given as kind, name, parent and body."""
    was, became = ({row[:2]: json.loads(row[3]) for row in rows} for rows in (before, after))
    marked = {
        "+": became.keys() - was.keys(),
        "-": was.keys() - became.keys(),
        "~": {key for key in was.keys() & became.keys() if was[key] != became[key]},
    }
    return {
        f"{sign} {kind} {_MADE_UP.sub('*', name)}" for sign, keys in marked.items() for kind, name in keys
    }
