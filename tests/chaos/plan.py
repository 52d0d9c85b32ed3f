"""From a seed to the faults of each round. A pure function, so that a failing seed replays."""

from __future__ import annotations

import random

from chaos.faults import CLASSES, Fault, FaultClass

COPIES = 7
DECK = [kind for kind in CLASSES for _ in range(1 if kind.breaks_off or kind.is_rare else COPIES)]
"""What a step survives by itself comes several times, as it does in life; all else once."""
ROUNDS_OF_A_DECK = 2
BOUNDARY = 0.25  # share of faults that hit between two steps


def faults_of(seed: int, number: int) -> list[Fault]:
    """The faults of one round; in so many rounds as a deck has, every class comes."""
    deck, place = divmod(number, ROUNDS_OF_A_DECK)
    chance = random.Random(f"{seed}/faults/{number}")  # noqa: S311
    faults: list[Fault] = []
    # Those with the least choice choose first: a step that is broken off by two faults costs a whole run.
    for kind in sorted(hands_of(seed, deck)[place], key=lambda kind: len(kind.steps)):
        taken = {fault.step for fault in faults if fault.kind.breaks_off} if kind.breaks_off else set()
        free = [step for step in kind.steps if step not in taken]
        faults.append(planned(kind, free or kind.steps, chance))
    return faults


def hands_of(seed: int, deck: int) -> list[list[FaultClass]]:
    """One deck in rounds; what takes long to recover from is spread over them."""
    chance = random.Random(f"{seed}/deck/{deck}")  # noqa: S311
    order = sorted(DECK, key=lambda kind: (not kind.is_heavy, not kind.breaks_off, chance.random()))
    hands = [order[at::ROUNDS_OF_A_DECK] for at in range(ROUNDS_OF_A_DECK)]
    chance.shuffle(hands)
    return hands


def planned(kind: FaultClass, steps: tuple[str, ...] | list[str], chance: random.Random) -> Fault:
    """One fault of a class, in one of these steps."""
    step, moment = chance.choice(steps), chance.random()
    is_after, times = chance.random() < 0.5, chance.randint(1, kind.burst)
    if chance.random() < BOUNDARY:
        moment, is_after = 0.0, False
    return Fault(kind.name, step, moment, is_after and bool(kind.target), times)
