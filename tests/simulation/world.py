"""What a seed stands for: locations, assets, how steps go, and what is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.simulation.judge import Judge
from tests.simulation.virtual_time import VirtualClock

from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome
from atoll_server.ports.locations import Deliver
from atoll_wire import events as kinds
from atoll_wire.messages import AttemptEvents, Message, StepRequest
from atoll_wire.snapshot import (
    AssetSnapshot,
    CheckSnapshot,
    JobSnapshot,
    LocationSnapshot,
    StepSnapshot,
)

_OUTPUTS = ("result", "other")
"""What an op may give back."""
_TAKEN = (["result"], ["result"], ["other"], ["result", "other"])
"""What an input may take, any of which is enough."""
_FAILURE = {"failure": {"code": "user_code.raised", "message": "boom", "error_type": "ValueError"}}


class RememberedFiles:
    """`RunFiles` of which only the names are kept."""

    def __init__(self) -> None:
        self.of: dict[str, None] = {"of-a-run-that-nobody-knows": None}

    def run_ids(self) -> list[str]:
        return list(self.of)

    def remove(self, run_id: str) -> None:
        self.of.pop(run_id, None)

    def with_journals(self) -> list[str]:
        return list(self.of)

    def remove_journals(self, run_id: str) -> None:
        """They are the locations' own here."""

    def sweep(self, before: float) -> None:
        """Nothing lies about."""


class WatchedLocation(FakeLocation):
    """A location everything of which the judge sees.

    Args:
        is_local: whether its supervisor lives and dies with the host; else it is a server.
        is_off_by_s: how wrong the clock of its machine is.
    """

    def __init__(
        self,
        name: str,
        code: Code,
        chance: random.Random,
        clock: VirtualClock,
        judge: Judge,
        files: RememberedFiles,
        *,
        is_local: bool,
        is_off_by_s: float = 0.0,
    ) -> None:
        pace = chance.choice([0.0, 0.001, 0.05])
        self.is_local = self.ends_with_host = is_local
        self._judge = judge
        behave = _behaviour(chance)
        curiosity = random.Random(chance.random())

        def begin(request: StepRequest) -> Outcome:
            judge.begun(self, request)
            files.of[request.key.run_id] = None
            if curiosity.random() < 0.3:
                self._tell(judge.questions.ask(curiosity, request.key))
            return behave(request)

        super().__init__(
            name,
            code,
            behave=begin,
            delay=lambda: pace * chance.random(),
            now=lambda: clock.now() + is_off_by_s,
        )
        self.ends_with_host = is_local

    def send(self, message: Message) -> None:
        if self._deliver is not None:
            self._judge.sent(self, message)
        super().send(message)

    def _arrive(self, message: Message, deliver: Deliver) -> None:
        if deliver is self._deliver and isinstance(message, AttemptEvents):
            self._judge.heard(message)
        super()._arrive(message, deliver)


def make_code(chance: random.Random) -> dict[str, Code]:
    """Code of one to three locations, whose assets depend on earlier ones of any location."""
    made = {f"loc{n}": _Definitions() for n in range(chance.randint(1, 3))}
    keys: list[str] = []
    for number in range(chance.randint(2, 9)):
        one = made[chance.choice(list(made))]
        own = [f"a{number}"] if chance.random() < 0.8 else [f"a{number}", f"a{number}b"]
        # Every location may have a step of the same name.
        step = own[0] if len(own) == 1 else "several"
        if any(known.key == step for known in one.steps):
            own, step = own[:1], own[0]
        for key in own:
            deps = chance.sample(keys, min(len(keys), chance.choice([0, 1, 1, 2])))
            one.assets.append(AssetSnapshot(key=key, step=step, deps=deps))
        checks = one.checks_beside(chance, own, step)
        pool = chance.choice([None, None, "gpu", "disk"])
        can_subset = chance.random() < 0.5
        one.steps.append(StepSnapshot(step, own, can_subset=can_subset, pool=pool, checks=checks))
        keys.extend(own)
        one.check_apart(chance, own[0], keys)
    for name, one in made.items():
        if chance.random() < 0.4:
            one.jobs.append(JobSnapshot(f"ops_of_{name}", steps=_make_ops(chance)))
    return {name: Code(one.snapshot()) for name, one in made.items()}


