"""What messages of the local Glue service say to type next, when it is part of a sandbox."""

from __future__ import annotations

import json

from glue_sandbox.hints import typed

HINTS = {
    "allow_host": "make down, then ALLOWED_HOSTS=<that name> make up",
    "allow_origin": "make down, then ALLOWED_ORIGINS=<its origin> make up",
    "choose_port": "set SANDBOX_PORT to a free one",
    "empty_state": "`make clean`",
    "list_operations": "`make glue-coverage`",
    "read_log": "run `make logs S=glue`",
    "set_up": "`make doctor`",
    "start_emulator": "Run `make status`, then `make up`",
    "start_service": "`make up`",
    "stop_service": "`make down`",
}


def glue_hints() -> dict[str, str]:
    """Return the variable that gives the service these words, as commands are typed in this project."""
    return {"GLUE_HINTS": json.dumps({name: typed(hint) for name, hint in HINTS.items()})}
