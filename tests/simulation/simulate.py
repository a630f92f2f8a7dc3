"""The whole engine on virtual time, with accidents, from one seed.

`simulate(seed)` gives the story and what it violated. The same seed gives the same story.
"""

from __future__ import annotations

import asyncio
import random
import traceback
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.faulty_log import FaultyLog
from tests.simulation.virtual_time import VirtualClock, VirtualLoop, in_place
from tests.simulation.world import make_code, make_locations, make_selection

from atoll_server.adapters.locations.fake import Code, changed
from atoll_server.core.location import invariants as location_invariants
from atoll_server.core.queue import invariants as queue_invariants
from atoll_server.core.run import invariants as run_invariants
from atoll_server.core.run.table import ENDED
from atoll_server.engine.engine import Engine
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import StorageError, StoredEvent
from atoll_wire import events as kinds
from atoll_wire.failure import Failure

TROUBLE_ENDS_S = 20.0
PATIENCE_S = 400.0
_BROKEN = Failure(code="user_code.raised", message="No module named 'pandsa'")


@dataclass
class Story:
    """What happened under a seed."""

    seed: int
    lines: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    """Final status by run."""
    faults: dict[str, int] = field(default_factory=dict)


def simulate(seed: int) -> Story:
    """Live through the seed's story, to the end of its last run."""
    loop = VirtualLoop()
    simulation = Simulation(seed, loop)
    loop.set_exception_handler(simulation.loop_failed)
    try:
        loop.run_until_complete(simulation.live())
    except Exception:
        simulation.violated(traceback.format_exc())
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
    return simulation.story


