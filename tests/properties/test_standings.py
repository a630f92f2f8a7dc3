"""Whoever follows the log, and whoever begins at its end, say the same of every asset."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.api.following import Follower
from atoll_server.core.event import NewEvent
from atoll_wire import events as kinds

ASSETS = ["a", "b", "c"]
STEPS = {"one": ["a"], "two": ["b", "c"]}
CLOSINGS = [kinds.STEP_SUCCESS, kinds.STEP_FAILURE, kinds.STEP_UP_FOR_RETRY, kinds.STEP_SKIPPED]


class StandingsMachine(RuleBasedStateMachine):
    """Runs of two steps, as the engine would store them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.log = MemoryEventLog()
        self.follower = Follower(self.log)
        self.seq = 0
        self.runs: dict[str, dict[str, list[Any]]] = {}
        """Of the runs under way: state and attempt of each step."""
        self.ended: list[str] = []
        self.count = 0

    def store(self, kind: str, run_id: str, **fields: Any) -> None:
        event = NewEvent(run_id=run_id, kind=kind, at=float(self.seq), **fields)
        self.runner.run(self.log.append([event]))

    def journal(self, kind: str, run_id: str, step: str, attempt: int, **data: Any) -> None:
        self.seq += 1
        self.store(kind, run_id, step=step, attempt=attempt, seq=self.seq, data=data)

    def steps(self, *states: str) -> list[tuple[str, str]]:
        found = [(r, s) for r, steps in self.runs.items() for s in steps]
        return [(r, s) for r, s in found if self.runs[r][s][0] in states]

    @rule(chosen=strategies.sets(strategies.sampled_from(sorted(STEPS)), min_size=1))
    def plan(self, chosen: set[str]) -> None:
        self.count += 1
        run_id = f"r{self.count}"
        plan = {"steps": [{"key": key, "assets": STEPS[key]} for key in sorted(chosen)]}
        self.store(kinds.RUN_ENQUEUED, run_id)
        self.store(kinds.RUN_STARTING, run_id, data={"plan": plan})
        self.store(kinds.RUN_START, run_id)
        self.runs[run_id] = {key: ["waiting", 0] for key in chosen}

    @precondition(lambda self: self.steps("waiting"))
    @rule(data=strategies.data())
    def begin(self, data: Any) -> None:
        run_id, key = data.draw(strategies.sampled_from(self.steps("waiting")))
        step = self.runs[run_id][key]
        step[:] = "active", step[1] + 1
        self.store(kinds.STEP_WORKER_STARTING, run_id, step=key, attempt=step[1])

    @precondition(lambda self: self.steps("active"))
    @rule(data=strategies.data())
    def make(self, data: Any) -> None:
        run_id, key = data.draw(strategies.sampled_from(self.steps("active")))
        asset = data.draw(strategies.sampled_from(STEPS[key]))
        attempt = self.runs[run_id][key][1]
        self.journal(kinds.ASSET_MATERIALIZATION, run_id, key, attempt, asset_key=asset)

    @precondition(lambda self: self.steps("active"))
    @rule(data=strategies.data(), kind=strategies.sampled_from(CLOSINGS))
    def close_attempt(self, data: Any, kind: str) -> None:
        run_id, key = data.draw(strategies.sampled_from(self.steps("active")))
        step = self.runs[run_id][key]
        self.journal(kind, run_id, key, step[1])
        step[0] = "waiting" if kind == kinds.STEP_UP_FOR_RETRY else "done"

    @precondition(lambda self: self.steps("active"))
    @rule(data=strategies.data())
    def fail_an_attempt_that_is_past(self, data: Any) -> None:
        run_id, key = data.draw(strategies.sampled_from(self.steps("active")))
        attempt = self.runs[run_id][key][1]
        if attempt > 1:
            self.journal(kinds.STEP_FAILURE, run_id, key, attempt - 1)

    @precondition(lambda self: self.steps("waiting"))
    @rule(data=strategies.data(), kind=strategies.sampled_from(CLOSINGS[1::2]))
    def give_up(self, data: Any, kind: str) -> None:
        run_id, key = data.draw(strategies.sampled_from(self.steps("waiting")))
        self.store(kind, run_id, step=key)
        self.runs[run_id][key][0] = "done"

    @precondition(lambda self: self.runs)
    @rule(data=strategies.data())
    def cancel(self, data: Any) -> None:
        self.store(kinds.RUN_CANCELING, data.draw(strategies.sampled_from(sorted(self.runs))))

    @rule(kind=strategies.sampled_from(sorted(kinds.RUN_ENDS)))
    def end(self, kind: str) -> None:
        for run_id in list(self.runs):
            if all(state == "done" for state, _ in self.runs[run_id].values()):
                self.store(kind, run_id)
                del self.runs[run_id]
                self.ended.append(run_id)

    @rule(asset=strategies.sampled_from(ASSETS))
    def wipe(self, asset: str) -> None:
        self.store(kinds.ASSET_WIPED, "", data={"asset_key": asset})

    @precondition(lambda self: self.ended)
    @rule(data=strategies.data())
    def erase(self, data: Any) -> None:
        run_id = data.draw(strategies.sampled_from(self.ended))
        self.ended.remove(run_id)
        self.runner.run(self.log.erase_run(run_id, 1000))

    @rule()
    def look(self) -> None:
        self.runner.run(self.follower.catch_up())

    @invariant()
    def they_say_the_same(self) -> None:
        anew = Follower(self.log)
        self.runner.run(anew.catch_up())
        before = self.follower.last_event_id
        self.runner.run(self.follower.catch_up())
        assert self.follower.all_standings() == anew.all_standings()
        changed = self.follower.standings(before)
        known = anew.all_standings()
        if changed is not None:
            assert changed == {key: known.get(key) for key in changed}

    def teardown(self) -> None:
        self.runner.close()


TestStandings = StandingsMachine.TestCase
TestStandings.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
