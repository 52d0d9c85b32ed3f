"""For each operation that is built, an input that the scene has the right things for."""

from __future__ import annotations

from typing import Any

from service.glue.scene import DAILY, S3, SPARK, STATISTICS, TABLE
from service.glue.support import ROLE

PARTITION = {**TABLE, "PartitionValues": ["1"]}
JOB_ARN = "arn:aws:glue:us-east-1:000000000000:job/job"

RIGHT: dict[str, dict[str, Any]] = {
    "BatchCreatePartition": {**TABLE, "PartitionInputList": [{"Values": ["2"]}]},
    "BatchDeletePartition": {**TABLE, "PartitionsToDelete": [{"Values": ["1"]}]},
    "BatchDeleteTable": {"DatabaseName": "db", "TablesToDelete": ["t"]},
    "BatchDeleteTableVersion": {**TABLE, "VersionIds": ["0"]},
    "BatchGetCrawlers": {"CrawlerNames": ["idle"]},
    "BatchGetJobs": {"JobNames": ["job"]},
    "BatchGetPartition": {**TABLE, "PartitionsToGet": [{"Values": ["1"]}]},
    "BatchStopJobRun": {"JobName": "busy", "JobRunIds": ["jr_busy"]},
    "BatchUpdatePartition": {
        **TABLE,
        "Entries": [{"PartitionValueList": ["1"], "PartitionInput": {"Parameters": {"a": "b"}}}],
    },
    "CreateCrawler": {"Name": "new", "Role": ROLE, "Targets": S3},
    "CreateDatabase": {"DatabaseInput": {"Name": "new"}},
    "CreateJob": {"Name": "new", "Role": ROLE, "Command": SPARK},
    "CreatePartition": {**TABLE, "PartitionInput": {"Values": ["2"]}},
    "CreateTable": {"DatabaseName": "db", "TableInput": {"Name": "new"}},
    "DeleteColumnStatisticsForPartition": {**PARTITION, "ColumnName": "a"},
    "DeleteColumnStatisticsForTable": {**TABLE, "ColumnName": "a"},
    "DeleteCrawler": {"Name": "idle"},
    "DeleteDatabase": {"Name": "db"},
    "DeleteJob": {"JobName": "job"},
    "DeletePartition": PARTITION,
    "DeleteTable": {"DatabaseName": "db", "Name": "t"},
    "DeleteTableVersion": {**TABLE, "VersionId": "0"},
    "GetColumnStatisticsForPartition": {**PARTITION, "ColumnNames": ["a"]},
    "GetColumnStatisticsForTable": {**TABLE, "ColumnNames": ["a"]},
    "GetCrawler": {"Name": "idle"},
    "GetCrawlerMetrics": {"CrawlerNameList": ["idle"]},
    "GetCrawlers": {},
    "GetDatabase": {"Name": "db"},
    "GetDatabases": {},
    "GetJob": {"JobName": "job"},
    "GetJobRun": {"JobName": "job", "RunId": "jr_done"},
    "GetJobRuns": {"JobName": "job"},
    "GetJobs": {},
    "GetPartition": PARTITION,
    "GetPartitionIndexes": TABLE,
    "GetPartitions": {**TABLE, "Expression": "k = '1'"},
    "GetTable": {"DatabaseName": "db", "Name": "t"},
    "GetTableVersion": {**TABLE, "VersionId": "0"},
    "GetTableVersions": TABLE,
    "GetTables": {"DatabaseName": "db"},
    "GetTags": {"ResourceArn": JOB_ARN},
    "ListCrawlers": {},
    "ListCrawls": {"CrawlerName": "idle"},
    "ListJobs": {"Tags": {"team": "a"}},
    "SearchTables": {"SearchText": "t"},
    "StartCrawler": {"Name": "idle"},
    "StartCrawlerSchedule": {"CrawlerName": "paused"},
    "StartJobRun": {"JobName": "job"},
    "StopCrawler": {"Name": "running"},
    "StopCrawlerSchedule": {"CrawlerName": "scheduled"},
    "TagResource": {"ResourceArn": JOB_ARN, "TagsToAdd": {"tier": "1"}},
    "UntagResource": {"ResourceArn": JOB_ARN, "TagsToRemove": ["team"]},
    "UpdateColumnStatisticsForPartition": {
        **PARTITION,
        "ColumnStatisticsList": [{**STATISTICS, "AnalyzedTime": 1800000000}],
    },
    "UpdateColumnStatisticsForTable": {
        **TABLE,
        "ColumnStatisticsList": [{**STATISTICS, "AnalyzedTime": 1800000000}],
    },
    "UpdateCrawler": {"Name": "idle", "Description": "changed"},
    "UpdateCrawlerSchedule": {"CrawlerName": "idle", "Schedule": DAILY},
    "UpdateDatabase": {"Name": "db", "DatabaseInput": {"Name": "db", "Description": "changed"}},
    "UpdateJob": {"JobName": "job", "JobUpdate": {"Role": ROLE, "Command": SPARK}},
    "UpdatePartition": {
        **TABLE,
        "PartitionValueList": ["1"],
        "PartitionInput": {"Values": ["1"], "Parameters": {"a": "b"}},
    },
    "UpdateTable": {"DatabaseName": "db", "TableInput": {"Name": "t", "Description": "changed"}},
}
# Here nothing has any, so the right answer is an empty list.
ALWAYS_EMPTY = {"GetPartitionIndexes"}
