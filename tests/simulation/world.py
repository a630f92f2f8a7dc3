"""What a seed stands for: locations, assets, how steps go, and what is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable

from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome
from atoll_wire import events as kinds
from atoll_wire.messages import StepRequest
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, StepSnapshot

_FAILURE = {"failure": {"code": "user_code.raised", "message": "boom", "error_type": "ValueError"}}


def make_code(chance: random.Random) -> dict[str, Code]:
    """Code of one to three locations, whose assets depend on earlier ones of any location."""
    names = [f"loc{n}" for n in range(chance.randint(1, 3))]
    defined: dict[str, list[AssetSnapshot]] = {name: [] for name in names}
    steps: dict[str, list[StepSnapshot]] = {name: [] for name in names}
    keys: list[str] = []
    for number in range(chance.randint(2, 9)):
        name = chance.choice(names)
        made = [f"a{number}"] if chance.random() < 0.8 else [f"a{number}", f"a{number}b"]
        # Every location may have a step of the same name.
        step = made[0] if len(made) == 1 else "several"
        if any(known.key == step for known in steps[name]):
            made, step = made[:1], made[0]
        for key in made:
            deps = chance.sample(keys, min(len(keys), chance.choice([0, 1, 1, 2])))
            defined[name].append(AssetSnapshot(key=key, step=step, deps=deps))
        can_subset, pool = chance.random() < 0.5, chance.choice([None, None, "gpu", "disk"])
        steps[name].append(StepSnapshot(step, made, can_subset=can_subset, pool=pool))
        keys.extend(made)
    return {name: Code(LocationSnapshot(assets=defined[name], steps=steps[name])) for name in names}


def make_behaviour(chance: random.Random) -> Callable[[StepRequest], Outcome]:
    """How attempts go: mostly well."""

    def behave(request: StepRequest) -> Outcome:
        seconds = chance.choice([0.0, 0.01, 0.3, 2.0])
        roll = chance.random()
        if roll < 0.82:
            return Outcome(seconds)
        if roll < 0.88 and request.retry_number < 2:
            delay_s = chance.choice([0.0, 0.5, 3.0])
            return Outcome(seconds, kinds.STEP_UP_FOR_RETRY, "again", {"delay_s": delay_s})
        if roll < 0.93:
            return Outcome(seconds, kinds.STEP_WORKER_LOST)
        if roll < 0.95:
            return Outcome(seconds, kinds.STEP_SKIPPED)
        return Outcome(seconds, kinds.STEP_FAILURE, "boom", _FAILURE)

    return behave


def make_selection(chance: random.Random, code: dict[str, Code]) -> list[str]:
    """Something to ask for, now and then something that does not exist."""
    keys = [asset.key for one in code.values() for asset in one.snapshot.assets] or ["a0"]
    roll = chance.random()
    if roll < 0.5:
        return ["*"]
    if roll < 0.6:
        return [f"+{chance.choice(keys)}"]
    if roll < 0.65:
        return ["no_such_asset"]
    return chance.sample(keys, chance.randint(1, min(3, len(keys))))


def make_locations(
    chance: random.Random, code: dict[str, Code], now: Callable[[], float]
) -> list[FakeLocation]:
    """Every location, each with delays of its own."""

    def one(name: str) -> FakeLocation:
        pace = chance.choice([0.0, 0.001, 0.05])
        return FakeLocation(
            name,
            code[name],
            behave=make_behaviour(chance),
            delay=lambda: pace * chance.random(),
            now=now,
        )

    return [one(name) for name in code]
