"""Drivers that Glue has built in come when they are asked for, those that nobody has installed from S3."""

from __future__ import annotations

import struct

from glue_service.archives import packed
from glue_service.glue_scripts import HEAD, Case, ScriptRunner

SCRIPT = (
    HEAD
    + """
def table(**driver):
    return {"url": "jdbc:derby:memory:drivers;create=true", "dbtable": "numbers", **driver}

of_s3 = {"customJdbcDriverS3Path": "s3://jdbc-drivers/own.jar", "customJdbcDriverClassName": "shop.OwnDriver"}
try:
    glueContext.create_dynamic_frame.from_options(
        "custom.jdbc", table(customJdbcDriverClassName="shop.OwnDriver")
    )
except NotImplementedError as error:
    print(str(error).partition(":")[0])
df = spark.createDataFrame([(1,), (2,)], "N int")
glueContext.write_dynamic_frame.from_options(
    DynamicFrame.fromDF(df, glueContext, "n"), "custom.jdbc", table(**of_s3)
)
frame = glueContext.create_dynamic_frame.from_options("custom.jdbc", table(**of_s3))
print(sorted(row["N"] for row in frame.toDF().collect()))
try:
    glueContext.create_dynamic_frame.from_options(
        "custom.jdbc",
        table(customJdbcDriverS3Path="s3://jdbc-drivers/none.jar", customJdbcDriverClassName="shop.Other"),
    )
except Exception as error:
    print(type(error).__name__, "404" in str(error))
"""
)
# Nobody listens at this address: who says so is the driver.
BUILT_IN = (
    HEAD
    + """
url = "jdbc:postgresql://127.0.0.1:1/shop"

def attempt(what, call):
    try:
        call()
    except Exception as error:
        print(what, "Connection to 127.0.0.1:1 refused" in str(error))

attempt("Spark", lambda: spark.read.format("jdbc").option("url", url).option("dbtable", "t").load())
options = {"url": url, "dbtable": "t", "user": "u", "password": "p"}
attempt("Glue", lambda: glueContext.create_dynamic_frame.from_options("postgresql", options).count())
attempt("Java", lambda: sc._jvm.java.sql.DriverManager.getConnection(url))
"""
)


def class_file(name: str, extends: str) -> bytes:
    """Return a compiled Java class that only extends another one."""

    def text(value: str) -> bytes:
        return struct.pack(">BH", 1, len(value)) + value.encode()

    def refers_to(tag: int, *numbers: int) -> bytes:
        return struct.pack(f">B{len(numbers)}H", tag, *numbers)

    constants = [
        *(text(name), refers_to(7, 1), text(extends), refers_to(7, 3)),
        *(text("<init>"), text("()V"), text("Code"), refers_to(12, 5, 6), refers_to(10, 4, 8)),
    ]
    calls_its_parent = b"\x2a\xb7\x00\x09\xb1"
    code = struct.pack(">HHI", 1, 1, len(calls_its_parent)) + calls_its_parent + struct.pack(">HH", 0, 0)
    constructor = struct.pack(">HHHHHI", 1, 5, 6, 1, 7, len(code)) + code
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 52, len(constants) + 1) + b"".join(constants)
    return head + struct.pack(">HHHHHH", 0x21, 2, 4, 0, 0, 1) + constructor + struct.pack(">H", 0)


def test_a_driver_is_loaded_from_s3(scripts: ScriptRunner) -> None:
    own = class_file("shop/OwnDriver", extends="org/apache/derby/jdbc/EmbeddedDriver")
    jar = packed({"shop/OwnDriver.class": own})
    scripts.check(
        Case(
            "a driver from S3",
            SCRIPT,
            files={"s3://jdbc-drivers/own.jar": jar},
            prints="""\
The JDBC driver 'shop.OwnDriver' for custom.jdbc is not here
[1, 2]
ClientError True
""",
        )
    )


def test_the_drivers_of_glue_are_there_for_spark_dynamic_frames_and_java(scripts: ScriptRunner) -> None:
    scripts.check(Case("a driver of Glue's", BUILT_IN, prints="Spark True\nGlue True\nJava True\n"))
