"""What a job's definition can't have, and with what words Glue says so: (command, what is given, message)."""

from __future__ import annotations

from typing import Any

from glue_service.seeded_catalog import SHELL, SPARK

DEFINITIONS: list[tuple[Any, dict[str, Any], str]] = [
    (
        SPARK,
        {"MaxCapacity": 2.0, "WorkerType": "G.1X", "NumberOfWorkers": 2},
        "Please do not set Max Capacity if using Worker Type and Number of Workers.",
    ),
    (
        SPARK,
        {"AllocatedCapacity": 2, "WorkerType": "G.1X", "NumberOfWorkers": 2},
        "Please do not set Allocated Capacity if using Worker Type and Number of Workers.",
    ),
    (
        SPARK,
        {"AllocatedCapacity": 2, "MaxCapacity": 2.0},
        "Please set only Allocated Capacity or Max Capacity.",
    ),
    (SPARK, {"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
    (SPARK, {"NumberOfWorkers": 2}, "Please set both Worker Type and Number of Workers."),
    (
        SHELL,
        {"WorkerType": "G.1X", "NumberOfWorkers": 2},
        "Worker Type is not supported for Job Command pythonshell",
    ),
    (SHELL, {"MaxCapacity": 2.0}, "Max Capacity of a pythonshell job is 0.0625 or 1, found 2.0."),
    (
        SPARK,
        {"MaxCapacity": 2.5, "GlueVersion": "1.0"},
        "Max Capacity of a glueetl job is a whole number from 2 on, found 2.5.",
    ),
    (SPARK, {"AllocatedCapacity": 1}, "Max Capacity of a glueetl job is a whole number from 2 on, found 1."),
    *(
        (
            SPARK,
            {"MaxCapacity": 4.0, **version},
            "Max Capacity can't be set for jobs of Glue 2.0 and later: "
            "set Worker Type and Number of Workers.",
        )
        for version in ({}, {"GlueVersion": "auto"})
    ),
    (
        SPARK,
        {"WorkerType": "G.025X", "NumberOfWorkers": 2},
        "Worker Type G.025X is for Job Command gluestreaming only.",
    ),
    (
        SPARK,
        {"WorkerType": "Z.2X", "NumberOfWorkers": 2},
        "Worker Type Z.2X is for Job Command glueray only.",
    ),
    (
        SPARK,
        {"WorkerType": "G.4X", "NumberOfWorkers": 2, "GlueVersion": "2.0"},
        "Worker Type G.4X is for Glue 3.0 and later, found 2.0.",
    ),
    (
        SPARK,
        {"WorkerType": "R.1X", "NumberOfWorkers": 2, "GlueVersion": "3.0"},
        "Worker Type R.1X is for Glue 4.0 and later, found 3.0.",
    ),
    (SPARK, {"WorkerType": "G.1X", "NumberOfWorkers": 0}, "Number of workers must be above 0, found 0."),
    (
        SPARK,
        {"GlueVersion": "5.2"},
        "Glue Version must be one of 0.9, 1.0, 2.0, 3.0, 4.0, 5.0, 5.1, 6.0, auto, found 5.2.",
    ),
    (SHELL, {"Timeout": 10081}, "Timeout must be at most 10080 minutes (7 days), found 10081."),
    (SPARK, {"MaxRetries": 11}, "Max Retries must be from 0 to 10, found 11."),
    (SPARK, {"MaxRetries": -1}, "Max Retries must be from 0 to 10, found -1."),
    (SPARK, {"ExecutionProperty": {"MaxConcurrentRuns": 0}}, "Max Concurrent Runs must be above 0, found 0."),
    ({"Name": "glueray"}, {"Timeout": 5}, "Timeout not supported for Ray jobs"),
    (
        {"Name": "scala"},
        {},
        "Command name must be one of glueetl, gluestreaming, glueray, pythonshell, found scala.",
    ),
    *(
        (
            command,
            {"ExecutionClass": "FLEX", **version},
            "Execution Class FLEX is for Job Command glueetl of Glue 3.0 and later.",
        )
        for command, version in ((SHELL, {}), (SPARK, {"GlueVersion": "2.0"}))
    ),
]
