"""Errors of AWS's model that can't come from the local service, and why."""

from __future__ import annotations

# By their codes.
CANNOT_HAPPEN = {
    "AccessDeniedException": "it is the emulator's IAM that says so: authorization has tests of its own",
    "ConflictException": "one index at a time is a ResourceNumberLimitExceededException of creating it",
    "FederatedResourceAlreadyExistsException": "there are no federated databases",
    "FederationSourceException": "there are no federated databases",
    "FederationSourceRetryableException": "there are no federated databases",
    "GlueEncryptionException": "the catalog's settings of encryption are not built: nothing is encrypted",
    "InternalServiceException": "would be a bug of the service; that one is answered so is a test of its own",
    "OperationTimeoutException": "every operation is one short transaction of a local database",
    "ResourceNotReadyException": "tables are there at once: views and open-format tables are not built",
    "SchedulerTransitioningException": "a schedule goes from state to state in one transaction",
    "VersionMismatchException": "the model gives the input no version that could be another one",
}
_SERIAL = "requests are served one after the other, and the input names no version that was expected"
_QUOTA = "an account's quotas are not kept: they differ by account"
_BY_MODEL = "what could be wrong with the input breaks the model's constraints, a ValidationException"
# By operation and code.
CANNOT_HAPPEN_IN = {
    (
        "CreateJob",
        "AlreadyExistsException",
    ): "a name that is taken is an IdempotentParameterMismatchException, as on AWS",
    (
        "UpdateDatabase",
        "AlreadyExistsException",
    ): "a database can't be renamed, so it can't take another's name",
    ("UpdateTable", "AlreadyExistsException"): "a table can't be renamed, so it can't take another's name",
    ("BatchGetPartition", "InvalidStateException"): "values are compared as text, whatever the key's type is",
    (
        "GetJobBookmark",
        "ValidationException",
    ): "a name that the model refuses is tested for all operations alike",
    ("GetConnections", "EntityNotFoundException"): "all connections are asked for, none by its name",
    ("GetDatabases", "EntityNotFoundException"): "an account always has its one catalog",
    ("GetJobs", "EntityNotFoundException"): "all jobs are asked for, none by its name",
    ("ListJobs", "EntityNotFoundException"): "all jobs are asked for, none by its name",
    (
        "CreateSession",
        "IdempotentParameterMismatchException",
    ): "an id that is taken is an AlreadyExistsException, as on AWS",
    (
        "CreateSession",
        "ResourceNumberLimitExceededException",
    ): "only where no right call succeeds: the tests of sessions provoke it",
    ("DeleteSession", "IllegalSessionStateException"): "a session is deleted in any state, with its process",
    (
        "RunStatement",
        "IllegalSessionStateException",
    ): "a session that is not ready is an InvalidInputException, as on AWS",
    ("RunStatement", "OperationNotSupportedException"): "every session here takes statements",
    **dict.fromkeys(
        (
            (operation, "ConcurrentModificationException")
            for operation in (
                *("BatchCreatePartition", "BatchDeletePartition", "BatchDeleteTable", "BatchUpdatePartition"),
                *("CreateDatabase", "CreateJob", "CreateTable", "DeleteDatabase", "DeleteTable"),
                *("UpdateDatabase", "UpdateJob", "DeleteSession", "StopSession"),
            )
        ),
        _SERIAL,
    ),
    **dict.fromkeys(
        (
            (operation, "ResourceNumberLimitExceededException")
            for operation in (
                *("BatchCreatePartition", "CreateConnection", "CreateCrawler", "CreateDatabase", "CreateJob"),
                *(
                    "CreatePartition",
                    "CreateTable",
                    "CreateUserDefinedFunction",
                    "StartJobRun",
                    "UpdateTable",
                    "RunStatement",
                ),
            )
        ),
        _QUOTA,
    ),
    **dict.fromkeys(
        (
            (operation, "InvalidInputException")
            for operation in (
                *("BatchDeletePartition", "BatchDeleteTable", "BatchGetCrawlers", "BatchGetJobs"),
                *("BatchGetPartition", "BatchStopJobRun", "CreateDatabase", "DeleteDatabase", "DeleteJob"),
                *(
                    "DeletePartitionIndex",
                    "DeleteUserDefinedFunction",
                    "GetConnection",
                    "GetUserDefinedFunction",
                ),
                *("DeletePartition", "DeleteTable", "GetDatabase", "GetJob", "GetJobRun", "GetPartition"),
                *("GetJobBookmark", "ResetJobBookmark", "GetSession", "GetStatement"),
                *("GetTable", "GetTableVersion", "GetTags", "TagResource", "UntagResource"),
                *(f"{verb}ColumnStatisticsForPartition" for verb in ("Delete", "Get", "Update")),
                *(f"{verb}ColumnStatisticsForTable" for verb in ("Delete", "Get", "Update")),
            )
        ),
        _BY_MODEL,
    ),
}
