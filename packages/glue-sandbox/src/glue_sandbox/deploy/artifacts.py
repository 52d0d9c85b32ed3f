"""Sources -> the files that AWS gets: job scripts, the shared package as wheel and zip, Lambda zips.

The same sources give the same bytes and so the same keys, on any machine: a key never changes its content.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "music_streams"
TRIGGER_LAMBDA = "trigger_music_pipeline_dag"
# The earliest time that a zip can hold.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """One file for the artifact bucket."""

    key: str
    body: bytes


@dataclass(frozen=True)
class Artifacts:
    """All that one deployment uploads."""

    job_scripts_prefix: str
    job_scripts: tuple[Artifact, ...]
    wheel: Artifact
    package_zip: Artifact
    trigger_code: Artifact

    def all(self) -> tuple[Artifact, ...]:
        """Every file to upload."""
        return (*self.job_scripts, self.wheel, self.package_zip, self.trigger_code)

    def parameters(self) -> dict[str, str]:
        """The template parameters that say where the files lie."""
        return {
            "JobScriptsPrefix": self.job_scripts_prefix,
            "PackageWheelKey": self.wheel.key,
            "PackageZipKey": self.package_zip.key,
            "TriggerCodeKey": self.trigger_code.key,
        }


def build_artifacts(root: Path) -> Artifacts:
    """Package the checkout at `root`; nothing is written to disk."""
    scripts = read_tree(root / "glue" / "jobs", "*.py")
    prefix = f"jobs/{content_hash(scripts)}"
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    package = read_tree(root / "glue" / PACKAGE, under=PACKAGE)
    package_hash = content_hash({**package, "version": version.encode()})
    code = read_tree(root / "infra" / "lambdas" / TRIGGER_LAMBDA, under=TRIGGER_LAMBDA)
    return Artifacts(
        job_scripts_prefix=prefix,
        job_scripts=tuple(Artifact(f"{prefix}/{name}", body) for name, body in scripts.items()),
        wheel=Artifact(f"packages/{package_hash}/{wheel_name(version)}", build_wheel(package, version)),
        package_zip=Artifact(f"packages/{package_hash}/{PACKAGE}.zip", build_zip(package)),
        trigger_code=Artifact(f"lambdas/{content_hash(code)}/{TRIGGER_LAMBDA}.zip", build_zip(code)),
    )


def read_tree(folder: Path, pattern: str = "*", under: str = "") -> dict[str, bytes]:
    """Files below `folder` by relative name, sorted; byte code and hidden files are left out.

    `under` is a folder to put before each name.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"Expected sources in {folder}, found no such folder. Run: git status")
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob(pattern)):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in name.parts):
            files[(Path(under) / name).as_posix()] = path.read_bytes()
    return files


def content_hash(files: Mapping[str, bytes]) -> str:
    """The first 16 hex digits of a hash of names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()[:16]


def build_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on names and contents alone."""
    return _zip((name, files[name]) for name in sorted(files))


def wheel_name(version: str) -> str:
    """The file name that pip expects for the package."""
    return f"{PACKAGE}-{version}-py3-none-any.whl"


def build_wheel(files: Mapping[str, bytes], version: str) -> bytes:
    """A pure Python wheel of `files`; Glue's Python shell installs it with pip (Python 3.9)."""
    info = f"{PACKAGE}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: music-streams\nVersion: {version}\nRequires-Python: >=3.9\n"
    wheel = "Wheel-Version: 1.0\nGenerator: music-streams\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content = {name: files[name] for name in sorted(files)}
    # The format wants its own folder last.
    content[f"{info}/METADATA"] = metadata.encode()
    content[f"{info}/WHEEL"] = wheel.encode()
    record = "".join(f"{name},sha256={_digest(body)},{len(body)}\n" for name, body in content.items())
    content[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return _zip(content.items())


def _digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def _zip(entries: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    # Stored, not deflated: zlib's output differs between versions.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in entries:
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return buffer.getvalue()
