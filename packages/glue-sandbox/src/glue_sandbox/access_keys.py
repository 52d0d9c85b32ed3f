"""The keys of one sandbox: those that its users sign with, and the token of its own services."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import asdict, dataclass, field
from pathlib import Path

from glue_sandbox.machine.private_files import write_private

FILE = "keys.json"
PUBLIC = "test"  # access key and secret that every tool of this ecosystem expects
_ACCESS_KEY_CHARACTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class AccessKeys:
    """Made once per state folder; in no log."""

    access_key: str  # no real account has one of this form, so it is worth nothing anywhere else
    secret_key: str = field(repr=False)
    control_token: str = field(repr=False)  # see local_glue.http.control_paths


def load_access_keys(state: Path) -> AccessKeys:
    """Return the keys that are kept in `<state>/keys.json`, made when they are not there."""
    path = state / FILE
    if path.is_file():
        return AccessKeys(**json.loads(path.read_text(encoding="utf-8")))
    suffix = "".join(secrets.choice(_ACCESS_KEY_CHARACTERS) for _ in range(12))
    made = AccessKeys(f"SANDBOX{suffix}", secrets.token_urlsafe(30), secrets.token_urlsafe(30))
    write_private(path, asdict(made))
    return made