class _Definitions:
    """What one location is going to define."""

    def __init__(self) -> None:
        self.assets: list[AssetSnapshot] = []
        self.steps: list[StepSnapshot] = []
        self.checks: list[CheckSnapshot] = []
        self.jobs: list[JobSnapshot] = []

    def checks_beside(self, chance: random.Random, made: list[str], step: str) -> list[str]:
        """Checks that the step evaluates which makes their assets."""
        checked = [key for key in made if chance.random() < 0.2]
        self._check(chance, checked, step, "beside", ())
        return [f"{key}:beside" for key in checked]

    def check_apart(self, chance: random.Random, asset: str, keys: list[str]) -> None:
        """A check with a step of its own, which may look at other assets, too."""
        if chance.random() < 0.25:
            step = f"check_of_{asset}"
            deps = chance.sample(keys, chance.choice([0, 0, 1]))
            self._check(chance, [asset], step, "apart", [key for key in deps if key != asset])
            self.steps.append(StepSnapshot(step, checks=[f"{asset}:apart"]))

    def _check(
        self,
        chance: random.Random,
        assets: Iterable[str],
        step: str,
        name: str,
        deps: Sequence[str],
    ) -> None:
        for key in assets:
            is_blocking = chance.random() < 0.5
            check = CheckSnapshot(key, name, step, is_blocking=is_blocking, deps=list(deps))
            self.checks.append(check)

    def snapshot(self) -> LocationSnapshot:
        """All of it."""
        return LocationSnapshot(
            assets=self.assets, steps=self.steps, checks=self.checks, jobs=self.jobs
        )


def _make_ops(chance: random.Random) -> list[StepSnapshot]:
    """Ops that take what earlier ones may have given back, by any of several outputs."""
    made: list[StepSnapshot] = []
    for number in range(chance.randint(1, 5)):
        before = chance.sample(made, min(len(made), chance.choice([0, 1, 1, 2])))
        inputs = {
            f"in{place}": [f"{one.key}:{output}" for output in chance.choice(_TAKEN)]
            for place, one in enumerate(before)
            if chance.random() < 0.8  # else it only comes after it
        }
        pool = chance.choice([None, None, "gpu"])
        deps = [one.key for one in before]
        made.append(StepSnapshot(f"op{number}", deps=deps, inputs=inputs, pool=pool))
    return made


def _behaviour(chance: random.Random) -> Callable[[StepRequest], Outcome]:
    """How attempts go: mostly well."""

    def behave(request: StepRequest) -> Outcome:
        seconds = chance.choice([0.0, 0.01, 0.3, 2.0])
        cleanup_s = chance.choice([0.0, 0.0, 1.0, 30.0])
        roll = chance.random()
        if roll < 0.80:
            gives = tuple(output for output in _OUTPUTS if chance.random() < 0.8)
            passes = chance.random() < 0.9
            return Outcome(seconds, cleanup_s=cleanup_s, gives=gives, passes=passes)
        if roll < 0.82:  # hangs for a while, and hears nothing
            return Outcome(60.0, cleanup_s=60.0)
        if roll < 0.88 and request.retry_number < 2:
            delay_s = chance.choice([0.0, 0.5, 3.0])
            data = {"delay_s": delay_s}
            return Outcome(seconds, kinds.STEP_UP_FOR_RETRY, "again", data, cleanup_s)
        if roll < 0.93:
            return Outcome(seconds, kinds.STEP_WORKER_LOST)
        if roll < 0.95:
            return Outcome(seconds, kinds.STEP_SKIPPED)
        return Outcome(seconds, kinds.STEP_FAILURE, "boom", _FAILURE)

    return behave


def make_wish(chance: random.Random, code: dict[str, Code]) -> dict[str, Any]:
    """Something to ask for, now and then something that does not exist."""
    wish: dict[str, Any] = {"tags": {"atoll/priority": chance.choice(["0", "0", "3"])}}
    jobs = [job for one in code.values() for job in one.snapshot.jobs]
    checks = [check.key for one in code.values() for check in one.snapshot.checks]
    roll = chance.random()
    if jobs and roll < 0.3:
        job = chance.choice(jobs)
        keys = ["no_such_op", *(step.key for step in job.steps)]
        some = [chance.choice(["", "*"]) + chance.choice(keys[roll > 0.02 :]) + "+"]
        ops = chance.choice([[], [], some])
        return wish | {"selection": [], "job": job.name, "ops": ops}
    if checks and roll < 0.45:
        named = chance.sample(checks, chance.randint(1, min(2, len(checks))))
        only = chance.random() < 0.5
        selection = [] if only else _make_selection(chance, code)
        return wish | {"selection": selection, "checks": named, "only_checks": only}
    return wish | {"selection": _make_selection(chance, code)}


def _make_selection(chance: random.Random, code: dict[str, Code]) -> list[str]:
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
    chance: random.Random,
    code: dict[str, Code],
    clock: VirtualClock,
    judge: Judge,
    files: RememberedFiles,
) -> list[WatchedLocation]:
    """Every location, each with delays of its own; servers have clocks of their own."""
    made = []
    for name, one in code.items():
        is_local = chance.random() < 0.5
        is_off_by_s = 0.0 if is_local else chance.choice([0.0, 0.0, 2.0, -2.0, 3600.0, -3600.0])
        own = random.Random(chance.random())
        made.append(
            WatchedLocation(
                name, one, own, clock, judge, files, is_local=is_local, is_off_by_s=is_off_by_s
            )
        )
    return made
