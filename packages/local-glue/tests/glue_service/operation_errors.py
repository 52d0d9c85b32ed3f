"""What each operation answers to a call that is wrong.

A row changes the operation's right call: (operation, members that change, AWS's code, its message).
"""

from __future__ import annotations

from typing import Any

from glue_service.aws import ROLE
from glue_service.job_definition_errors import DEFINITIONS
from glue_service.seeded_catalog import CONNECTION, SHELL, SPARK, TABLE

Row = tuple[str, dict[str, Any], str, str]

MISSING, INVALID = "EntityNotFoundException", "InvalidInputException"
EXISTS = "AlreadyExistsException"
NO_DATABASE = ({"DatabaseName": "none"}, MISSING, "Database none not found.")
NO_TABLE = ({"TableName": "none"}, MISSING, "Table none not found.")
NO_PARTITION = ({"PartitionValues": ["none"]}, MISSING, "Cannot find partition.")
NO_STATISTICS = (MISSING, "Statistics do not exist for this column")
NO_CRAWLER = (MISSING, "Crawler entry with name none does not exist")
NO_JOB = ({"JobName": "none"}, MISSING, "Job with name: none not found.")
NO_RESOURCE = (
    {"ResourceArn": "arn:aws:glue:us-east-1:000000000000:job/none"},
    MISSING,
    "Resource with ARN arn:aws:glue:us-east-1:000000000000:job/none not found.",
)
NO_TOKEN = ({"NextToken": "x"}, INVALID, "Invalid NextToken: x")
TWO_VALUES = (
    INVALID,
    "The number of partition keys do not match the number of partition values",
)

ICEBERG = {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}}
NO_OPEN_FORMAT = (
    INVALID,
    "TableInput must be given, and no open table format: the local Glue service keeps definitions "
    "and makes no Iceberg metadata. Use Spark, Athena or PyIceberg for an Iceberg table.",
)

