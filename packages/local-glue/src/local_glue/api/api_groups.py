"""The chapters of the Glue API reference, and which operation belongs to which.

botocore's model has no groups. The first group whose word is in an operation's name has it, so the longer
and rarer words come first; a test asks that no operation is left over.
"""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Data quality", ("DataQuality",)),
    ("Schema registry", ("Registry", "Registries", "RegisterSchema", "Schema")),
    ("Job runs", ("JobRun", "JobBookmark")),
    ("Jobs", ("JobFromSourceControl", "FromJob", "JobUpgrade", "Job")),
    ("Column statistics", ("ColumnStatistics",)),
    ("Table optimizers, materialized views", ("TableOptimizer", "MaterializedView")),
    ("Zero-ETL integrations", ("Integration",)),
    ("Connections", ("Connection", "Entity", "Entities", "EntityRecords")),
    ("Crawlers", ("Crawl",)),
    ("Classifiers", ("Classifier",)),
    ("Partitions", ("Partition",)),
    ("Tables", ("Table",)),
    ("Databases", ("Database",)),
    ("User-defined functions", ("UserDefinedFunction",)),
    ("Catalogs and their settings", ("Catalog", "ResourcePolic", "SecurityConfiguration", "IdentityCenter")),
    ("Business glossary and assets", ("Glossar", "Asset", "Attachment", "FormType", "IterableForms")),
    ("Machine learning", ("ML", "Labels")),
    ("Interactive sessions", ("Session", "Statement", "DashboardUrl")),
    ("Triggers", ("Trigger",)),
    ("Workflows", ("Workflow",)),
    ("Blueprints", ("Blueprint",)),
    ("Development endpoints", ("DevEndpoint",)),
    ("Script generation", ("Script", "DataflowGraph", "Mapping", "Plan")),
    ("Tags", ("TagResource", "UntagResource", "GetTags")),
    ("Usage profiles", ("UsageProfile",)),
)


def group_of(operation: str) -> str:
    """Name the group of an operation.

    Raises:
        KeyError: botocore has the operation, and this table does not.
    """
    for group, words in GROUPS:
        if any(word in operation for word in words):
            return group
    raise KeyError(operation)
