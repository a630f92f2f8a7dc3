"""The whole engine on virtual time, with accidents, from one seed.

`simulate(seed)` gives the story and what it violated. The same seed gives the same story, in
any process. Read `accidents` for what may happen, `judge` and `verdict` for what must hold.
"""

from __future__ import annotations

import asyncio
import random
import traceback
from collections.abc import Collection
from typing import Any

from tests.simulation.accidents import ACCIDENTS, WISHES, Accident, die_where_aimed, launch
from tests.simulation.faulty_log import FaultyLog, Unstorable
from tests.simulation.host import Host
from tests.simulation.judge import Judge
from tests.simulation.story import VIOLATION, Story
from tests.simulation.transitions import counted, uncounted
from tests.simulation.verdict import Verdict
from tests.simulation.virtual_time import VirtualClock, VirtualLoop, in_place
from tests.simulation.world import RememberedFiles, make_code, make_locations

from atoll_server.adapters.locations.fake import Code
from atoll_server.engine import housekeeping
from atoll_server.engine.engine import Engine
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import StorageError, StoredEvent

housekeeping.ROWS_PER_SYNC = 30  # a simulated deployment has few events
_TROUBLE_BEGINS_S = 20.0
"""By when the last trouble has begun."""
_TROUBLE_ENDS_S = 60.0
_PATIENCE_S = 1000.0


def simulate(seed: int, without: Collection[int] = (), aim: str = "") -> Story:
    """Live through the seed's story, to the end of its last run.

    Args:
        without: numbers of the script's entries to leave out.
        aim: an await of the engine at which it is to die as well, should it come there.
    """
    story = Story(seed, frozenset(without), aim)
    loop = VirtualLoop()
    simulation = Simulation(story, loop)
    loop.set_exception_handler(simulation.loop_failed)
    try:
        with counted(story.transitions):
            loop.run_until_complete(simulation.live())
    except Exception:
        simulation.violated(traceback.format_exc())
    finally:
        for task in sorted(asyncio.all_tasks(loop), key=lambda task: int(task.get_name()[5:])):
            task.cancel()
        loop.rest()
        loop.run_until_complete(asyncio.sleep(0))
        simulation.host.bury()
        loop.close()
    story.deaths.update(simulation.host.deaths)
    return story


