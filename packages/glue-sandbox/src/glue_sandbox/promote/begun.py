"""Promotions that have begun and have not come to their end: parts of a release may be in the environment.

releases/begun.json in the artifact bucket names the one that began last. The history has its entry as soon as
it has ended; until then plans, `make releases` and the way back say that the environment is not one release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from glue_sandbox.promote.content import DAG_FILES, REQUIREMENTS, Content
from glue_sandbox.promote.releases import RELEASES, Entry, Manifest, history, read_document, read_manifest
from glue_sandbox.promote.target import Target

KEY = f"{RELEASES}begun.json"


class Begun(BaseModel):
    """A promotion that has begun."""

    model_config = ConfigDict(frozen=True)

    plan: str
    """Its id, which its entry in the history has, too."""
    release: str
    at: str
    by: str
    dag_files: tuple[str, ...] = ()
    """What it may have brought to the DAG folder, or another that did not end before it."""
    has_requirements: bool = False
    """Whether one of them may have brought requirements.txt."""


@dataclass(frozen=True)
class There:
    """What an environment holds: a release, and parts of another where its promotion has not ended."""

    manifest: Manifest | None
    begun: Begun | None

    @property
    def release(self) -> str:
        """The release that is there; empty before the first."""
        return self.manifest.id if self.manifest else ""

    @property
    def hashes(self) -> dict[str, str]:
        """The files of that release."""
        return self.manifest.hashes if self.manifest else {}

    @property
    def dag_files(self) -> set[str]:
        """All that a release may have brought to the DAG folder."""
        of_release = {name.removeprefix(DAG_FILES) for name in self.hashes if name.startswith(DAG_FILES)}
        return of_release | {*(self.begun.dag_files if self.begun else ())}

    @property
    def has_requirements(self) -> bool:
        """Whether a release may have brought requirements.txt."""
        of_release = any(name.startswith(REQUIREMENTS) for name in self.hashes)
        return of_release or bool(self.begun and self.begun.has_requirements)


def what_is_there(target: Target) -> There:
    """Return what the environment holds."""
    entries = history(target)
    manifest = read_manifest(target, entries[-1].release) if entries else None
    return There(manifest, unfinished(target, entries))


def unfinished(target: Target, entries: Sequence[Entry]) -> Begun | None:
    """Return the promotion that has begun and of which the history knows no end; None for none."""
    text = read_document(target, KEY)
    begun = Begun.model_validate_json(text) if text else None
    return None if begun is None or begun.plan in {entry.plan for entry in entries} else begun


def begin(target: Target, plan: str, release: str, content: Content, there: There) -> None:
    """Write down, before anything is changed, that a promotion begins."""
    left = there.begun
    begun = Begun(
        plan=plan,
        release=release,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        by=target.caller,
        dag_files=tuple(sorted({*content.dag_files, *(left.dag_files if left else ())})),
        has_requirements=content.requirements is not None or bool(left and left.has_requirements),
    )
    bucket, body = target.environment.buckets.artifacts, begun.model_dump_json(indent=2).encode()
    target.s3.put_object(Bucket=bucket, Key=KEY, Body=body, ContentType="application/json")


def release_to_go_back_to(entries: Sequence[Entry], begun: Begun | None) -> str | None:
    """Return the release that a way back leads to unless another is named; None where there is none.

    That is the one before; while a promotion has not ended, the one that was there when it began.
    """
    if not entries:
        return None
    there = entries[-1].release
    earlier = [there] if begun else [entry.release for entry in entries if entry.release != there]
    return earlier[-1] if earlier else None
