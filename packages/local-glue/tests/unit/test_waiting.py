"""The tests' own waiting: soon there at first, and no load on what is waited for later."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from glue_service.waiting import wait_for


@dataclass
class Clock:
    """Time that passes in pauses only."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("glue_service.waiting.time", clock)
    return clock


@pytest.mark.parametrize(
    ("comes_at", "latest", "most_looks"), [(0.3, 0.35, 8), (4, 4.2, 50), (60, 60.5, 180)]
)
def test_what_comes_is_seen_soon_and_with_few_looks(
    clock: Clock, comes_at: float, latest: float, most_looks: int
) -> None:
    looks = []

    def look() -> bool:
        looks.append(clock.now)
        return clock.now >= comes_at

    assert wait_for("it", look, seconds=120)
    assert comes_at <= clock.now <= latest + 1e-9
    assert len(looks) <= most_looks


def test_what_does_not_come_is_named(clock: Clock) -> None:
    with pytest.raises(TimeoutError, match=r"^the moon did not come within 30 s$"):
        wait_for("the moon", lambda: None, seconds=30)
    assert 30 <= clock.now <= 31
