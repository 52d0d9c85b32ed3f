"""The report of a campaign as people read it: Markdown, rewritten after every round."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import median

from chaos.campaign import ALONE, NEVER, NEXT_RUN, RETRY, Hit, Round, shortfall
from chaos.faults import CLASSES

WAYS = (ALONE, RETRY, NEXT_RUN, NEVER)


class Report:
    """Faults by class, how each was mended and how long that took, losses, and how to replay."""

    def __init__(self, path: Path, count: int, seed: int) -> None:
        self.path = path
        self._count = count
        self._seed = seed
        self.rounds: list[Round] = []

    def add(self, done: Round) -> None:
        self.rounds.append(done)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8")

    @property
    def hits(self) -> list[Hit]:
        return [hit for each in self.rounds for hit in each.hits]

    @property
    def is_right(self) -> bool:
        return bool(self.rounds) and all(each.verdict.is_right for each in self.rounds)

    @property
    def shortfall(self) -> str:
        """Why these rounds are no proof, right or not: too few faults, or a class that never came."""
        missing = shortfall(self.rounds, self._count)
        return f"{missing}; next: make chaos N={self._count} SEED={self._seed + 1}" if missing else ""

    @property
    def last_line(self) -> str:
        last = self.rounds[-1]
        return f"round {last.number}: {_of_round(last)} ({len(self.hits)} of {self._count} faults)"

    @property
    def summary(self) -> str:
        """The end of it in two sentences."""
        last = self.rounds[-1].verdict
        seconds = sum(each.seconds for each in self.rounds)
        runs = sum(each.runs for each in self.rounds)
        return (
            f"{len(self.hits)} faults in {len(self.rounds)} rounds, {runs} runs, {seconds / 60:.0f} minutes."
            f" Of {last.listens:,} listens sent, {last.lost} are lost and {last.doubled} doubled;"
            f" {len(last.problems)} other disagreements between audit, oracle and state."
        )

    @property
    def text(self) -> str:
        """The whole file."""
        lines = [
            f"# Fault campaign, seed {self._seed}",
            "",
            self.summary,
            "",
            *([f"**No proof:** {self.shortfall}", ""] if self.shortfall else []),
            "Times are from the fault to the end of the step that it hit. Never: no run has seen that step"
            " succeed, but no work was left for one; a crawl is then made up for by the next delivery's run.",
            "",
            *self._by_class(),
            "",
            f"Replay: `make chaos N={self._count} SEED={self._seed}`",
            "",
            "## Rounds",
            "",
            *(f"- round {each.number}: {_of_round(each)}" for each in self.rounds),
            *self._problems(),
            "",
        ]
        return "\n".join(lines)

    def _by_class(self) -> Iterable[str]:
        yield f"| class | what | faults | {' | '.join(WAYS)} | after `up` | median s | longest s |"
        yield "|---|---|" + "--:|" * (len(WAYS) + 4)
        for kind in CLASSES:
            hits = [hit for hit in self.hits if hit.fault.name == kind.name]
            yield _row(kind.name, f"killed: {kind.what}" if kind.target else kind.what, hits)
        yield _row("all", "", self.hits)

    def _problems(self) -> Iterable[str]:
        for each in self.rounds:
            if not each.verdict.is_right:
                yield f"\n## What is wrong after round {each.number}\n"
                yield from (f"- {problem}" for problem in each.verdict.problems)


def _row(name: str, what: str, hits: list[Hit]) -> str:
    ways = [sum(hit.mended == way for hit in hits) for way in WAYS]
    times = [hit.seconds for hit in hits if hit.mended != NEVER]
    seconds = (f"{median(times):.1f}", f"{max(times):.1f}") if times else ("", "")
    ups = sum(hit.needed_up for hit in hits)
    return "| " + " | ".join(map(str, (name, what, len(hits), *ways, ups, *seconds))) + " |"


def _of_round(done: Round) -> str:
    hits = ", ".join(f"{hit.fault} → {hit.mended} in {hit.seconds:.0f} s" for hit in done.hits) or "no fault"
    missed = f"; not reached: {', '.join(map(str, done.missed))}" if done.missed else ""
    verdict = done.verdict
    losses = f"{verdict.lost} lost, {verdict.doubled} doubled, {len(verdict.problems)} problems"
    return f"{hits}{missed}; {done.runs} runs, {done.seconds:.0f} s, {losses}"
