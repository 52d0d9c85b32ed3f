"""Whatever a client sends, every built operation answers, soon, in Glue's own shapes, and never by a bug.

    FUZZ=5000 make test-unit ARGS="-k fuzz"

sends at least so many requests; without it, a few hundred. Each example is a life of its own account: things
are made, changed, listed, run and deleted in any order, and one request in eight is broken somewhere.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from glue_service.fuzz_requests import ANY_JSON, WORLD, Known, params_of
from glue_service.in_process import stored
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from local_glue.api import glue_api_model
from local_glue.api.registry import coverage, coverage_by_group
from local_glue.api.validation import validate
from local_glue.crawlers import definitions as crawlers
from local_glue.http.app import App
from local_glue.runs import records
from local_glue.runs.outcome import Outcome
from local_glue.sessions import records as sessions
from local_glue.store import Scope

WANTED = int(os.environ.get("FUZZ", "0"))
STEPS = 30
# A third more: not every step is a request.
EXAMPLES = -(-WANTED * 4 // 3 // STEPS) or 20
SLOWEST_SECONDS = 5.0
READS = ("Get", "List", "Search", "BatchGet")
# What any operation may answer besides the errors of its own.
COMMON_ERRORS = {"ValidationException", "SerializationException", "AccessDeniedException"}
# Steps that are no requests: a run or crawl ends; what was deleted is made again.
TIME_PASSES, MADE_AGAIN = "time passes", "made again"


@dataclass
class Statistics:
    """Of all requests of a fuzz: how long each took, and how often an operation ended with which code."""

    seconds: list[float] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def share_of_successes(self) -> float:
        succeeded = sum(count for (_, code), count in self.outcomes.items() if code == "")
        return succeeded / self.outcomes.total()


class Life:
    """One account, from nothing."""

    def __init__(self, app: App, account: str, statistics: Statistics) -> None:
        self.statistics = statistics
        self.app, self.known, self.scope = app, Known(account), Scope(account, "us-east-1")
        self.authorization = f"Credential={account}/20260101/us-east-1/glue/aws4_request"

    def make_world(self) -> None:
        for operation, params in WORLD:
            answer = self.app.answer(operation, self.authorization, json.dumps(params).encode())
            assert answer.status in (200, 400), answer.body
            self.known.learn(operation, json.loads(answer.body))

    def send(self, operation: str, params: Any) -> str:
        """Send one request and check its answer; give the error's code, or nothing."""
        note(f"{operation} {json.dumps(params)}")
        body, before = json.dumps(params).encode(), self.stored()
        started = time.monotonic()
        answer = self.app.answer(operation, self.authorization, body)
        self.statistics.seconds.append(time.monotonic() - started)
        assert self.statistics.seconds[-1] < SLOWEST_SECONDS
        assert answer.status in (200, 400), answer.body
        found = json.loads(answer.body)
        code: str = found["__type"] if answer.status == 400 else ""
        self.statistics.outcomes[operation, code] += 1
        if code:
            assert code in errors_of(operation), (operation, found)
        elif glue_api_model.output_shape(operation):
            validate(found, glue_api_model.output_shape(operation))
        else:
            assert found == {}
        if code or operation.startswith(READS):
            assert self.stored() == before, "a read, or a refused request, changed something"
        if not code:
            self.known.learn(operation, found)
        return code

    def stored(self) -> list[tuple[str, ...]]:
        return stored(self.app, self.scope)

    def end_something(self, state: str) -> None:
        """Let a run, a session and a crawl of those under way come to an end; or a session begin."""
        with self.app.store.transaction(self.scope) as documents:
            for run in documents.all_of_kind(records.KIND):
                if run["JobRunState"] in ("STARTING", "RUNNING", "STOPPING"):
                    self.app.runs.finish(documents, run["Id"], Outcome(state, "as it must"))
                    break
            for session in documents.all(sessions.KIND):
                if sessions.change(documents, session, "READY"):
                    break
                if sessions.end(documents, session, "FAILED", time.time(), "as it must"):
                    break
            for crawler in documents.all(crawlers.KIND):
                if crawler["State"] != "READY":
                    crawlers.end_crawl(documents, crawler, {"Status": "FAILED"}, time.time())
                    break


def errors_of(operation: str) -> set[str]:
    found = glue_api_model.service_model().operation_model(operation)
    # The model names no error for a token that is none, where it is the only thing that can be wrong.
    of_pages = {"InvalidInputException"} if "NextToken" in found.input_shape.members else set()
    return {shape.name for shape in found.error_shapes} | COMMON_ERRORS | of_pages


accounts = iter(range(100_000_000_000, 999_999_999_999))


def test_no_life_of_an_account_meets_a_bug(app: App) -> None:
    statistics = Statistics()

    # A life that fails is shown as it was: making it shorter could take minutes.
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def live(data: st.DataObject) -> None:
        live_once(Life(app, str(next(accounts)), statistics), data)

    live()

    requests, built = len(statistics.seconds), set(coverage().built)
    share, slowest = statistics.share_of_successes, max(statistics.seconds)
    print(f"\n{requests} requests, {share:.0%} succeeded, slowest {slowest:.3f} s")
    assert requests >= (WANTED or EXAMPLES * STEPS // 2)
    assert share > 0.3, "the requests do not reach what only valid ones reach"
    if WANTED >= 5000:
        never = built - {name for (name, code) in statistics.outcomes if code == ""}
        # Those of partition indexes seldom can: a table makes or drops one index at a time, and slowly.
        assert len(never) <= len(built) // 15, never


def live_once(life: Life, data: st.DataObject) -> None:
    """One life: things are made, changed, listed, run and deleted in any order."""
    life.make_world()
    # Half of a life is about one group of operations, so that they come in long sequences.
    focus = data.draw(
        st.sampled_from([list(group.built) for group in coverage_by_group().values() if group.built])
    )
    steps = [*focus * 8, *coverage().built * 3]
    between = [TIME_PASSES, MADE_AGAIN, MADE_AGAIN] * (len(steps) // 20)
    for _ in range(STEPS):
        step = data.draw(st.sampled_from([*steps, *between]))
        if step == MADE_AGAIN:
            life.make_world()
        elif step == TIME_PASSES:
            life.end_something(data.draw(st.sampled_from(["SUCCEEDED", "FAILED", "TIMEOUT"])))
        else:
            life.send(step, params_of(data.draw, step, life.known))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | ANY_JSON.map(lambda found: json.dumps(found).encode()), data=st.data())
def test_no_body_meets_a_bug(app: App, body: bytes, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(coverage().built))
    assert app.answer(operation, "", body).status in (200, 400)
