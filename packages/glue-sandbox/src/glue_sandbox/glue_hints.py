"""What messages of the local Glue service say to type next, when it is part of a sandbox."""

from __future__ import annotations

import json

GLUE_HINTS = {
    "GLUE_HINTS": json.dumps(
        {
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
    )
}