class Simulation:
    """One deployment and what befalls it."""

    def __init__(self, story: Story, loop: VirtualLoop) -> None:
        self.story, self.loop = story, loop
        chance = self._chance("world")
        self.clock = VirtualClock(loop)
        self.log = FaultyLog(self._chance("log"))
        self.code = make_code(chance)
        self.settings = EngineSettings(
            max_concurrent_steps=chance.randint(1, 4),
            location_limits={name: 2 for name in self.code if chance.random() < 0.3},
            max_concurrent_runs=chance.choice([1, 2, None]),
            pool_limits={"gpu": 1},
            default_pool_limit=chance.choice([1, None]),
            pool_granularity=chance.choice(["step", "run"]),
            run_max_retries=chance.choice([0, 0, 2]),
            run_retry_on_step_failure=chance.random() < 0.5,
            max_runtime=chance.choice([0.0, 0.0, 0.0, 10.0]),
            start_timeout=chance.choice([180.0, 180.0, 5.0]),
            keep_runs=chance.choice([0, 0, 0, 2]),
            continuing=frozenset(name for name in self.code if chance.random() < 0.2),
        )
        self.files = RememberedFiles()
        self.judge = Judge(self.log, self.settings, self.violated)
        self.locations = make_locations(chance, self.code, self.clock, self.judge, self.files)
        self.judge.locations = self.locations
        self.present = self.locations
        """Those that the workspace has."""
        self.host = Host(loop, self._engine, self._host_died, self._refused)
        self.names = 0
        """How many runs have been given a name."""
        self.asked: dict[str, dict[str, Any]] = {}
        """By run: what was asked for."""
        self.asked_again: set[str] = set()
        self.deleted: set[str] = set()
        """Runs that somebody has asked to delete."""
        self.is_pruned = self.settings.keep_runs > 0
        """Whether somebody has asked to delete all that have ended, by the time it is done."""
        self._doorbell = self._chance("doorbell")

    def _chance(self, *names: object) -> random.Random:
        """A source of chance that nothing else draws from."""
        return random.Random(":".join(map(str, (self.story.seed, *names))))

    # Telling

    def tell(self, line: str) -> None:
        self.story.lines.append(f"{self.loop.time():9.3f}  {line}")

    def violated(self, what: str) -> None:
        if what not in self.story.violations:
            self.tell(f"{VIOLATION} {what}")
            self.story.violations.append(what)

    def loop_failed(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told = "".join(traceback.format_exception(error)) if error else str(context)
        self.violated(told)

    def _reported(self, error: Exception) -> None:
        if isinstance(error, StorageError | Unstorable | ConnectionError):
            self.tell(f"reported: {error}")
        else:
            self.violated("".join(traceback.format_exception(error)))

    def _committed(self, events: list[StoredEvent]) -> None:
        for event in events:
            where = "" if event.step is None else f" {event.step}.{event.attempt}"
            self.tell(f"{event.id:4d} {event.run_id}{where} {event.kind} {event.message}")
        if self.host.engine is not None:
            self.judge.committed(self.host.engine, events)

    # The host

    def _engine(self) -> Engine:
        self.judge.host_starts()
        by_name = {one.name: one for one in self.locations}
        engine = Engine(
            self.log,
            self.present,
            self.clock,
            self.settings,
            offload=in_place,
            on_error=self._reported,
            reach=by_name.__getitem__,
            files=self.files,
        )
        engine.on_commit(self._committed)
        self.tell("an engine starts")
        return engine

    def _host_died(self) -> None:
        """What it had in its memory is gone; its own machine's supervisors end with it."""
        self.log.last_append = None
        self.judge.host_died()
        chance = self._chance("death", self.loop.time())
        for location in self.locations:
            location.drop_host(arriving=0 if location.is_local else chance.choice([0, 1, 2, 99]))
            if location.is_local:
                location.lose_processes(are_forked=chance.random() < 0.5)

    def _refused(self, error: StorageError) -> None:
        self.tell(f"the engine cannot start: {error}")

    async def intend(self, kind: str, **payload: Any) -> bool:
        """Ask for something; False if that could not even be stored."""
        try:
            await self.log.add_intent(kind, payload, self.clock.now())
        except StorageError as error:
            self.tell(f"{kind} {payload} is refused: {error}")
            return False
        self.tell(f"{kind} {payload}")
        if self.host.engine is not None and self._doorbell.random() < 0.8:
            self.host.engine.ring()
        return True

    # Living

    async def live(self) -> None:
        script = self._script()
        await self.host.start()
        acts = [
            self.loop.create_task(self._act(number, at, accident))
            for number, (at, accident) in enumerate(script)
            if number not in self.story.without
        ]
        if self.story.aim:
            acts.append(self.loop.create_task(die_where_aimed(self, self._chance("aim"))))
        await asyncio.gather(*acts)
        await asyncio.sleep(_TROUBLE_ENDS_S - self.loop.time())  # whatever was left out
        await self._heal()
        await self._wait_for_the_end()
        deleted = set(self.asked) if self.is_pruned else self.deleted
        verdict = Verdict(self, deleted)
        with uncounted():
            retries = [run_id for run_id in self.log.run_ids if run_id not in self.asked]
            for run_id in [*self.asked, *retries]:
                self.story.runs[run_id] = await verdict.run(run_id)
        assert self.host.engine is not None
        await verdict.all_else(self.host.engine)

    def _script(self) -> list[tuple[float, Accident]]:
        chance = self._chance("script")
        chosen = [launch for _ in range(chance.randint(1, 4))]
        for _ in range(chance.choice([0, 2, 4, 8, 16])):
            chosen.append(chance.choice(ACCIDENTS if chance.random() < 0.7 else WISHES))
        script: list[tuple[float, Accident]] = []
        for accident in chosen:
            at = chance.random() ** 2 * _TROUBLE_BEGINS_S
            if script and chance.random() < 0.3:  # misfortunes seldom come singly
                at = chance.choice(script)[0] + chance.choice([0.0, 0.001, 0.02, 0.1])
            script.append((at, accident))
        script.sort(key=lambda entry: entry[0])
        self.story.script = [f"{at:6.3f} {accident.__name__}" for at, accident in script]
        return script

    async def _act(self, number: int, at: float, accident: Accident) -> None:
        await asyncio.sleep(at)
        self.story.faults[accident.__name__] += 1
        await accident(self, self._chance("act", number))

    async def _heal(self) -> None:
        self.tell("all is well from now on")
        for location in self.locations:
            location.code = Code(location.code.snapshot)
        await self.host.started.wait()
        if len(self.present) < len(self.locations):
            self.present = self.locations
            self.host.kill()
            await self.host.start()

    async def _wait_for_the_end(self) -> None:
        while self.loop.time() < _PATIENCE_S:
            if self.log.is_settled:
                break
            await asyncio.sleep(1.0)
        await asyncio.sleep(40.0)  # what is late still comes
