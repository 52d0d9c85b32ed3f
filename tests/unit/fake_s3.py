"""The part of S3 that the jobs use, in memory, with S3's error codes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

BUCKET = "music-streams"
DELIVERED = datetime(2024, 6, 25, 17, 43, 13, tzinfo=UTC)


def client_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class FakeS3:
    """One bucket. `before` maps an operation's name to something to do just before it runs, once."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.before: dict[str, Any] = {}
        self.calls: list[tuple[str, str]] = []
        self.copies_have_other_etags = False
        """As with keys of KMS: an etag is no sum of the bytes."""

    def deliver(self, key: str, body: bytes, at: datetime = DELIVERED) -> str:
        """Put an object as if delivered at that time; gives its etag."""
        self.put_object(BUCKET, key, body)
        self.objects[key]["LastModified"] = at
        return str(self.objects[key]["ETag"]).strip('"')

    def text(self, key: str) -> str:
        return bytes(self.objects[key]["Body"]).decode()

    def keys(self, prefix: str = "") -> list[str]:
        return sorted((key for key in self.objects if key.startswith(prefix)), key=str.encode)

    def put_object(self, Bucket: str, Key: str, Body: Any, **metadata: Any) -> None:  # noqa: ARG002, N803
        self._enter("put_object", Key)
        Body = Body if isinstance(Body, bytes) else Body.read()  # noqa: N806
        self.objects[Key] = {
            "Body": Body,
            "ETag": f'"{hashlib.md5(Body, usedforsecurity=False).hexdigest()}"',
            "LastModified": DELIVERED,
            "Metadata": {},
            **metadata,
        }

    def upload_fileobj(self, file: Any, bucket: str, key: str, ExtraArgs: Any, Config: Any) -> None:  # noqa: ARG002, N803
        self.put_object(bucket, key, file.read(), **ExtraArgs)

    def get_object(self, Bucket: str, Key: str, IfMatch: str | None = None) -> dict[str, Any]:  # noqa: ARG002, N803
        self._enter("get_object", Key)
        found = self._found(Key, "GetObject", "NoSuchKey")
        if IfMatch is not None and found["ETag"] != IfMatch:
            raise client_error("PreconditionFailed", "GetObject")
        return {**found, "Body": StreamingBody(io.BytesIO(found["Body"]), len(found["Body"]))}

    def head_object(self, Bucket: str, Key: str, IfMatch: str | None = None) -> dict[str, Any]:  # noqa: ARG002, N803
        self._enter("head_object", Key)
        found = self._found(Key, "HeadObject", "404")
        if IfMatch is not None and found["ETag"] != IfMatch:
            raise client_error("412", "HeadObject")
        return {**found, "ContentLength": len(found["Body"])}

    def copy_object(self, Bucket: str, Key: str, CopySource: Any, **extra: Any) -> dict[str, Any]:  # noqa: N803
        self._enter("copy_object", CopySource["Key"])
        found = self._found(CopySource["Key"], "CopyObject", "404")
        if found["ETag"] != extra.get("CopySourceIfMatch", found["ETag"]):
            raise client_error("PreconditionFailed", "CopyObject")
        self.put_object(Bucket, Key, found["Body"], Metadata=extra.get("Metadata", found["Metadata"]))
        if self.copies_have_other_etags:
            self.objects[Key]["ETag"] = f'"other-{len(self.calls)}"'
        return {"CopyObjectResult": {"ETag": self.objects[Key]["ETag"]}}

    def copy(self, source: Any, bucket: str, key: str, ExtraArgs: Any, Config: Any) -> None:  # noqa: N803
        """From the threshold on in parts: equal bytes under another etag."""
        self.copy_object(bucket, key, source, **ExtraArgs)
        if len(self.objects[key]["Body"]) >= Config.multipart_threshold:
            self.objects[key]["ETag"] = '"in-parts-2"'

    def delete_object(self, Bucket: str, Key: str, IfMatch: str | None = None) -> None:  # noqa: ARG002, N803
        self._enter("delete_object", Key)
        if IfMatch is not None and self._found(Key, "DeleteObject", "NoSuchKey")["ETag"] != IfMatch:
            raise client_error("PreconditionFailed", "DeleteObject")
        self.objects.pop(Key, None)

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002, N803
        for entry in Delete["Objects"]:
            self.objects.pop(entry["Key"], None)
        return {}

    def list_objects_v2(self, Bucket: str, Prefix: str, MaxKeys: int = 1000) -> dict[str, Any]:  # noqa: ARG002, N803
        return {"Contents": self._listed(Prefix)[:MaxKeys]}

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str, **asked: str) -> Iterator[dict[str, Any]]:  # noqa: ARG002, N803
        """Pages of two objects, so that every listing is longer than a page; with a delimiter its folders."""
        if delimiter := asked.get("Delimiter"):
            below = (key.removeprefix(Prefix) for key in self.keys(Prefix))
            folders = dict.fromkeys(key.split(delimiter)[0] for key in below if delimiter in key)
            yield {"CommonPrefixes": [{"Prefix": f"{Prefix}{folder}{delimiter}"} for folder in folders]}
            return

        listed = [
            each
            for each in self._listed(Prefix)
            if each["Key"].encode() > asked.get("StartAfter", "").encode()
        ]
        for start in range(0, max(1, len(listed)), 2):
            yield {"Contents": listed[start : start + 2]} if listed else {}

    def _listed(self, prefix: str) -> list[dict[str, Any]]:
        return [
            {
                "Key": key,
                "ETag": self.objects[key]["ETag"],
                "Size": len(self.objects[key]["Body"]),
                "LastModified": self.objects[key]["LastModified"],
            }
            for key in self.keys(prefix)
        ]

    def _enter(self, operation: str, key: str) -> None:
        self.calls.append((operation, key))
        action = self.before.pop(operation, None)
        if action is not None:
            action()

    def _found(self, key: str, operation: str, code: str) -> dict[str, Any]:
        if key not in self.objects:
            raise client_error(code, operation)
        return self.objects[key]