CATALOG: list[Row] = [
    *((name, *NO_DATABASE) for name in ("BatchCreatePartition", "BatchDeletePartition", "BatchDeleteTable")),
    *((name, *NO_DATABASE) for name in ("BatchDeleteTableVersion", "BatchGetPartition", "CreatePartition")),
    *((name, *NO_DATABASE) for name in ("BatchUpdatePartition", "CreateTable", "DeletePartition")),
    *((name, *NO_DATABASE) for name in ("DeleteTable", "DeleteTableVersion", "GetPartition")),
    *((name, *NO_DATABASE) for name in ("GetPartitionIndexes", "GetPartitions", "GetTable", "GetTables")),
    *((name, *NO_DATABASE) for name in ("GetTableVersion", "GetTableVersions", "UpdatePartition")),
    ("UpdateTable", *NO_DATABASE),
    *((name, *NO_TABLE) for name in ("DeleteColumnStatisticsForTable", "GetColumnStatisticsForTable")),
    *((name, *NO_TABLE) for name in ("UpdateColumnStatisticsForTable", "GetPartitions", "CreatePartition")),
    *((name, *NO_PARTITION) for name in ("DeletePartition", "GetPartition")),
    *(
        (f"{verb}ColumnStatisticsForPartition", NO_PARTITION[0], MISSING, "Partition [none] not found")
        for verb in ("Delete", "Get", "Update")
    ),
    ("DeleteColumnStatisticsForTable", {"ColumnName": "none"}, *NO_STATISTICS),
    ("GetColumnStatisticsForTable", {"ColumnNames": ["none"]}, *NO_STATISTICS),
    *((name, *NO_TOKEN) for name in ("GetDatabases", "GetPartitionIndexes", "GetPartitions", "GetTables")),
    *((name, *NO_TOKEN) for name in ("GetTableVersions", "SearchTables")),
    ("GetDatabase", {"Name": "none"}, MISSING, "Database none not found."),
    ("DeleteDatabase", {"Name": "none"}, MISSING, "Database none not found."),
    ("UpdateDatabase", {"Name": "none"}, MISSING, "Database none not found."),
    ("UpdateDatabase", {"DatabaseInput": {"Name": "x"}}, INVALID, "Database name cannot be changed."),
    ("CreateDatabase", {"DatabaseInput": {"Name": "DB"}}, EXISTS, "Database already exists."),
    ("CreateTable", {"TableInput": {"Name": "T"}}, EXISTS, "Table already exists."),
    ("CreateTable", {"TableInput": None}, *NO_OPEN_FORMAT),
    ("CreateTable", {"OpenTableFormatInput": ICEBERG}, *NO_OPEN_FORMAT),
    ("GetTable", {"Name": "none"}, MISSING, "Table none not found."),
    ("DeleteTable", {"Name": "none"}, MISSING, "Table none not found."),
    ("UpdateTable", {"TableInput": {"Name": "none"}}, MISSING, "Table none not found."),
    ("UpdateTable", {"TableInput": None}, *NO_OPEN_FORMAT),
    (
        "UpdateTable",
        {"VersionId": "0"},
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
    ),
    ("BatchDeleteTable", {"TablesToDelete": ["none"]}, MISSING, "Table none not found."),
    ("GetTableVersion", {"VersionId": "9"}, MISSING, "Version not found."),
    ("DeleteTableVersion", {"VersionId": "9"}, MISSING, "Version not found."),
    (
        "DeleteTableVersion",
        {"VersionId": "1"},
        INVALID,
        "Version 1 is the table as it is: delete the table, or an older version.",
    ),
    (
        "BatchDeleteTableVersion",
        {"VersionIds": ["1"]},
        INVALID,
        "Version 1 is the table as it is: delete the table, or an older version.",
    ),
    ("CreatePartition", {"PartitionInput": {"Values": ["1"]}}, EXISTS, "Partition already exists."),
    ("CreatePartition", {"PartitionInput": {"Values": ["1", "2"]}}, *TWO_VALUES),
    (
        "BatchCreatePartition",
        {"PartitionInputList": [{"Values": ["1"]}]},
        EXISTS,
        "Partition already exists.",
    ),
    ("BatchCreatePartition", {"PartitionInputList": [{"Values": ["1", "2"]}]}, *TWO_VALUES),
    (
        "BatchDeletePartition",
        {"PartitionsToDelete": [{"Values": ["none"]}]},
        MISSING,
        "Cannot find partition.",
    ),
    ("UpdatePartition", {"PartitionValueList": ["none"]}, MISSING, "Cannot find partition."),
    ("UpdatePartition", {"PartitionInput": {"Values": ["1", "2"]}}, *TWO_VALUES),
    (
        "BatchUpdatePartition",
        {"Entries": [{"PartitionValueList": ["none"], "PartitionInput": {}}]},
        MISSING,
        "Cannot find partition.",
    ),
    (
        "BatchUpdatePartition",
        {"Entries": [{"PartitionValueList": ["1"], "PartitionInput": {}}] * 2},
        INVALID,
        "The same partition is named more than once.",
    ),
    ("GetPartitions", {"Expression": "city = 'x'"}, INVALID, "Invalid partition expression!"),
    (
        "GetPartitions",
        {"TableName": "numbered", "Expression": "k > 1"},
        "InvalidStateException",
        'For input string: "noon" is not an integer.',
    ),
    (
        "GetTables",
        {"Expression": "("},
        INVALID,
        "'(' is no regular expression: missing ), unterminated subpattern at position 0",
    ),
    (
        "SearchTables",
        {"SortCriteria": [{"FieldName": "colour"}]},
        INVALID,
        "Unsupported sort field colour: one of databasename, name, owner, createtime, updatetime, tabletype, "
        "description.",
    ),
]

