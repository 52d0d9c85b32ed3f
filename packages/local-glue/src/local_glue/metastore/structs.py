"""The structs and calls of Hive's metastore that Spark's Hive client uses, as data.

Source: Hive 2.3's hive_metastore.thrift, read off the Java classes that Spark brings.
"""

from dataclasses import dataclass

from local_glue.metastore.wire import Struct, Structs, Type

_TEXTS: Type = ("list", "string")
_MAP: Type = ("map", "string", "string")


def _struct(**members: Type) -> dict[int, tuple[str, Type]]:
    """Number members from 1, as nearly all of Hive's are."""
    return dict(enumerate(members.items(), 1))


STRUCTS: Structs = {
    "Database": _struct(name="string", description="string", locationUri="string", parameters=_MAP)
    | {6: ("ownerName", "string")},
    "FieldSchema": _struct(name="string", type="string", comment="string"),
    "SerDeInfo": _struct(name="string", serializationLib="string", parameters=_MAP),
    "Order": _struct(col="string", order="i32"),
    "StorageDescriptor": _struct(
        cols=("list", "FieldSchema"),
        location="string",
        inputFormat="string",
        outputFormat="string",
        compressed="bool",
        numBuckets="i32",
        serdeInfo="SerDeInfo",
        bucketCols=_TEXTS,
        sortCols=("list", "Order"),
        parameters=_MAP,
        skewedInfo="SkewedInfo",
        storedAsSubDirectories="bool",
    ),
    "SkewedInfo": _struct(skewedColNames=_TEXTS, skewedColValues=("list", _TEXTS)),
    "Table": _struct(
        tableName="string",
        dbName="string",
        owner="string",
        createTime="i32",
        lastAccessTime="i32",
        retention="i32",
        sd="StorageDescriptor",
        partitionKeys=("list", "FieldSchema"),
        parameters=_MAP,
        viewOriginalText="string",
        viewExpandedText="string",
        tableType="string",
    ),
    "Partition": _struct(
        values=_TEXTS,
        dbName="string",
        tableName="string",
        createTime="i32",
        lastAccessTime="i32",
        sd="StorageDescriptor",
        parameters=_MAP,
    ),
    "TableRequest": _struct(dbName="string", tblName="string"),
    "TableResult": _struct(table="Table"),
    "TablesRequest": _struct(dbName="string", tblNames=_TEXTS),
    "TablesResult": _struct(tables=("list", "Table")),
    "AddPartitions": _struct(
        dbName="string", tblName="string", parts=("list", "Partition"), ifNotExists="bool", needResult="bool"
    ),
    "AddedPartitions": _struct(partitions=("list", "Partition")),
    "Context": _struct(properties=_MAP),
    "AllFunctions": _struct(functions=("list", "Function")),
    "Function": _struct(functionName="string"),
    "Failure": _struct(message="string"),
}


@dataclass(frozen=True)
class Call:
    """A call's arguments, what it answers, and the failures that it may answer, by their number."""

    arguments: Struct
    success: Type | None
    failures: tuple[str, ...]

    @property
    def answer(self) -> Struct:
        """The struct of the answer."""
        numbered = {n: (name, "Failure") for n, name in enumerate(self.failures, 1) if name}
        return {**({0: ("success", self.success)} if self.success else {}), **numbered}


_META, _ABSENT = "MetaException", "NoSuchObjectException"
_EXISTS, _INVALID = "AlreadyExistsException", "InvalidObjectException"
_OPERATION = "InvalidOperationException"
_TABLE = {"db_name": "string", "tbl_name": "string"}
_PARTITIONS: Type = ("list", "Partition")


def _call(success: Type | None, *failures: str, **arguments: Type) -> Call:
    return Call(_struct(**arguments), success, failures)