class Simulation:
    """One deployment and what befalls it."""

    def __init__(self, seed: int, loop: VirtualLoop) -> None:
        self.story = Story(seed)
        self.chance = random.Random(seed)
        self.loop = loop
        self.clock = VirtualClock(loop)
        self.log = FaultyLog(self.chance)
        self.code = make_code(self.chance)
        self.locations = make_locations(self.chance, self.code, self.clock.now)
        self.settings = EngineSettings(
            max_concurrent_steps=self.chance.randint(1, 4),
            location_limits={name: 2 for name in self.code if self.chance.random() < 0.3},
            max_concurrent_runs=self.chance.choice([1, 2, None]),
            pool_limits={"gpu": 1},
            default_pool_limit=self.chance.choice([1, None]),
            pool_granularity=self.chance.choice(["step", "run"]),
        )
        self.engine: Engine | None = None
        self.asked: list[str] = []

    # Telling

    def tell(self, line: str) -> None:
        self.story.lines.append(f"{self.loop.time():9.3f}  {line}")

    def violated(self, what: str) -> None:
        self.tell(f"VIOLATION {what}")
        self.story.violations.append(what)

    def loop_failed(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told = "".join(traceback.format_exception(error)) if error else str(context)
        self.violated(told)

    def reported(self, error: Exception) -> None:
        if isinstance(error, StorageError):
            self.tell(f"storage: {error}")
        else:
            self.violated("".join(traceback.format_exception(error)))

    # Living

    async def live(self) -> None:
        await self.start_engine()
        script = [(self.at(), self.launch) for _ in range(self.chance.randint(1, 4))]
        faults = [
            self.crash_engine,
            self.crash_engine_in_append,
            self.crash_engine_in_append,
            self.kill_worker,
            self.kill_process,
            self.break_stream,
            self.restart_server,
            self.repeat_events,
            self.cancel_run,
            self.reload_location,
            self.break_disk,
            self.widen_limits,
        ]
        for _ in range(self.chance.choice([0, 2, 4, 8])):
            script.append((self.at(), self.chance.choice(faults)))
        for at, act in sorted(script, key=lambda entry: entry[0]):
            await asyncio.sleep(max(0.0, at - self.loop.time()))
            name = act.__name__
            self.story.faults[name] = self.story.faults.get(name, 0) + 1
            await act()
        self.heal()
        await self.wait_for_the_end()
        await self.check_the_end()

    def at(self) -> float:
        return self.chance.random() ** 2 * TROUBLE_ENDS_S

    async def start_engine(self) -> None:
        engine = Engine(
            self.log,
            self.locations,
            self.clock,
            self.settings,
            offload=in_place,
            on_error=self.reported,
        )
        engine.on_commit(self.committed)
        await engine.start()
        self.engine = engine
        self.tell(f"engine {self.log.epoch} started")

    async def intend(self, kind: str, **payload: Any) -> None:
        self.tell(f"{kind} {payload}")
        await self.log.add_intent(kind, payload, self.clock.now())
        if self.engine is not None and self.chance.random() < 0.8:
            self.engine.ring()

    async def launch(self) -> None:
        run_id = f"run{len(self.asked) + 1}"
        self.asked.append(run_id)
        selection = make_selection(self.chance, self.code)
        tags = {"atoll/priority": self.chance.choice(["0", "0", "3"])}
        await self.intend("launch_run", run_id=run_id, selection=selection, tags=tags)

    # Accidents

    async def crash_engine(self) -> None:
        engine, self.engine = self.engine, None
        assert engine is not None
        self.tell("the engine is killed")
        for timer in engine._timers:
            timer.cancel()
        for task in list(engine._tasks):
            task.cancel()
        for location in self.locations:
            location.drop_host()
            if self.chance.random() < 0.5:
                location.lose_processes()
                if self.chance.random() < 0.3 and location.code.snapshot.assets:
                    key = self.chance.choice(location.code.snapshot.assets).key
                    location.code = changed(location.code, key)
        await asyncio.sleep(self.chance.choice([0.0, 0.1, 5.0]))
        await self.start_engine()

    async def crash_engine_in_append(self) -> None:
        self.log.last_append = self.chance.choice(["before", "after"])
        self.log.died.clear()
        self.tell(f"the engine will die {self.log.last_append} its next commit")
        try:
            await asyncio.wait_for(self.log.died.wait(), 5.0)
        except TimeoutError:
            self.log.last_append = None
        else:
            await asyncio.sleep(0.2)  # what was sent too early arrives
            await self.crash_engine()

    async def kill_worker(self) -> None:
        running = [(one, key) for one in self.locations for key in one.running]
        if running:
            location, key = self.chance.choice(running)
            self.tell(f"the worker of {key} is killed")
            location.kill_worker(key)

    async def kill_process(self) -> None:
        location = self.chance.choice(self.locations)
        for generation in location.generations:
            self.tell(f"the process of {location.name} {generation} is killed")
            location.kill_process(generation, self.chance.choice([0.01, 1.0]))

    async def break_stream(self) -> None:
        location = self.chance.choice(self.locations)
        self.tell(f"the stream to {location.name} breaks")
        if self.chance.random() < 0.5:
            location.refuses = "connection refused"
        location.break_stream()

    async def restart_server(self) -> None:
        """A server elsewhere dies, with its location processes; its next code may be another."""
        location = self.chance.choice(self.locations)
        self.tell(f"the server of {location.name} is started again")
        location.break_stream()
        location.lose_processes()
        if self.chance.random() < 0.3 and location.code.snapshot.assets:
            location.code = changed(
                location.code, self.chance.choice(location.code.snapshot.assets).key
            )

    async def repeat_events(self) -> None:
        for location in self.locations:
            for key in list(location.written):
                location.repeat(key)

    async def cancel_run(self) -> None:
        if self.asked:
            await self.intend("cancel_run", run_id=self.chance.choice(self.asked))

    async def reload_location(self) -> None:
        location = self.chance.choice(self.locations)
        code = location.code
        roll = self.chance.random()
        if roll < 0.4 and code.snapshot.assets:
            code = changed(code, self.chance.choice(code.snapshot.assets).key)
        elif roll < 0.7:
            code = Code(code.snapshot, _BROKEN)
        location.code = code
        if self.chance.random() < 0.7:
            await self.intend("reload_location", name=location.name)

    async def widen_limits(self) -> None:
        changes = self.chance.choice([{"pool_limits.gpu": 2}, {"max_concurrent_runs": "unlimited"}])
        await self.intend("change_settings", changes=changes)

    async def break_disk(self) -> None:
        self.tell("the disk is full for a while")
        self.log.is_broken = True
        await asyncio.sleep(self.chance.choice([0.1, 2.0]))
        self.log.is_broken = False

    def heal(self) -> None:
        self.tell("all is well from now on")
        for location in self.locations:
            location.refuses = None
            location.code = Code(location.code.snapshot)

    # Judging

    def committed(self, events: list[StoredEvent]) -> None:
        engine = self.engine
        for event in events:
            where = "" if event.step is None else f" {event.step}.{event.attempt}"
            self.tell(f"{event.id:4d} {event.run_id}{where} {event.kind} {event.message}")
        if engine is None:
            return
        for state in engine.runs.states.values():
            for what in run_invariants.check_state(state):
                self.violated(f"{state.run_id}: {what}")
        for location in engine.locations.values():
            for what in location_invariants.check_state(location.state):
                self.violated(f"{location.state.name}: {what}")
        steps, slots = engine.queue.state, engine.slots.state
        unfinished = [s.run_id for s in engine.runs.states.values() if s.status not in ENDED]
        for what in (
            *queue_invariants.check_state(steps),
            *queue_invariants.check_idle(steps),
            *queue_invariants.check_runs(slots),
            *queue_invariants.check_idle_runs(slots),
            *queue_invariants.check_nothing_leaked(steps, slots, unfinished),
        ):
            self.violated(what)
        running = sum(len(location.running) for location in self.locations)
        if running > self.settings.max_concurrent_steps:
            self.violated(f"{running} workers run at a time")

    async def wait_for_the_end(self) -> None:
        while self.loop.time() < PATIENCE_S:
            waiting = await self.log.intents()
            if not waiting and not await self.log.unfinished_runs():
                break
            await asyncio.sleep(1.0)
        await asyncio.sleep(3.0)

    async def check_the_end(self) -> None:
        orders = {}
        for run_id in self.asked:
            record = await self.log.run(run_id)
            self.story.runs[run_id] = "never enqueued" if record is None else record.status
            if record is None or record.ended_at is None:
                self.violated(f"{run_id} has not ended: {self.story.runs[run_id]}")
            events = await self.log.events(run_id=run_id, limit=100_000)
            for what in run_invariants.check_history(events):
                self.violated(f"{run_id}: {what}")
            self.check_journals(run_id, events)
            orders.update(_identities_ordered(run_id, events))
        assert self.engine is not None
        steps, slots = self.engine.queue.state, self.engine.slots.state
        if steps.running or steps.waiting or steps.holding or slots.running or slots.waiting:
            self.violated("capacity is occupied although nothing runs")
        for location in self.locations:
            known = self.engine.locations[location.name].state.generations
            if set(location.kept) - set(known):
                self.violated(
                    f"{location.name} keeps {location.kept}, and only {list(known)} are known"
                )
            for key in {key for key in location.started if location.started.count(key) > 1}:
                self.violated(f"{key} was started twice")
            for key, identity in location.ran_on.items():
                if orders.get((key.run_id, key.step, key.attempt)) != identity:
                    self.violated(f"{key} ran on {identity}, which nobody ordered")

    def check_journals(self, run_id: str, events: list[StoredEvent]) -> None:
        """What workers wrote is what is stored, once, and all of it."""
        stored: dict[tuple[str, int], list[int]] = {}
        for event in events:
            if event.seq is not None:
                assert event.step is not None
                assert event.attempt is not None
                stored.setdefault((event.step, event.attempt), []).append(event.seq)
        for location in self.locations:
            for key, written in location.written.items():
                if key.run_id != run_id:
                    continue
                seqs = stored.pop((key.step, key.attempt), [])
                if seqs != [event.seq for event in written]:
                    self.violated(f"{key}: stored {seqs} of {len(written)} events")
        if stored:
            self.violated(f"{run_id}: events that nobody wrote: {stored}")


def _identities_ordered(run_id: str, events: list[StoredEvent]) -> dict[tuple[str, str, int], str]:
    """The code that each attempt was to run on: what its run was planned on."""
    plan: dict[str, str] = {}
    found = {}
    for event in events:
        if event.kind == kinds.RUN_STARTING:
            plan = {step["key"]: step["identity"] for step in event.data["plan"]["steps"]}
        if event.kind == kinds.STEP_WORKER_STARTING:
            assert event.step is not None
            assert event.attempt is not None
            found[run_id, event.step, event.attempt] = plan[event.step]
    return found
