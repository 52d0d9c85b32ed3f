"""Databases, tables and partitions of the Data Catalog."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from glue_service.aws import refusal

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


@pytest.fixture
def database(glue: GlueClient) -> str:
    name = f"db_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name, "Description": "for a test"})
    return name


@pytest.fixture
def table(glue: GlueClient, database: str) -> dict[str, Any]:
    """A table partitioned by day, as arguments of the partition operations."""
    keys: Any = [{"Name": "day", "Type": "string"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "listens", "PartitionKeys": keys})
    return {"DatabaseName": database, "TableName": "listens"}


def test_names_are_folded_to_lower_case(glue: GlueClient) -> None:
    name = f"MiXed_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    assert glue.get_database(Name=name)["Database"]["Name"] == name.lower()
    glue.create_table(DatabaseName=name, TableInput={"Name": "TaBle"})
    assert glue.get_table(DatabaseName=name.lower(), Name="TABLE")["Table"]["Name"] == "table"


def test_a_database_is_updated_and_deleted_with_its_tables(glue: GlueClient, table: dict[str, Any]) -> None:
    name = table["DatabaseName"]
    created = glue.get_database(Name=name)["Database"]["CreateTime"]
    glue.update_database(Name=name, DatabaseInput={"Name": name, "LocationUri": "s3://b/"})
    found = glue.get_database(Name=name)["Database"]
    assert (found["LocationUri"], found["CreateTime"]) == ("s3://b/", created)
    assert "Description" not in found
    glue.delete_database(Name=name)
    glue.create_database(DatabaseInput={"Name": name})
    assert glue.get_tables(DatabaseName=name)["TableList"] == []


def test_a_table_counts_its_versions(glue: GlueClient, table: dict[str, Any]) -> None:
    where = {"DatabaseName": table["DatabaseName"]}
    assert refusal(glue.create_table, **where, TableInput={"Name": "listens"})[1] == "Table already exists."
    assert glue.get_table(**where, Name="listens")["Table"]["VersionId"] == "0"
    glue.update_table(**where, TableInput={"Name": "listens", "Parameters": {"a": "b"}})
    found = glue.get_table(**where, Name="listens")["Table"]
    assert (found["VersionId"], found["Parameters"]) == ("1", {"a": "b"})
    glue.delete_table(**where, Name="listens")
    assert refusal(glue.delete_table, **where, Name="listens")[0] == "EntityNotFoundException"


def test_every_member_of_a_table_and_partition_is_given_as_it_was_written(
    glue: GlueClient, database: str
) -> None:
    storage: Any = {
        "Columns": [{"Name": "a", "Type": "int", "Comment": "c", "Parameters": {"k": "v"}}],
        "Location": "s3://b/t/",
        "AdditionalLocations": ["s3://b/u/"],
        "InputFormat": "in",
        "OutputFormat": "out",
        "Compressed": True,
        "NumberOfBuckets": -1,
        "SerdeInfo": {"Name": "s", "SerializationLibrary": "lib", "Parameters": {"k": "v"}},
        "BucketColumns": ["a"],
        "SortColumns": [{"Column": "a", "SortOrder": 1}],
        "Parameters": {"k": "v"},
        "SkewedInfo": {
            "SkewedColumnNames": ["a"],
            "SkewedColumnValues": ["1"],
            "SkewedColumnValueLocationMaps": {"1": "s3://b/s/"},
        },
        "StoredAsSubDirectories": True,
    }
    definition: Any = {
        "Name": "full",
        "Description": "d",
        "Owner": "o",
        "Retention": 3,
        "StorageDescriptor": storage,
        "PartitionKeys": [{"Name": "day", "Type": "date", "Comment": "c"}],
        "ViewOriginalText": "original",
        "ViewExpandedText": "expanded",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
    }
    partition: Any = {"Values": ["2024-06-25"], "StorageDescriptor": storage, "Parameters": {"k": "v"}}
    glue.create_table(DatabaseName=database, TableInput=definition)
    table: Any = glue.get_table(DatabaseName=database, Name="full")["Table"]
    assert {name: table.pop(name) for name in definition} == definition
    made = ("CreateTime", "UpdateTime")
    assert {name: value for name, value in table.items() if name not in made} == {
        "DatabaseName": database,
        "CatalogId": "000000000000",
        "CreatedBy": "arn:aws:iam::000000000000:root",
        "IsRegisteredWithLakeFormation": False,
        "IsMultiDialectView": False,
        "VersionId": "0",
    }
    glue.create_partition(DatabaseName=database, TableName="full", PartitionInput=partition)
    found: Any = glue.get_partitions(DatabaseName=database, TableName="full")["Partitions"][0]
    assert {name: found.pop(name) for name in partition} == partition
    assert set(found) == {"DatabaseName", "TableName", "CatalogId", "CreationTime"}


def test_tables_are_listed_by_expression_and_in_pages(glue: GlueClient, database: str) -> None:
    for number in range(5):
        glue.create_table(DatabaseName=database, TableInput={"Name": f"t{number}"})
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, PaginationConfig={"PageSize": 2})
    assert [[found["Name"] for found in page["TableList"]] for page in pages] == [
        ["t0", "t1"],
        ["t2", "t3"],
        ["t4"],
    ]
    assert refusal(glue.get_tables, DatabaseName=database, Expression="(")[0] == "InvalidInputException"


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("t[13]", ["t1", "t3"]),
        ("t1|t2", ["t1", "t2"]),
        ("t.*", ["t1", "t2", "t3", "t_raw"]),
        (r"t\d*", ["t1", "t2", "t3"]),
        ("[st]*_raw", ["t_raw"]),
        ("t", []),
        ("t_*", ["t_raw"]),  # a star is Hive's wildcard, too
        ("*_raw", ["t_raw", "x_raw"]),
        ("*", ["t1", "t2", "t3", "t_raw", "x_raw"]),
    ],
)
def test_an_expression_chooses_tables(glue: GlueClient, expression: str, names: list[str]) -> None:
    where: Any = {"DatabaseName": f"db_{uuid.uuid4().hex[:12]}"}
    glue.create_database(DatabaseInput={"Name": where["DatabaseName"]})
    for name in ("t1", "t2", "t3", "t_raw", "x_raw"):
        glue.create_table(**where, TableInput={"Name": name})
    found = glue.get_tables(**where, Expression=expression)["TableList"]
    assert [table["Name"] for table in found] == names


def test_listings_give_the_attributes_asked_for(glue: GlueClient, database: str) -> None:
    where: Any = {"DatabaseName": database}
    for name, more in (("plain", {}), ("external", {"TableType": "EXTERNAL_TABLE"})):
        glue.create_table(**where, TableInput={"Name": name, **more})  # type: ignore[typeddict-item]
    found = glue.get_tables(**where, AttributesToGet=["NAME", "TABLE_TYPE"])["TableList"]
    assert found == [{"Name": "external", "TableType": "EXTERNAL_TABLE"}, {"Name": "plain"}]
    assert {"Name": database} in glue.get_databases(AttributesToGet=["NAME"])["DatabaseList"]
    for wanted in ([], ["TABLE_TYPE"], ["NAME", "LATEST_ICEBERG_METADATA"]):
        code, _ = refusal(glue.get_tables, **where, AttributesToGet=wanted)
        assert code == "InvalidInputException"


def test_nothing_is_shared_by_others(glue: GlueClient, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    assert glue.get_databases(ResourceShareType="FOREIGN")["DatabaseList"] == []
    assert glue.get_databases(ResourceShareType="ALL")["DatabaseList"] != []
    assert glue.get_tables(DatabaseName=database, ResourceShareType="FEDERATED")["TableList"] == []
    assert len(glue.get_tables(DatabaseName=database, ResourceShareType="ALL")["TableList"]) == 1


def test_the_catalog_of_another_account_is_closed(glue: GlueClient, database: str) -> None:
    own = "000000000000"
    assert glue.get_database(Name=database, CatalogId=own)["Database"]["CatalogId"] == own
    code, message = refusal(glue.get_database, Name=database, CatalogId="111122223333")
    assert code == "AccessDeniedException"
    assert message.startswith(
        f"User: arn:aws:iam::{own}:root is not authorized to perform: glue:GetDatabase on resource: "
        "arn:aws:glue:us-east-1:111122223333:catalog because no resource-based policy allows the "
        "glue:GetDatabase action"
    )
    assert refusal(
        glue.create_table, DatabaseName=database, CatalogId=f"{own}:s3", TableInput={"Name": "t"}
    ) == (
        "EntityNotFoundException",
        f"Catalog {own}:s3 not found.",
    )


def test_a_database_has_the_permissions_of_an_account_without_lake_formation(glue: GlueClient) -> None:
    name = f"db_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name})
    permissions = glue.get_database(Name=name)["Database"]["CreateTableDefaultPermissions"]
    principal = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}
    assert permissions == [{"Principal": principal, "Permissions": ["ALL"]}]
    glue.update_database(Name=name, DatabaseInput={"Name": name, "CreateTableDefaultPermissions": []})
    assert glue.get_database(Name=name)["Database"]["CreateTableDefaultPermissions"] == []


def test_a_partition_key_has_no_parameters(glue: GlueClient, database: str) -> None:
    keys: Any = [{"Name": "day", "Type": "string", "Parameters": {"a": "b"}}]
    definition: Any = {"Name": "t", "PartitionKeys": keys}
    refused = ("InvalidInputException", "Parameters not supported for partition columns")
    assert refusal(glue.create_table, DatabaseName=database, TableInput=definition) == refused
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    assert refusal(glue.update_table, DatabaseName=database, TableInput=definition) == refused


def test_a_partition_lives_from_create_to_delete(glue: GlueClient, table: dict[str, Any]) -> None:
    day = ["2024-06-25"]
    glue.create_partition(**table, PartitionInput={"Values": day, "Parameters": {"n": "1"}})
    assert (
        refusal(glue.create_partition, **table, PartitionInput={"Values": day})[1]
        == "Partition already exists."
    )
    glue.update_partition(
        **table, PartitionValueList=day, PartitionInput={"Values": day, "Parameters": {"n": "2"}}
    )
    assert glue.get_partition(**table, PartitionValues=day)["Partition"]["Parameters"] == {"n": "2"}
    glue.delete_partition(**table, PartitionValues=day)
    assert refusal(glue.get_partition, **table, PartitionValues=day) == (
        "EntityNotFoundException",
        "Cannot find partition.",
    )


def test_a_table_without_partition_keys_takes_no_values(glue: GlueClient, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "flat"})
    table: Any = {"DatabaseName": database, "TableName": "flat"}
    code, _ = refusal(glue.create_partition, **table, PartitionInput={"Values": ["1"]})
    assert code == "InvalidInputException"
    glue.create_partition(**table, PartitionInput={"Parameters": {"n": "1"}})
    assert [one["Values"] for one in glue.get_partitions(**table)["Partitions"]] == [[]]


def test_a_slash_in_a_name_is_no_border_between_names(glue: GlueClient) -> None:
    prefix = uuid.uuid4().hex[:12]
    for database, table in ((f"{prefix}/b", "c"), (prefix, "b/c")):
        glue.create_database(DatabaseInput={"Name": database})
        glue.create_table(DatabaseName=database, TableInput={"Name": table})
    glue.delete_database(Name=f"{prefix}/b")
    assert [one["Name"] for one in glue.get_tables(DatabaseName=prefix)["TableList"]] == ["b/c"]


def test_batches_tell_what_failed(glue: GlueClient, table: dict[str, Any]) -> None:
    inputs: Any = [{"Values": [f"2024-06-{day:02}"]} for day in range(1, 31)]
    assert glue.batch_create_partition(**table, PartitionInputList=inputs)["Errors"] == []
    errors = glue.batch_create_partition(**table, PartitionInputList=inputs[:1])["Errors"]
    assert errors[0]["PartitionValues"] == ["2024-06-01"]
    assert errors[0]["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"
    pages = glue.get_paginator("get_partitions").paginate(**table, PaginationConfig={"PageSize": 7})
    assert [found["Values"] for page in pages for found in page["Partitions"]] == [
        found["Values"] for found in inputs
    ]
    gone = glue.batch_delete_partition(
        **table, PartitionsToDelete=[{"Values": ["2024-06-01"]}, {"Values": ["x"]}]
    )
    assert [error["PartitionValues"] for error in gone["Errors"]] == [["x"]]
    assert len(glue.get_partitions(**table)["Partitions"]) == 29


def test_batches_of_partitions_are_given_and_replaced(glue: GlueClient, table: dict[str, Any]) -> None:
    first, second, none = {"Values": ["1"]}, {"Values": ["2"]}, {"Values": ["none"]}
    glue.batch_create_partition(**table, PartitionInputList=[first, second])  # type: ignore[list-item]
    answer = glue.batch_get_partition(**table, PartitionsToGet=[second, none])  # type: ignore[list-item]
    assert [found["Values"] for found in answer["Partitions"]] == [["2"]]
    assert answer["UnprocessedKeys"] == []
    changed: Any = {"Values": ["1"], "Parameters": {"n": "2"}}
    entries: Any = [
        {"PartitionValueList": ["1"], "PartitionInput": changed},
        {"PartitionValueList": ["2"], "PartitionInput": {"Values": ["3"]}},
        {"PartitionValueList": ["none"], "PartitionInput": none},
    ]
    errors = glue.batch_update_partition(**table, Entries=entries)["Errors"]
    assert errors == [
        {
            "PartitionValueList": ["none"],
            "ErrorDetail": {
                "ErrorCode": "EntityNotFoundException",
                "ErrorMessage": "Cannot find partition.",
            },
        }
    ]
    assert glue.get_partition(**table, PartitionValues=["1"])["Partition"]["Parameters"] == {"n": "2"}
    assert [found["Values"] for found in glue.get_partitions(**table)["Partitions"]] == [["1"], ["3"]]
    assert (
        refusal(glue.batch_update_partition, **table, Entries=entries[:1] * 2)[0] == "InvalidInputException"
    )


def test_column_schemas_are_left_out_on_request(glue: GlueClient, table: dict[str, Any]) -> None:
    storage: Any = {"Columns": [{"Name": "a", "Type": "int"}], "Location": "s3://b/t/day=1/"}
    glue.create_partition(**table, PartitionInput={"Values": ["1"], "StorageDescriptor": storage})
    found = glue.get_partitions(**table, ExcludeColumnSchema=True)["Partitions"][0]
    # AWS answers the last three of every storage descriptor.
    given = {"Location": "s3://b/t/day=1/", "Compressed": False, "NumberOfBuckets": 0}
    given["StoredAsSubDirectories"] = False
    assert found["StorageDescriptor"] == given
    assert glue.get_partitions(**table)["Partitions"][0]["StorageDescriptor"] == given | storage


def test_a_page_goes_on_where_a_deleted_partition_was(glue: GlueClient, table: dict[str, Any]) -> None:
    inputs: Any = [{"Values": [str(number)]} for number in range(4)]
    glue.batch_create_partition(**table, PartitionInputList=inputs)
    page = glue.get_partitions(**table, MaxResults=2)
    glue.batch_delete_partition(**table, PartitionsToDelete=[{"Values": ["0"]}, {"Values": ["1"]}])
    rest = glue.get_partitions(**table, NextToken=page["NextToken"])["Partitions"]
    assert [found["Values"] for found in rest] == [["2"], ["3"]]


def test_a_table_is_kept_as_it_was(glue: GlueClient, table: dict[str, Any]) -> None:
    where = {"DatabaseName": table["DatabaseName"]}

    def update(text: str, **more: Any) -> None:
        glue.update_table(**where, TableInput={"Name": "listens", "Description": text}, **more)

    def versions() -> list[tuple[str, str | None]]:
        pages = glue.get_paginator("get_table_versions").paginate(**table, PaginationConfig={"PageSize": 2})
        found = [version for page in pages for version in page["TableVersions"]]
        return [(version["VersionId"], version["Table"].get("Description")) for version in found]

    for text in ("one", "two", "three"):
        update(text)
    assert versions() == [("3", "three"), ("2", "two"), ("1", "one"), ("0", None)]
    first = glue.get_table_version(**table, VersionId="0")["TableVersion"]
    assert (first["VersionId"], first["Table"]["VersionId"]) == ("0", "0")
    assert first["Table"]["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert glue.get_table_version(**table)["TableVersion"]["VersionId"] == "3"
    update("four", SkipArchive=True)
    assert versions()[:2] == [("4", "four"), ("2", "two")]
    glue.delete_table_version(**table, VersionId="2")
    errors = glue.batch_delete_table_version(**table, VersionIds=["1", "2", "4"])["Errors"]
    assert [(error["VersionId"], error["ErrorDetail"]["ErrorCode"]) for error in errors] == [
        ("2", "EntityNotFoundException"),
        ("4", "InvalidInputException"),
    ]
    assert versions() == [("4", "four"), ("0", None)]
    not_found = ("EntityNotFoundException", "Version not found.")
    assert refusal(glue.get_table_version, **table, VersionId="2") == not_found
    assert refusal(glue.delete_table_version, **table, VersionId="x") == not_found
    glue.delete_table(**where, Name="listens")
    glue.create_table(**where, TableInput={"Name": "listens"})
    assert versions() == [("0", None)]


def test_a_batch_of_tables_is_deleted(glue: GlueClient, database: str) -> None:
    for name in ("a", "b"):
        glue.create_table(DatabaseName=database, TableInput={"Name": name})
    errors = glue.batch_delete_table(DatabaseName=database, TablesToDelete=["A", "none"])["Errors"]
    assert [(error["TableName"], error["ErrorDetail"]["ErrorMessage"]) for error in errors] == [
        ("none", "Table none not found.")
    ]
    assert [found["Name"] for found in glue.get_tables(DatabaseName=database)["TableList"]] == ["b"]
    code, _ = refusal(glue.batch_delete_table, DatabaseName="none", TablesToDelete=["b"])
    assert code == "EntityNotFoundException"


def test_tables_are_searched_by_text_and_property(glue: GlueClient, database: str) -> None:
    columns: Any = {"Columns": [{"Name": "track_id", "Type": "string", "Comment": f"of {database}"}]}
    glue.create_table(DatabaseName=database, TableInput={"Name": "a", "StorageDescriptor": columns})
    glue.create_table(DatabaseName=database, TableInput={"Name": "b", "Parameters": {"tier": "gold"}})

    def names(**query: Any) -> list[str]:
        return [found["Name"] for found in glue.search_tables(**query)["TableList"]]

    here = {"Key": "DatabaseName", "Value": database, "Comparator": "EQUALS"}
    assert names(SearchText=f"OF {database}") == ["a"]
    assert names(Filters=[here], SortCriteria=[{"FieldName": "Name", "Sort": "DESC"}]) == ["b", "a"]
    assert names(Filters=[here, {"Key": "tier", "Value": "gold"}]) == ["b"]
    assert names(Filters=[here, {"Key": "Name", "Value": "a", "Comparator": "GREATER_THAN"}]) == ["b"]
    code, _ = refusal(glue.search_tables, SortCriteria=[{"FieldName": "colour", "Sort": "ASC"}])
    assert code == "InvalidInputException"


def test_column_statistics_are_kept_for_tables_and_partitions(glue: GlueClient, database: str) -> None:
    keys: Any = [{"Name": "day", "Type": "string"}]
    definition: Any = {
        "Name": "t",
        "PartitionKeys": keys,
        "StorageDescriptor": {"Columns": [{"Name": "a", "Type": "int"}]},
    }
    glue.create_table(DatabaseName=database, TableInput=definition)
    of_table: Any = {"DatabaseName": database, "TableName": "t"}
    of_day: Any = {**of_table, "PartitionValues": ["1"]}
    data = {"Type": "LONG", "LongColumnStatisticsData": {"NumberOfNulls": 1, "NumberOfDistinctValues": 2}}
    one: Any = {"ColumnName": "a", "ColumnType": "int", "AnalyzedTime": 0, "StatisticsData": data}
    unknown: Any = {**one, "ColumnName": "z"}
    not_found = "EntityNotFoundException"
    assert refusal(glue.get_column_statistics_for_partition, **of_day, ColumnNames=["a"]) == (
        not_found,
        "Partition [1] not found",
    )
    missing = (not_found, "Statistics do not exist for this column")
    glue.create_partition(**of_table, PartitionInput={"Values": ["1"]})
    for where, update, get, delete in (
        (
            of_table,
            glue.update_column_statistics_for_table,
            glue.get_column_statistics_for_table,
            glue.delete_column_statistics_for_table,
        ),
        (
            of_day,
            glue.update_column_statistics_for_partition,
            glue.get_column_statistics_for_partition,
            glue.delete_column_statistics_for_partition,
        ),
    ):
        call: Any = get
        errors: Any = update(**where, ColumnStatisticsList=[one, unknown])["Errors"]
        assert [error["ColumnStatistics"]["ColumnName"] for error in errors] == ["z"]
        found = call(**where, ColumnNames=["A", "z"])
        assert [each["StatisticsData"] for each in found["ColumnStatisticsList"]] == [data]
        assert [error["ColumnName"] for error in found["Errors"]] == ["z"]
        detail = found["Errors"][0]["Error"]
        assert (detail["ErrorCode"], detail["ErrorMessage"]) == missing
        delete(**where, ColumnName="a")
        assert refusal(delete, **where, ColumnName="a") == missing
        update(**where, ColumnStatisticsList=[one])
    glue.delete_table(DatabaseName=database, Name="t")
    glue.create_table(DatabaseName=database, TableInput=definition)
    glue.create_partition(**of_table, PartitionInput={"Values": ["1"]})
    assert glue.get_column_statistics_for_table(**of_table, ColumnNames=["a"])["ColumnStatisticsList"] == []
    found = glue.get_column_statistics_for_partition(**of_day, ColumnNames=["a"])
    assert found["ColumnStatisticsList"] == []


def columns(*named: tuple[str, str]) -> list[Any]:
    return [{"Name": name, "Type": kind} for name, kind in named]


def test_columns_and_keys_are_stored_in_lower_case_members_of_a_struct_as_given(
    glue: GlueClient, database: str
) -> None:
    given = columns(("userId", "string"), ("EventTime", "string"), ("S", "struct<aB:int>"))
    stored = columns(("userid", "string"), ("eventtime", "string"), ("s", "struct<aB:int>"))
    table: Any = {
        "Name": "t",
        "StorageDescriptor": {"Columns": given, "Location": "s3://b/t/"},
        "PartitionKeys": columns(("Day", "string")),
    }
    where: Any = {"DatabaseName": database, "TableName": "t"}
    partition: Any = {"Values": ["1"], "StorageDescriptor": {"Columns": given}}

    glue.create_table(DatabaseName=database, TableInput=table)
    created = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert created["StorageDescriptor"]["Columns"] == stored
    assert created["PartitionKeys"] == columns(("day", "string"))

    glue.create_partition(**where, PartitionInput=partition)
    found = glue.get_partition(**where, PartitionValues=["1"])["Partition"]
    assert found["StorageDescriptor"]["Columns"] == stored

    glue.update_table(DatabaseName=database, TableInput=table)
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["StorageDescriptor"]["Columns"] == stored


@pytest.mark.parametrize("operation", ["create_table", "update_table"])
def test_two_names_that_differ_only_in_case_are_refused(
    glue: GlueClient, table: dict[str, Any], operation: str
) -> None:
    database = table["DatabaseName"]
    name = "listens" if operation == "update_table" else "other"
    twice = columns(("A", "int"), ("b", "int"), ("a", "int"))

    for members, what in (
        ({"StorageDescriptor": {"Columns": twice}}, "columns"),
        ({"PartitionKeys": twice}, "partition keys"),
    ):
        error = refusal(getattr(glue, operation), DatabaseName=database, TableInput={"Name": name, **members})
        assert error == (
            "InvalidInputException",
            f"Names of {what} must be unique, whatever their case; found more than once: a.",
        )

    iceberg = {"Name": name, "Parameters": {"table_type": "ICEBERG"}, "StorageDescriptor": {"Columns": twice}}
    getattr(glue, operation)(DatabaseName=database, TableInput=iceberg)
    both = {
        "Name": "both",
        "StorageDescriptor": {"Columns": columns(("DT", "int"))},
        "PartitionKeys": columns(("dt", "string")),
    }
    glue.create_table(DatabaseName=database, TableInput=both)  # type: ignore[arg-type]
