"""What a release is made of, byte by byte: uploaded code, templates, and the files of the DAG folder.

It is read from the project, or, for the way back, from a release in the artifact bucket.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glue_sandbox.deploy.artifacts import Artifact, build_artifacts, read_tree
from glue_sandbox.deploy.templates import Template, load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project
from glue_sandbox.promote.airflow.requirements import FILE

TEMPLATES, DAG_FILES, REQUIREMENTS = "templates/", "dag-files/", "requirements/"
"""Folders of the artifact bucket, beside those of the code; what lies there is named by its hash."""


@dataclass(frozen=True)
class Content:
    """All bytes of one release."""

    code: tuple[Artifact, ...]
    names: Mapping[str, str]
    """Where the code lies, in the words that the project file may use."""
    templates: Mapping[str, Template]
    """In the order of their deployment."""
    dag_files: Mapping[str, bytes]
    """By name in the DAG folder."""
    requirements: bytes | None = None
    """The file that names what DAGs import beside Airflow; None for a project without."""

    @property
    def digest(self) -> str:
        """The first 16 hex digits of a hash of everything: the same content has the same, on any machine."""
        whole = hashlib.sha256()
        for name, found in sorted(self.hashes().items()):
            whole.update(f"{name}\0{found}\n".encode())
        return whole.hexdigest()[:16]

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of each part, by its name."""
        hashes = {artifact.key: sha256(artifact.body) for artifact in self.code}
        hashes |= {f"{TEMPLATES}{name}": sha256(text_of(body)) for name, body in self.templates.items()}
        hashes |= {f"{DAG_FILES}{name}": sha256(body) for name, body in self.dag_files.items()}
        if self.requirements is not None:
            hashes[f"{REQUIREMENTS}{FILE}"] = sha256(self.requirements)
        return hashes

    def files(self) -> Iterable[Artifact]:
        """Yield everything under the key that it has in the artifact bucket: its hash is in it."""
        yield from self.code
        for name, template in self.templates.items():
            yield Artifact(template_key(name, sha256(text_of(template))), text_of(template))
        for name, body in self.dag_files.items():
            yield Artifact(dag_file_key(name, sha256(body)), body)
        if self.requirements is not None:
            yield Artifact(requirements_key(sha256(self.requirements)), self.requirements)


def content_of(project: Project) -> Content:
    """Return what the project's files are now.

    Raises:
        SandboxError: the project has no templates, or a file that it names is not there.
    """
    templates = project.templates
    if templates and templates.folder is None:
        raise SandboxError(
            "CloudFormation templates in a folder, which is what AWS is given: [templates] in sandbox.toml",
            f"{templates.place}, which {'CDK' if templates.cdk_out else 'Terraform'} itself brings to AWS",
            "cdk deploy"
            if templates.cdk_out
            else "glue-sandbox terraform --remove, then: terraform init and apply",
        )
    if templates is None:
        raise SandboxError(
            "CloudFormation templates, which is what AWS is given: [templates] in sandbox.toml",
            "a project that describes its resources in sandbox.toml alone",
            "write templates, then repeat",
        )
    built = build_artifacts(project)
    dag_files = read_tree(project.dags)
    if project.package:
        dag_files |= read_tree(project.package, under=project.package.name)
    ignored = project.dags / ".airflowignore"
    if ignored.is_file():
        dag_files[ignored.name] = ignored.read_bytes()

    return Content(
        code=built.files,
        names=built.names,
        templates={name: load_template(project.template(name)) for name in templates.order},
        dag_files=dag_files,
        requirements=project.requirements.read_bytes() if project.requirements else None,
    )


def text_of(template: Template) -> bytes:
    """Return a template as CloudFormation is given it."""
    return json.dumps(template, sort_keys=True, separators=(",", ":")).encode()


def template_key(name: str, digest: str) -> str:
    """Return where a template lies in the artifact bucket."""
    return f"{TEMPLATES}{digest[:16]}/{name}.json"


def dag_file_key(name: str, digest: str) -> str:
    """Return where a file of the DAG folder lies in the artifact bucket."""
    return f"{DAG_FILES}{digest[:16]}/{name}"


def requirements_key(digest: str) -> str:
    """Return where a requirements.txt lies in the artifact bucket."""
    return f"{REQUIREMENTS}{digest[:16]}/{FILE}"


def checksum(body: bytes) -> str:
    """Return the hash of some bytes as S3 compares it, in base64."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def sha256(body: bytes) -> str:
    """Return the hash of some bytes, in hex."""
    return hashlib.sha256(body).hexdigest()
