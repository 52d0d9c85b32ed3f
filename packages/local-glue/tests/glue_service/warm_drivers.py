"""Driver JVMs that wait for a run: how many a service has, and what a run says that got one."""

from __future__ import annotations

import json
from urllib.request import ProxyHandler, build_opener

from glue_service.service import GlueService
from glue_service.waiting import wait_for

WARM = "local Glue: warm start, on a driver JVM that was waiting"
DIRECTLY = build_opener(ProxyHandler({}))


def wait_for_a_warm_driver(service: GlueService) -> None:
    wait_for("a warm driver JVM", lambda: warm_drivers(service) or None, 240)


def warm_drivers(service: GlueService) -> int:
    with DIRECTLY.open(f"{service.url}/_glue/health") as answer:
        found: int = json.load(answer)["warm_drivers"]
    return found
