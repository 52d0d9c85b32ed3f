"""Wheels for --additional-python-modules."""

from __future__ import annotations

import io
import time
import zipfile

from glue_service.aws import BUCKET
from glue_service.service import GlueService

NO_INDEX = {"--python-modules-installer-option": "--no-index"}


def wheel(version: str, *requirements: str, package: str = "tiny") -> bytes:
    """Build the wheel of a package that knows its version."""
    info = f"{package}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {one}\n" for one in requirements)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{package}.py", f"name = '{package} {version}'")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{requires}"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()


def upload(service: GlueService, body: bytes, name: str) -> str:
    key = f"wheels/{time.monotonic_ns()}/{name}"
    service.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"