INDEXES: list[Row] = [
    *((f"{verb}PartitionIndex", *NO_DATABASE) for verb in ("Create", "Delete")),
    *(
        (
            "CreatePartitionIndex",
            {**TABLE, "PartitionIndex": {"IndexName": name, "Keys": ["k"]}},
            EXISTS,
            f"Partition Index by_k already exists with the same {same}.",
        )
        for name, same in (("by_k", "name"), ("other", "keys"))
    ),
    (
        "CreatePartitionIndex",
        {"PartitionIndex": {"IndexName": "new", "Keys": ["a"]}},
        INVALID,
        "IndexKeys not a part of PartitionColumns. Verify the indexKeys : [a]",
    ),
    (
        "CreatePartitionIndex",
        {"TableName": "indexing"},
        "ResourceNumberLimitExceededException",
        "Index by_k is in CREATING state. Only 1 index can be created or deleted simultaneously per table.",
    ),
    (
        "DeletePartitionIndex",
        {"IndexName": "none"},
        MISSING,
        "Index with the given indexName : none does not exist.",
    ),
]

FUNCTIONS: list[Row] = [
    *((f"{verb}UserDefinedFunction", *NO_DATABASE) for verb in ("Create", "Delete", "Get", "Update")),
    ("GetUserDefinedFunctions", *NO_DATABASE),
    ("GetUserDefinedFunctions", *NO_TOKEN),
    *(
        (f"{verb}UserDefinedFunction", {"FunctionName": "none"}, MISSING, "Function none not found.")
        for verb in ("Delete", "Get", "Update")
    ),
    ("CreateUserDefinedFunction", {"FunctionInput": {}}, INVALID, "FunctionName must be given."),
    (
        "CreateUserDefinedFunction",
        {"FunctionInput": {"FunctionName": "F"}},
        EXISTS,
        "Function already exists.",
    ),
    (
        "UpdateUserDefinedFunction",
        {"FunctionInput": {"FunctionName": "x"}},
        INVALID,
        "Function name cannot be changed.",
    ),
]

CONNECTIONS: list[Row] = [
    *(
        (name, {"Name": "none"}, MISSING, "Connection none not found.")
        for name in ("GetConnection", "UpdateConnection")
    ),
    ("DeleteConnection", {"ConnectionName": "none"}, MISSING, "Connection none not found."),
    ("CreateConnection", {"ConnectionInput": CONNECTION}, EXISTS, "Connection already exists."),
    (
        "CreateConnection",
        {"ConnectionInput": {**CONNECTION, "Name": "new", "ValidateCredentials": True}},
        INVALID,
        "The local Glue service logs in nowhere: leave out ValidateCredentials and "
        "AuthenticationConfiguration.",
    ),
    (
        "UpdateConnection",
        {"ConnectionInput": {**CONNECTION, "Name": "other"}},
        INVALID,
        "Connection name cannot be changed.",
    ),
    ("GetConnections", *NO_TOKEN),
]

CRAWLERS: list[Row] = [
    *((name, {"Name": "none"}, *NO_CRAWLER) for name in ("DeleteCrawler", "GetCrawler", "StartCrawler")),
    *((name, {"Name": "none"}, *NO_CRAWLER) for name in ("StopCrawler", "UpdateCrawler")),
    *(
        (f"{verb}CrawlerSchedule", {"CrawlerName": "none"}, *NO_CRAWLER)
        for verb in ("Start", "Stop", "Update")
    ),
    ("ListCrawls", {"CrawlerName": "none"}, *NO_CRAWLER),
    ("CreateCrawler", {"Name": "idle"}, EXISTS, "idle already exists"),
    ("CreateCrawler", {"Targets": {}}, INVALID, "At least one crawler target must be specified."),
    ("UpdateCrawler", {"Targets": {}}, INVALID, "At least one crawler target must be specified."),
    (
        "StartCrawler",
        {"Name": "running"},
        "CrawlerRunningException",
        "Crawler with name running has already started",
    ),
    (
        "UpdateCrawler",
        {"Name": "running"},
        "CrawlerRunningException",
        "Crawler with name running is currently running",
    ),
    (
        "DeleteCrawler",
        {"Name": "running"},
        "CrawlerRunningException",
        "Crawler with name running is currently running",
    ),
    (
        "StopCrawler",
        {"Name": "stopping"},
        "CrawlerStoppingException",
        "Crawler with name stopping is stopping",
    ),
    ("StopCrawler", {"Name": "idle"}, "CrawlerNotRunningException", "Crawler with name idle is not running"),
    (
        "StartCrawlerSchedule",
        {"CrawlerName": "unscheduled"},
        "NoScheduleException",
        "Crawler with name unscheduled has no schedule",
    ),
    (
        "StartCrawlerSchedule",
        {"CrawlerName": "scheduled"},
        "SchedulerRunningException",
        "Crawler with name scheduled is already scheduled",
    ),
    (
        "StopCrawlerSchedule",
        {"CrawlerName": "paused"},
        "SchedulerNotRunningException",
        "Crawler with name paused is not scheduled",
    ),
    ("UpdateCrawlerSchedule", {"Schedule": "cron(x)"}, INVALID, "Invalid cron expression: cron(x)"),
    (
        "ListCrawls",
        {"Filters": [{"FieldName": "STATE", "FilterOperator": "GT", "FieldValue": "RUNNING"}]},
        INVALID,
        "STATE can be filtered by EQ and NE only.",
    ),
]

