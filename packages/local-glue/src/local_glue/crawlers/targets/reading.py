"""Reads the schemas of many objects at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local_glue.crawlers.formats.classify import read_schema
from local_glue.crawlers.formats.schema import Schema
from local_glue.crawlers.targets.listing import Folder, S3Object

_AT_ONCE = 3


def read_schemas(s3: Any, items: Iterable[S3Object], check: Callable[[], None]) -> dict[S3Object, Schema]:
    """Classify objects; `check` may end it by raising."""

    def read(item: S3Object) -> Schema:
        check()
        return read_schema(s3, item)

    found = list(items)
    with ThreadPoolExecutor(min(_AT_ONCE, len(found) or 1)) as pool:
        futures = [pool.submit(read, item) for item in found]
        try:
            return {item: future.result() for item, future in zip(found, futures, strict=True)}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def sampled(folder: Folder, sample_size: int | None) -> Folder:
    """Return the tree with at most `sample_size` files in each folder of files; None is all of them."""
    if sample_size is None:
        return folder
    files = sorted(folder.files, key=lambda item: item.key)[:sample_size]
    folders = {name: sampled(inner, sample_size) for name, inner in folder.folders.items()}
    return Folder(folder.bucket, folder.path, files, folders)
