"""A fault campaign: rounds of deliveries with faults in them, and after each a verdict.

A round delivers files, sets its faults as traps in the proxy, starts the DAG, and does what an operator and a
schedule would do: `up` when a service died, another run while work is left. Then all must be as if nothing
had happened.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from botocore.exceptions import BotoCoreError
from chaos.answers import ANSWERS
from chaos.chaos_sandbox import ChaosSandbox
from chaos.faults import ANY, CALCULATE, CHECK_ARCHIVED, CLASSES, CRAWL, DYNAMODB, S3, Fault
from chaos.plan import faults_of
from chaos.proxy import Exchange, FaultProxy, Trap
from chaos.stream import Stream
from chaos.targets import kill_target
from chaos.verdict import Verdict, verdict_of

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.errors import SandboxError
from music_streams import layout

SETTLE_SECONDS = 1500.0  # a limit, not a promise: the machine may be busy
POLL_SECONDS = 0.5
ALWAYS = {CHECK_ARCHIVED: 1, CRAWL: 2}
"""How many requests these steps make at least; a crawl lists both targets, and reads what is new."""
AT_LEAST = {S3: 6, DYNAMODB: 3, ANY: 6}
"""How many requests another step makes before it was seen; then it is as many as the last time."""
ALONE, RETRY, NEXT_RUN, NEVER = "by itself", "by a retry", "by the next run", "never"


@dataclass
class Hit:
    """A fault that happened, and how its step came to its end after all."""

    fault: Fault
    number: int
    """Of its round."""
    at: float
    """When; seconds since the epoch."""
    what: str = ""
    run_id: str = ""
    mended: str = NEVER
    seconds: float = 0.0
    needed_up: bool = False


@dataclass(frozen=True)
class Round:
    """What a round did and what became of it."""

    number: int
    hits: list[Hit]
    missed: list[Fault]
    """Planned, but the step did not come so far."""
    runs: int
    seconds: float
    verdict: Verdict


@dataclass
class Campaign:
    """One seed's rounds on one sandbox."""

    sandbox: ChaosSandbox
    proxy: FaultProxy
    seed: int
    say: Callable[[str], None]
    stream: Stream = field(init=False)
    _hits: list[Hit] = field(init=False, default_factory=list)
    _ups: list[float] = field(init=False, default_factory=list)
    _to_land: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.stream = Stream(self.seed)

    def rounds(self) -> Iterator[Round]:
        """Without an end."""
        self.sandbox.up()
        self.sandbox.event_off()
        self.sandbox.put(layout.landing_folder("users") + "users.csv", b"user_id,user_name\nu,Ada\n")
        for number in itertools.count():
            yield self.round(number, faults_of(self.seed, number))

    def round(self, number: int, faults: list[Fault]) -> Round:
        """Return what became of one round: deliver, disturb, recover, compare."""
        started = time.time()
        self._hits, self._ups = [], []
        parcel = self.stream.send(number)
        self.sandbox.put(layout.landing_folder("songs") + "songs.csv", self.stream.songs_file)
        self._to_land = dict(parcel.during)
        self._land(dict(parcel.before))
        self.proxy.set_traps([*self._landing(), *(self._trap(number, fault) for fault in faults)])
        before = {run.run_id for run in self.sandbox.runs()}
        self.sandbox.trigger()
        runs, verdict = self._outcome(before)
        for hit in self._hits:
            self._mended(hit, runs)
        hit_faults = [hit.fault for hit in self._hits]
        missed = [fault for fault in faults if fault not in hit_faults]
        return Round(number, self._hits, missed, len(runs), time.time() - started, verdict)

    def _outcome(self, before: set[str]) -> tuple[list[DagRun], Verdict]:
        """The runs it took until no work was left, and whether all is right then."""
        try:
            self._settle(before)
            self.proxy.set_traps([])
            self._land(self._to_land)  # what a fault has kept from landing
            runs = self._settle(before)
        except TimeoutError as error:
            return [], Verdict(0, 0, 0, (str(error),))
        sandbox = self.sandbox
        return runs, verdict_of(self.stream, sandbox.s3, sandbox.dynamodb, sandbox.bucket, sandbox.tables)

    def _land(self, files: dict[str, bytes]) -> None:
        """Deliver the files, and take those that are delivered out of the dictionary."""
        for name in list(files):
            self.sandbox.put(layout.landing_folder("streams") + name, files[name])
            del files[name]

    def _landing(self) -> list[Trap]:
        """Files that land in the middle of a run; not a fault, but what a fault must not spoil."""

        async def land(exchange: Exchange) -> web.StreamResponse:
            await asyncio.to_thread(self._land, self._to_land)
            return await exchange.forward(exchange.body)

        return [Trap(CALCULATE, 1, land)] if self._to_land else []

    def _trap(self, number: int, fault: Fault) -> Trap:
        kind = fault.kind
        hits: list[Hit] = []

        async def spring(exchange: Exchange) -> web.StreamResponse:
            if not hits:
                hits.append(Hit(fault, number, time.time()))
                self._hits.append(hits[0])
            if kind.answer:
                return await ANSWERS[kind.answer](exchange)
            if fault.is_after:
                await exchange.forward(exchange.body)
            hits[0].what = await asyncio.to_thread(kill_target, self.sandbox.settings, kind.target)
            self.say(f"  {fault}: {hits[0].what or 'no such process'}")
            if not hits[0].what:
                self._hits.remove(hits[0])
            return exchange.hang_up() if fault.is_after else await exchange.forward(exchange.body)

        needs_process = kind.target in ("job", "spark")
        trap = Trap(fault.step, 1, spring, kind.service, kind.operation, fault.times, needs_process)
        seen = sum(count for place, count in self.proxy.counts.copy().items() if trap.fits(*place))
        requests = ALWAYS.get(fault.step) or seen or AT_LEAST[kind.service]
        trap.at += int(fault.moment * (requests - 1))
        return trap

    def _settle(self, before: set[str]) -> list[DagRun]:
        """Recover, as operator and schedule do, until no work is left; gives the new runs, oldest first."""
        deadline = time.monotonic() + SETTLE_SECONDS
        told = ""
        while True:
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {SETTLE_SECONDS:.0f} s there is still work left: {self._left()}")
            try:
                if self.sandbox.dead:
                    self._ups.append(time.time())
                    self.say(f"  {', '.join(self.sandbox.dead)} died: up")
                    self.sandbox.up()
                runs = [run for run in self.sandbox.runs() if run.run_id not in before][::-1]
                if not all(run.is_over for run in runs):
                    time.sleep(POLL_SECONDS)
                elif self._left():
                    self.sandbox.trigger()
                elif self.sandbox.is_healthy():
                    return runs
            except (
                SandboxError,
                BotoCoreError,
            ) as error:  # something is down or starts
                if str(error) != told:
                    told = str(error)
                    self.say(f"  {told}"[:200])
                time.sleep(POLL_SECONDS)

    def _left(self) -> list[str]:
        """Work for a next run."""
        return self.sandbox.below(layout.landing_folder("streams")) + self.sandbox.below(layout.PENDING)

    def _mended(self, hit: Hit, runs: list[DagRun]) -> None:
        """Find when and how the step that was hit came to its end."""
        hit.needed_up = any(hit.at < moment for moment in self._ups) and bool(hit.fault.kind.target)
        during = [run for run in runs if run.start_date and _epoch(run.start_date) <= hit.at]
        hit.run_id = during[-1].run_id if during else ""
        for run in runs:
            for task in self.sandbox.tasks(run):
                if task.task_id == hit.fault.step and task.state == "success" and _ended(task) >= hit.at:
                    hit.seconds = _ended(task) - hit.at
                    is_same_run = run.run_id == hit.run_id
                    is_same_try = task.start_date is not None and _epoch(task.start_date) <= hit.at
                    hit.mended = NEXT_RUN if not is_same_run else ALONE if is_same_try else RETRY
                    return


def _ended(task: TaskInstance) -> float:
    return _epoch(task.end_date) if task.end_date else 0.0


def _epoch(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def shortfall(rounds: list[Round], count: int) -> str:
    """What is missing of so many faults and, if that can be, one of each class; empty: nothing."""
    hits = [hit.fault.name for each in rounds for hit in each.hits]
    never = [] if count < len(CLASSES) else sorted({kind.name for kind in CLASSES} - set(hits))
    if len(hits) >= count and not never:
        return ""
    wanted = f"{count} faults" + (f", of each of the {len(CLASSES)} classes" if count >= len(CLASSES) else "")
    without = f"; not once: {', '.join(never)}" if never else ""
    return f"expected {wanted}; found {len(hits)} in {len(rounds)} rounds{without}"
