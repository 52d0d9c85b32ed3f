"""Sources -> the files that AWS gets: job scripts, the shared package as wheel and zip, Lambda zips.

The same sources give the same bytes and so the same keys, on any machine: a key never changes its content.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.deploy.script_syntax import require_readable_scripts
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project

OWN_FUNCTIONS = Path(__file__).parent / "functions"
"""Lambda functions of the tool's own."""

# The earliest time that a zip can hold.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """One file for the artifact bucket."""

    key: str
    body: bytes


@dataclass(frozen=True)
class Artifacts:
    """All that one deployment uploads; `names` says where, in the words that the project file may use."""

    files: tuple[Artifact, ...]
    names: Mapping[str, str]


def build_artifacts(project: Project) -> Artifacts:
    """Return the project's code as it is uploaded; nothing is written to disk.

    Raises:
        SandboxError: a folder that the project file names is not there, or a script is no Python.
    """
    require_readable_scripts(project)
    files: list[Artifact] = []
    names: dict[str, str] = {}

    if project.job_scripts:
        for name, body in read_tree(project.job_scripts, "*.py").items():
            # A key for each, so that a changed script is its own job's change alone.
            key = f"jobs/{content_hash({name: body})}/{name}"
            names[f"job_{in_braces(name.removesuffix('.py'))}"] = key
            files.append(Artifact(key, body))

    if project.package:
        package = Package.read(project.package, version_of(project))
        folder = f"packages/{package.digest}"
        names |= {
            "package_wheel": f"{folder}/{package.wheel_name}",
            "package_zip": f"{folder}/{package.name}.zip",
        }
        files.append(Artifact(names["package_wheel"], package.wheel()))
        files.append(Artifact(names["package_zip"], build_zip(package.files)))

    for folder_of_one in sorted(project.lambdas.iterdir()) if project.lambdas else ():
        if folder_of_one.is_dir() and not folder_of_one.name.startswith((".", "__pycache__")):
            code = read_tree(folder_of_one, under=folder_of_one.name)
            key = f"lambdas/{content_hash(code)}/{folder_of_one.name}.zip"
            names[f"lambda_{folder_of_one.name}"] = key
            files.append(Artifact(key, build_zip(code)))

    for name, job in project.jobs.define.items():
        script = {job.script.name: (project.root / job.script).read_bytes()}
        names[f"script_{name}"] = f"jobs/{content_hash(script)}/{job.script.name}"
        files.append(Artifact(names[f"script_{name}"], script[job.script.name]))

    for name, source in _function_folders(project).items():
        code = read_tree(source)
        names[f"function_{name}"] = f"functions/{content_hash(code)}/{name}.zip"
        files.append(Artifact(names[f"function_{name}"], build_zip(code)))

    return Artifacts(tuple(files), names)


def in_braces(name: str) -> str:
    """Return a name as it can stand in braces."""
    return re.sub(r"\W", "_", name)


def _function_folders(project: Project) -> dict[str, Path]:
    """Functions of the project file, and the tool's own ones where an event needs one."""
    folders = {name: project.root / function.folder for name, function in project.functions.items()}
    return folders | (
        {"start_dag": OWN_FUNCTIONS} if any(each.dag for each in project.events.values()) else {}
    )


def version_of(project: Project) -> str:
    """Return the version in the project's pyproject.toml, or 0 where it says none."""
    file = project.root / "pyproject.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return str(content.get("project", {}).get("version", "0"))


def read_tree(folder: Path, pattern: str = "*", under: str = "") -> dict[str, bytes]:
    """Return the files below `folder` by relative name, sorted; byte code and hidden files are left out.

    `under` is a folder to put before each name.

    Raises:
        SandboxError: there is no such folder.
    """
    if not folder.is_dir():
        raise SandboxError(f"sources in {folder}", "no such folder", "git status")
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob(pattern)):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in name.parts):
            files[(Path(under) / name).as_posix()] = path.read_bytes()
    return files


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the first 16 hex digits of a hash of names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()[:16]


def build_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on names and contents alone."""
    return _zip((name, files[name]) for name in sorted(files))


@dataclass(frozen=True)
class Package:
    """A pure Python package; Glue's Python shell installs its wheel with pip (Python 3.9)."""

    name: str
    version: str
    files: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path, version: str) -> Package:
        """Return the package that lies in a folder of its name."""
        return cls(folder.name, version, read_tree(folder, under=folder.name))

    @property
    def wheel_name(self) -> str:
        """The file name that pip expects."""
        return f"{self.name}-{self.version}-py3-none-any.whl"

    @property
    def digest(self) -> str:
        """The hash of its files and its version."""
        return content_hash({**self.files, "version": self.version.encode()})

    def wheel(self) -> bytes:
        """Return the package as a wheel."""
        info = f"{self.name}-{self.version}.dist-info"
        distribution = self.name.replace("_", "-")
        metadata = (
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {self.version}\nRequires-Python: >=3.9\n"
        )
        wheel = f"Wheel-Version: 1.0\nGenerator: {distribution}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        content = {name: self.files[name] for name in sorted(self.files)}
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