CALLS = {
    "get_all_databases": _call(_TEXTS, _META),
    "get_databases": _call(_TEXTS, _META, pattern="string"),
    "get_database": _call("Database", _ABSENT, _META, name="string"),
    "create_database": _call(None, _EXISTS, _INVALID, _META, database="Database"),
    "alter_database": _call(None, _META, _ABSENT, dbname="string", db="Database"),
    "drop_database": _call(
        None, _ABSENT, _OPERATION, _META, name="string", deleteData="bool", cascade="bool"
    ),
    "get_all_tables": _call(_TEXTS, _META, db_name="string"),
    "get_tables": _call(_TEXTS, _META, db_name="string", pattern="string"),
    "get_tables_by_type": _call(_TEXTS, _META, db_name="string", pattern="string", tableType="string"),
    "get_table": _call("Table", _META, _ABSENT, dbname="string", tbl_name="string"),
    "get_table_objects_by_name": _call(("list", "Table"), dbname="string", tbl_names=_TEXTS),
    "get_table_req": _call("TableResult", _META, _ABSENT, req="TableRequest"),
    "get_table_objects_by_name_req": _call("TablesResult", _META, _OPERATION, _ABSENT, req="TablesRequest"),
    "create_table": _call(None, _EXISTS, _INVALID, _META, _ABSENT, tbl="Table"),
    "create_table_with_environment_context": _call(
        None, _EXISTS, _INVALID, _META, _ABSENT, tbl="Table", environment_context="Context"
    ),
    "alter_table_with_environment_context": _call(
        None,
        _OPERATION,
        _META,
        dbname="string",
        tbl_name="string",
        new_tbl="Table",
        environment_context="Context",
    ),
    "drop_table_with_environment_context": _call(
        None, _ABSENT, _META, dbname="string", name="string", deleteData="bool", environment_context="Context"
    ),
    "get_partitions": _call(_PARTITIONS, _ABSENT, _META, **_TABLE, max_parts="i16"),
    "get_partitions_with_auth": _call(_PARTITIONS, _ABSENT, _META, **_TABLE, max_parts="i16"),
    "get_partitions_ps": _call(_PARTITIONS, _META, _ABSENT, **_TABLE, part_vals=_TEXTS, max_parts="i16"),
    "get_partitions_ps_with_auth": _call(
        _PARTITIONS, _ABSENT, _META, **_TABLE, part_vals=_TEXTS, max_parts="i16"
    ),
    "get_partitions_by_filter": _call(
        _PARTITIONS, _META, _ABSENT, **_TABLE, filter="string", max_parts="i16"
    ),
    "get_partitions_by_names": _call(_PARTITIONS, _META, _ABSENT, **_TABLE, names=_TEXTS),
    "get_partition_names": _call(_TEXTS, "", _META, **_TABLE, max_parts="i16"),
    "get_partition_names_ps": _call(_TEXTS, _META, _ABSENT, **_TABLE, part_vals=_TEXTS, max_parts="i16"),
    "get_partition": _call("Partition", _META, _ABSENT, **_TABLE, part_vals=_TEXTS),
    "get_partition_with_auth": _call("Partition", _META, _ABSENT, **_TABLE, part_vals=_TEXTS),
    "add_partitions": _call("i32", _INVALID, _EXISTS, _META, new_parts=_PARTITIONS),
    "add_partitions_req": _call("AddedPartitions", _INVALID, _EXISTS, _META, request="AddPartitions"),
    "add_partition_with_environment_context": _call(
        "Partition", _INVALID, _EXISTS, _META, new_part="Partition", environment_context="Context"
    ),
    "alter_partition_with_environment_context": _call(
        None, _OPERATION, _META, **_TABLE, new_part="Partition", environment_context="Context"
    ),
    "alter_partitions_with_environment_context": _call(
        None, _OPERATION, _META, **_TABLE, new_parts=_PARTITIONS, environment_context="Context"
    ),
    "alter_partitions": _call(None, _OPERATION, _META, **_TABLE, new_parts=_PARTITIONS),
    "drop_partition": _call("bool", _ABSENT, _META, **_TABLE, part_vals=_TEXTS, deleteData="bool"),
    "drop_partition_with_environment_context": _call(
        "bool", _ABSENT, _META, **_TABLE, part_vals=_TEXTS, deleteData="bool", environment_context="Context"
    ),
    "get_all_functions": _call("AllFunctions", _META),
    "get_functions": _call(_TEXTS, _META, dbName="string", pattern="string"),
    "get_function": _call("Function", _META, _ABSENT, dbName="string", funcName="string"),
    "set_ugi": _call(_TEXTS, _META, user_name="string", group_names=_TEXTS),
    "getMetaConf": _call("string", _META, key="string"),
}
