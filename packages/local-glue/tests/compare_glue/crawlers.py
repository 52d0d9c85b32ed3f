"""What is asked about crawlers."""

from __future__ import annotations

import io
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
from glue_service.aws import ROLE

from compare_glue.checks import check, same
from compare_glue.target import Target


@check("Crawlers", "CSV becomes a table with the header's columns")
def crawl_csv(target: Target) -> None:
    folder = target.new("csv")
    target.put(f"{folder}/x.csv", "id,name\n1,a\n2,b\n")
    _, tables = target.crawl(folder)
    columns = {c["Name"]: c["Type"] for c in tables[folder]["StorageDescriptor"]["Columns"]}
    same(columns, {"id": "bigint", "name": "string"})


@check("Crawlers", "Parquet in Hive folders becomes a table with partitions")
def crawl_parquet(target: Target) -> None:
    folder, buffer = target.new("pq"), io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), buffer)
    for day in ("1", "2"):
        target.put(f"{folder}/day={day}/x.parquet", buffer.getvalue())
    name, tables = target.crawl(folder)
    same([key["Name"] for key in tables[folder]["PartitionKeys"]], ["day"])
    same(target.chosen({"DatabaseName": name, "TableName": folder}), ["1", "2"])


@check("Crawlers", "a table whose data is gone is deleted (DELETE_FROM_DATABASE)")
def crawl_delete(target: Target) -> None:
    folder = target.new("gone")
    target.put(f"{folder}/x.json", '{"a":1}\n')
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    name, tables = target.crawl(folder, SchemaChangePolicy=policy)
    same(list(tables), [folder])
    target.s3.delete_object(Bucket="compare", Key=f"{folder}/x.json")
    same(list(target.crawl(folder, name)[1]), [])


@check("Crawlers", "ListCrawls gives the history")
def list_crawls(target: Target) -> None:
    folder = target.new("history")
    target.put(f"{folder}/x.json", '{"a":1}\n')
    name, _ = target.crawl(folder)
    same([crawl["State"] for crawl in target.glue.list_crawls(CrawlerName=name)["Crawls"]], ["COMPLETED"])


@check("Crawlers", "a bucket that can't be read is a FAILED crawl")
def crawl_failed(target: Target) -> None:
    name, bucket = target.new(), f"gone-{uuid.uuid4().hex[:8]}"
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/"}]}
    target.glue.create_database(DatabaseInput={"Name": name})
    target.s3.create_bucket(Bucket=bucket)
    target.glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets=targets)
    target.s3.delete_bucket(Bucket=bucket)
    target.crawl("", name)
    same(target.glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]["Status"], "FAILED")