JOBS: list[Row] = [
    *(
        ("CreateJob", {"Command": command, **change}, INVALID, words)
        for command, change, words in DEFINITIONS
    ),
    *(
        ("UpdateJob", {"JobUpdate": {"Role": ROLE, "Command": command, **change}}, INVALID, words)
        for command, change, words in DEFINITIONS
    ),
    *((name, *NO_JOB) for name in ("GetJob", "GetJobRuns", "GetJobRun", "UpdateJob")),
    *((name, *NO_TOKEN) for name in ("GetJobs", "GetJobRuns", "ListJobs")),
    *((name, *NO_RESOURCE) for name in ("GetTags", "TagResource", "UntagResource")),
    (
        "CreateJob",
        {"Name": "job"},
        "IdempotentParameterMismatchException",
        "Job with name 'job' already submitted with different configuration",
    ),
    *(
        (
            "UpdateJob",
            {"JobUpdate": update},
            INVALID,
            f"{member} should not be null or empty: an update replaces the whole job.",
        )
        for member, update in (("Command", {"Role": ROLE}), ("Role", {"Command": SPARK}))
    ),
]

RUNS: list[Row] = [
    ("StartJobRun", {"JobName": "none"}, MISSING, "Failed to start job run due to missing metadata"),
    ("StartJobRun", {"JobRunId": "jr_none"}, MISSING, "JobRun with id: jr_none not found."),
    ("StartJobRun", {"JobRunId": "jr_busy"}, MISSING, "JobRun with id: jr_busy not found."),
    (
        "StartJobRun",
        {"JobName": "busy", "JobRunId": "jr_busy", "JobRunQueuingEnabled": True},
        INVALID,
        "JobRun with id: jr_busy is RUNNING and can't be retried yet.",
    ),
    (
        "StartJobRun",
        {"JobName": "busy"},
        "ConcurrentRunsExceededException",
        "Concurrent runs exceeded for busy",
    ),
    *(
        ("StartJobRun", change, INVALID, words)
        for command, change, words in DEFINITIONS
        if command == SPARK
        and change.keys() <= {"WorkerType", "NumberOfWorkers", "MaxCapacity", "AllocatedCapacity"}
    ),
    *(
        ("StartJobRun", {"JobName": "shell", **change}, INVALID, words)
        for command, change, words in DEFINITIONS
        if command == SHELL
    ),
    *(
        (
            "StartJobRun",
            {"Arguments": {option: prefix}},
            INVALID,
            f"{option} takes up to 400 characters without : and *, found '{prefix}'.",
        )
        for option, prefix in (("--custom-logGroup-prefix", "a:b"), ("--custom-logStream-prefix", "*"))
    ),
    *(
        (operation, {"JobName": "none"}, MISSING, "Continuation for job none not found")
        for operation in ("GetJobBookmark", "ResetJobBookmark")
    ),
    *(
        (operation, {"RunId": "jr_none"}, MISSING, "Continuation for job job and run jr_none not found")
        for operation in ("GetJobBookmark", "ResetJobBookmark")
    ),
    ("GetJobRun", {"RunId": "jr_none"}, MISSING, "JobRun with id: jr_none not found."),
    ("GetJobRun", {"RunId": "jr_busy"}, MISSING, "JobRun with id: jr_busy not found."),
    *(
        (
            "BatchStopJobRun",
            {"JobName": job, "JobRunIds": [run_id]},
            MISSING,
            f"JobRun with id: {run_id} not found.",
        )
        for job, run_id in (("busy", "jr_none"), ("none", "jr_busy"), ("job", "jr_busy"))
    ),
    (
        "BatchStopJobRun",
        {"JobName": "job", "JobRunIds": ["jr_done"]},
        "JobRunInvalidStateTransitionException",
        "JobRun with id: jr_done is SUCCEEDED and can't be stopped.",
    ),
]

