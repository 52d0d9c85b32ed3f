"""A `cdk.out`, the folder that `cdk synth` writes: its stacks, their templates and their files.

It is read as it lies there; neither CDK nor Node.js is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.words import counted

MANIFEST = "manifest.json"
STACK, ASSETS, ASSEMBLY = "aws:cloudformation:stack", "cdk:asset-manifest", "cdk:cloud-assembly"
UNKNOWN = ("unknown-account", "unknown-region")
"""What CDK writes for a stack that may be deployed anywhere."""
SYNTH = "cdk synth, then repeat the command"


@dataclass(frozen=True)
class CdkFile:
    """A file, or a folder to be packed as zip, that a stack's template expects in a bucket.

    `bucket` and `key` may name `${AWS::AccountId}` and `${AWS::Region}`.
    """

    source: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class CdkStack:
    """A stack; `account` and `region` are empty where it may be deployed anywhere."""

    name: str
    template: Path
    account: str
    region: str
    files: tuple[CdkFile, ...]


@dataclass
class _Artifact:
    """What a manifest says under one id, and the folder that its paths start from."""

    folder: Path
    content: Mapping[str, Any]
    stacks: set[str] = field(default_factory=set)
    """Of a stage: the ids of its stacks, which is what depending on it means."""

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content.get("properties", {})
        return found


def read_stacks(folder: Path, chosen: Sequence[str] = ()) -> tuple[CdkStack, ...]:
    """Return the stacks of a cdk.out, those of its stages too, each after the ones that it depends on.

    `chosen`: names of the ones to return; none are all.

    Raises:
        SandboxError: there is no such folder, it is no whole one, or it has what runs on AWS alone.
    """
    artifacts = _artifacts(folder)
    stacks = {each: artifact for each, artifact in artifacts.items() if artifact.content["type"] == STACK}
    needs = {each: _needed_stacks(artifact, artifacts) for each, artifact in stacks.items()}
    ordered = [each for each in TopologicalSorter(needs).static_order() if each in stacks]
    names = {each: str(stacks[each].properties.get("stackName", each)) for each in ordered}
    _require_names(folder, names, needs, chosen)

    return tuple(
        _stack(names[each], stacks[each], artifacts)
        for each in ordered
        if not chosen or names[each] in chosen
    )


def _artifacts(folder: Path) -> dict[str, _Artifact]:
    """All artifacts by id: a stage is an assembly in a folder of its own."""
    content = _json_file(folder / MANIFEST, f"a cdk.out in {folder}: its {MANIFEST}")
    if missing := content.get("missing"):
        raise SandboxError(
            f"a whole {folder}",
            f"{counted(len(missing), 'lookup')} without a value ({missing[0].get('key')})",
            "cdk synth where AWS can be asked, which notes the values in cdk.context.json",
        )
    found: dict[str, _Artifact] = {}
    for each, artifact in content.get("artifacts", {}).items():
        found[each] = _Artifact(folder, artifact)
        if artifact.get("type") == ASSEMBLY:
            inner = _artifacts(folder / artifact["properties"]["directoryName"])
            found[each].stacks = {id_ for id_, one in inner.items() if one.content["type"] == STACK}
            found |= inner
    return found


def _json_file(path: Path, expected: str) -> Mapping[str, Any]:
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SandboxError(expected, "none", SYNTH) from None
    except ValueError as error:
        raise SandboxError(f"{expected} to be JSON", str(error), SYNTH) from None
    return content


def _needed_stacks(artifact: _Artifact, artifacts: Mapping[str, _Artifact]) -> set[str]:
    needed: set[str] = set()
    for each in artifact.content.get("dependencies", []):
        if each in artifacts:
            needed |= {each} if artifacts[each].content["type"] == STACK else artifacts[each].stacks
    return needed


def _require_names(
    folder: Path, names: Mapping[str, str], needs: Mapping[str, set[str]], chosen: Sequence[str]
) -> None:
    """Require that each chosen stack is there, with what it depends on, and that no name is there twice."""
    known = ", ".join(names.values()) or "none is there"
    for name in chosen:
        if name not in names.values():
            raise SandboxError(
                f"templates.stacks in sandbox.toml to name stacks of {folder}: {known}",
                repr(name),
                f"correct templates.stacks, or {SYNTH}",
            )
    deployed = [each for each, name in names.items() if not chosen or name in chosen]
    for each in deployed:
        if absent := sorted(names[one] for one in needs[each] if one not in deployed):
            raise SandboxError(
                f"templates.stacks in sandbox.toml to have what the stack {names[each]} depends on",
                f"no {', '.join(absent)}",
                f"add {', '.join(map(repr, absent))} to templates.stacks",
            )
    taken = [names[each] for each in deployed]
    if twice := sorted({name for name in taken if taken.count(name) > 1}):
        raise SandboxError(
            f"one stack of each name in {folder}",
            f"{twice[0]} more than once, as stacks for several accounts or regions have it",
            "name the ones for the sandbox in templates.stacks, or synthesize for one place",
        )


def _stack(name: str, artifact: _Artifact, artifacts: Mapping[str, _Artifact]) -> CdkStack:
    account, _, region = artifact.content.get("environment", "").removeprefix("aws://").partition("/")
    manifests = [artifacts[each] for each in artifact.content.get("dependencies", []) if each in artifacts]
    return CdkStack(
        name=name,
        template=artifact.folder / artifact.properties["templateFile"],
        account="" if account in UNKNOWN else account,
        region="" if region in UNKNOWN else region,
        files=tuple(
            file for each in manifests if each.content["type"] == ASSETS for file in _files(name, each)
        ),
    )


def _files(stack: str, manifest: _Artifact) -> Iterator[CdkFile]:
    """The files that a list of assets names, each for every bucket that it is to lie in."""
    path = manifest.folder / manifest.properties["file"]
    content = _json_file(path, f"the files of stack {stack}: {path}")
    if content.get("dockerImages"):
        raise SandboxError(
            f"stack {stack} of {manifest.folder} to need files alone",
            f"{counted(len(content['dockerImages']), 'image')} of containers, which nothing here runs",
            "name the stacks without them in templates.stacks",
        )
    for each in content.get("files", {}).values():
        source = each["source"]
        if "path" not in source:
            raise SandboxError(
                f"the files of stack {stack} to lie in {manifest.folder}",
                f"one that a command makes: {' '.join(source.get('executable', []))}",
                "let CDK bundle it while it synthesizes, then repeat the command",
            )
        for place in each["destinations"].values():
            yield CdkFile(
                source=path.parent / source["path"],
                is_folder=source.get("packaging") == "zip",
                bucket=place["bucketName"],
                key=place["objectKey"],
            )
