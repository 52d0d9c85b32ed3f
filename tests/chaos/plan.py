"""From a seed to the faults of each round. A pure function, so that a failing seed replays, and each round alone."""

from __future__ import annotations

import random

from chaos.faults import CLASSES, Fault, FaultClass

PER_ROUND = 4
BOUNDARY = 0.25  # share of faults that hit between two steps
HEAVY = {"kill_glue", "kill_emulator", "kill_airflow", "power_cut", "kill_worker", "kill_scheduler"}


def faults_of(seed: int, number: int) -> list[Fault]:
    """The faults of one round: every class comes once before any comes again."""
    hands = deal(seed, number // rounds_of_a_deck())
    chance = random.Random(f"{seed}/faults/{number}")  # noqa: S311
    return [planned(kind, chance) for kind in hands[number % rounds_of_a_deck()]]


def rounds_of_a_deck() -> int:
    """In so many rounds every class comes once."""
    return -(-len(CLASSES) // PER_ROUND)


def deal(seed: int, deck: int) -> list[list[FaultClass]]:
    """All classes in rounds; what takes long to recover from is spread over them."""
    chance = random.Random(f"{seed}/deck/{deck}")  # noqa: S311
    order = sorted(CLASSES, key=lambda kind: (kind.name not in HEAVY, chance.random()))
    hands: list[list[FaultClass]] = [order[at :: rounds_of_a_deck()] for at in range(rounds_of_a_deck())]
    chance.shuffle(hands)
    return hands


def planned(kind: FaultClass, chance: random.Random) -> Fault:
    step, moment = chance.choice(kind.steps), chance.random()
    is_after, times = chance.random() < 0.5, chance.randint(1, kind.burst)
    if chance.random() < BOUNDARY:
        moment, is_after = 0.0, False
    return Fault(kind.name, step, moment, is_after and bool(kind.victim), times)