NO_SESSION = "Session none not found."
SESSIONS: list[Row] = [
    ("CreateSession", {"Id": "stopped"}, EXISTS, "Session already created, sessionId=stopped"),
    (
        "CreateSession",
        {"SessionType": "SPARK_CONNECT"},
        "OperationNotSupportedException",
        "The local Glue service runs sessions of statements (SessionType LIVY), not SPARK_CONNECT.",
    ),
    (
        "CreateSession",
        {"Command": {"Name": "pythonshell"}},
        INVALID,
        "Command name of a session must be one of glueetl, gluestreaming, found pythonshell.",
    ),
    (
        "CreateSession",
        {"IdleTimeout": 10081},
        INVALID,
        "Timeout must be at most 10080 minutes (7 days), found 10081.",
    ),
    (
        "CreateSession",
        {"MaxCapacity": 2.0, "WorkerType": "G.1X", "NumberOfWorkers": 2},
        INVALID,
        "Please do not set Max Capacity if using Worker Type and Number of Workers.",
    ),
    (
        "CreateSession",
        {"GlueVersion": "5"},
        "ValidationException",
        "1 validation error detected: Value '5' at 'glueVersion' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^((\w+\.)+\w+|auto)$",
    ),
    *((name, {"Id": "none"}, INVALID, NO_SESSION) for name in ("DeleteSession", "StopSession")),
    ("GetSession", {"Id": "none"}, MISSING, NO_SESSION),
    ("ListSessions", *NO_TOKEN),
    ("ListStatements", *NO_TOKEN),
    (
        "StopSession",
        {"Id": "stopped"},
        "IllegalSessionStateException",
        "Session stopped is STOPPED and can't be stopped.",
    ),
    *(
        (name, {"SessionId": "none"}, MISSING, NO_SESSION)
        for name in ("CancelStatement", "GetStatement", "ListStatements", "RunStatement")
    ),
    *(
        (
            name,
            {"SessionId": "stopped"},
            "IllegalSessionStateException",
            "Session unavailable, fail to call ReplServer. The session stopped is STOPPED.",
        )
        for name in ("CancelStatement", "GetStatement", "ListStatements")
    ),
    *(
        (name, {"Id": 9}, MISSING, "Statement 9 of session ready not found.")
        for name in ("CancelStatement", "GetStatement")
    ),
    ("CancelStatement", {"Id": 0}, INVALID, "Statement 0 of session ready is AVAILABLE already."),
    (
        "RunStatement",
        {"SessionId": "stopped"},
        INVALID,
        "Session is not ready, session_id=stopped, status=STOPPED",
    ),
    (
        "RunStatement",
        {"SessionId": "busy"},
        "SessionBusyException",
        "100 statements of session busy wait: run more when they have run.",
    ),
    (
        "RunStatement",
        {"Code": "x" * 68001},
        "ValidationException",
        "1 validation error detected: Value at 'code' failed to satisfy constraint: "
        "Member must have length less than or equal to 68000",
    ),
]

WRONG: list[Row] = [*CATALOG, *INDEXES, *FUNCTIONS, *CONNECTIONS, *CRAWLERS, *JOBS, *RUNS, *SESSIONS]
