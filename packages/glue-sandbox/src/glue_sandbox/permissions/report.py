"""Compares what roles are granted with what their recorded calls needed."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from glue_sandbox.errors import SandboxError
from glue_sandbox.permissions import actions
from glue_sandbox.permissions.granted import Role
from glue_sandbox.permissions.needed import Permission, needed_permissions
from local_glue.calls.recorder import Record

Reasons = Mapping[str, Mapping[str, str]]
"""Role → action → why it is granted though no recorded call used it."""


@dataclass(frozen=True)
class RoleReport:
    """One role."""

    role: Role
    needed: tuple[Permission, ...]
    granted: tuple[str, ...]
    """Actions."""
    unused: tuple[str, ...]
    """Actions that are granted, and that nothing used."""
    unused_resources: tuple[Permission, ...]
    """Of actions that were used: patterns of resources that no call fell under."""
    missing: tuple[Permission, ...]
    """Needed, and not granted."""
    too_wide: tuple[str, ...]
    """Actions on `*` whose resources could be named."""
    unknown: tuple[str, ...]
    """Actions that AWS does not have."""

    def unexplained(self, reasons: Reasons) -> list[str]:
        """Return the actions that nothing used, and that no reason is given for."""
        return [action for action in self.unused if action not in reasons.get(self.role.logical_id, {})]

    def faults(self, reasons: Reasons) -> list[str]:
        """Return what is wrong with the role, in words; nothing for one that is least.

        Whether a role that nobody has used has too much is not known.
        """
        reasoned = reasons.get(self.role.logical_id, {})
        unused = self.unexplained(reasons) if self.needed else []
        stale = sorted(reasoned.keys() - {*self.granted})
        return [
            *(f"{action} is granted, and nothing used it" for action in unused),
            *(f"{each.action} on {each.resource} was needed, and is not granted" for each in self.missing),
            *(f"{action} is granted on *, though resources can be named" for action in self.too_wide),
            *(f"{action} is no action of AWS" for action in self.unknown),
            *(f"{action} has a reason for being granted, but is not" for action in stale),
        ]


def compare_all(roles: Iterable[Role], records: Iterable[Record]) -> list[RoleReport]:
    """Compare each role with the calls that were recorded of it."""
    needed = needed_permissions(records)
    return [
        compare(role, [one for caller, some in needed.items() if role.is_caller(caller) for one in some])
        for role in roles
    ]


def compare(role: Role, needed: Iterable[Permission]) -> RoleReport:
    """Compare one role with what the calls of its sessions needed."""
    wanted = sorted({*needed})
    granted = [
        Permission(action, grant.resource)
        for grant in role.grants
        for action in actions.expanded(grant.action)
    ]
    used = {grant for grant in granted for one in wanted if _covers(grant, one)}
    used_actions = {one.action for one in used}
    return RoleReport(
        role=role,
        needed=tuple(wanted),
        granted=tuple(sorted({one.action for one in granted})),
        unused=tuple(sorted({one.action for one in granted} - used_actions)),
        unused_resources=tuple(sorted({g for g in granted if g not in used and g.action in used_actions})),
        missing=tuple(
            one for one in wanted if one.is_certain and not any(_covers(grant, one) for grant in granted)
        ),
        too_wide=tuple(
            sorted({g.action for g in granted if g.resource == "*" and actions.takes_names(g.action)})
        ),
        unknown=tuple(sorted({g.action for g in granted if not actions.exists(g.action)})),
    )


def _covers(grant: Permission, needed: Permission) -> bool:
    """Whether a grant is what a call needed; calls are recorded by folder, grants may name one below it."""
    granted, wanted = grant.resource, needed.resource
    parts = zip(granted.split(":", 5), wanted.split(":", 5), strict=False)
    is_arn = granted.startswith("arn:") and wanted.startswith("arn:")
    overlap = _meet(granted, wanted) or (is_arn and all(_meet(*each) for each in parts))
    return grant.action == needed.action and overlap


def _meet(granted: str, wanted: str) -> bool:
    """Whether one pattern is a case of the other."""
    return fnmatchcase(wanted, _plain(granted)) or fnmatchcase(granted.replace("*", "_"), _plain(wanted))


def _plain(pattern: str) -> str:
    """A policy's pattern as one of fnmatch, which reads brackets."""
    return pattern.replace("[", "[[]")


def least_policy(needed: Sequence[Permission]) -> dict[str, Any]:
    """Return the policy that grants what was needed, and nothing else."""
    by_resource: dict[str, list[str]] = defaultdict(list)
    for one in needed:
        by_resource[one.resource].append(one.action)
    by_actions: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for resource, names in sorted(by_resource.items()):
        by_actions[tuple(sorted(names))].append(resource)
    statements = [
        {"Effect": "Allow", "Action": list(names), "Resource": resources}
        for names, resources in sorted(by_actions.items())
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def read_reasons(file: Path) -> Reasons:
    """Return why roles have what no recorded call used; nothing where there is no file.

    Raises:
        SandboxError: the file says something else than texts by role and action.
    """
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SandboxError(f"{file} to be a TOML file", str(error), "correct it, then repeat") from None
    for role, reasons in found.items():
        if not isinstance(reasons, dict) or not all(
            isinstance(text, str) and text for text in reasons.values()
        ):
            raise SandboxError(f"a reason for each action of {role} in {file}", repr(reasons), "write it")
    return found
