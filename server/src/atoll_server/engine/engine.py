"""The engine: one loop that takes in what happened, decides, stores, and only then acts.

Everything that comes in is a handler in one inbox. A turn runs all handlers that are there,
admits waiting steps, stores what was decided in one append, then carries out the orders.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

from atoll_server.core.location.messages import Pin, Reload, Unpin
from atoll_server.core.outcome import InternalError, Rejected
from atoll_server.core.queue.messages import Ticket
from atoll_server.core.run import commands as c
from atoll_server.core.run.plan import Plan
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, RunStatus
from atoll_server.core.wanted import Wanted
from atoll_server.engine.acknowledger import Acknowledger
from atoll_server.engine.deadlines import Deadlines
from atoll_server.engine.departed import Departed, Reach, location_unknown
from atoll_server.engine.housekeeping import Eraser
from atoll_server.engine.instance_answers import InstanceAnswers
from atoll_server.engine.intents import Intents
from atoll_server.engine.location_records import LocationRecords
from atoll_server.engine.locations import Location, Offload, restored
from atoll_server.engine.planner import Planner
from atoll_server.engine.queue import Queue
from atoll_server.engine.run_slots import RunSlots
from atoll_server.engine.runs import Runs
from atoll_server.engine.settings import EngineSettings
from atoll_server.engine.shutdown import Shutdown
from atoll_server.engine.stored_settings import StoredSettings
from atoll_server.engine.storing import Storing
from atoll_server.engine.takeover import Takeover
from atoll_server.engine.turn import Turn
from atoll_server.engine.upkeep import Upkeep
from atoll_server.ports.clock import Clock
from atoll_server.ports.event_log import (
    Deployment,
    EventLog,
    LocationRecord,
    RunFilter,
    StorageError,
    StoredEvent,
)
from atoll_server.ports.locations import LocationClient
from atoll_server.ports.run_files import RunFiles
from atoll_wire.failure import Failure
from atoll_wire.lines import EventLines
from atoll_wire.messages import (
    AttachAttempts,
    AttemptEvents,
    AttemptNeverStarted,
    CancelStep,
    Hello,
    InstanceQuery,
    Message,
)

_RECENT_RUNS = 50


class Engine:
    """Decides what runs next.

    Args:
        log: where everything is stored; opened by `start`, closed by whoever made it.
        clients: the locations, in workspace order.
        clock: the time.
        offload: runs a function off the loop; the simulator runs it in place.
        console: takes a line per event, if there is one.
        on_error: is told of errors that the engine survives; they are logged otherwise.
        reach: makes clients for locations that have left the workspace while attempts were
            under way there; without it, such attempts stay open.
        files: what runs have left on this machine; goes with the runs that are deleted.
    """

    def __init__(
        self,
        log: EventLog,
        clients: Sequence[LocationClient],
        clock: Clock,
        settings: EngineSettings | None = None,
        *,
        offload: Offload = asyncio.to_thread,
        console: Callable[[str], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        reach: Reach | None = None,
        files: RunFiles | None = None,
    ) -> None:
        self.log = log
        self.settings = settings or EngineSettings()
        self.offload = offload
        self.turn = Turn()
        self.queue = Queue(self.settings.step_limits)
        self.slots = RunSlots(self.settings.run_limits)
        self.stored = StoredSettings(self)
        self.locations: dict[str, Location] = {}
        self.deployment: Deployment | None = None
        self.runs = Runs(self)
        self.planner = Planner(self)
        self.acknowledger = Acknowledger(self, self.runs.forget)
        self.eraser = Eraser(log, offload, self._used_snapshots, files)
        self._answers = InstanceAnswers(log)
        self._intents = Intents(self)
        self._storing = Storing(self)
        self._departed = Departed(self, reach)
        self._takeover = Takeover(self)
        self._records = LocationRecords(self)
        self._upkeep = Upkeep(self)
        self._deadlines = Deadlines(self)
        self.shutdown = Shutdown(self)
        self._clients = list(clients)
        self._host_id = clock.new_id()
        self._clock = clock
        self._console = console
        self._lines = EventLines()
        self._on_error = on_error
        self._listeners: list[Callable[[list[StoredEvent]], None]] = []
        self._inbox: deque[Callable[[], None]] = deque()
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._recent: list[str] = []
        self._strangers: set[str] = set()
        """Runs that are not under way here, and are being looked up."""
        self._is_started = False

    # What others may ask

    async def start(self) -> None:
        """Open the log, take up what was left unfinished, and begin to work.

        Returns when that is done; locations connect and load meanwhile and afterwards.

        Raises:
            StorageError: `storage.*`, the log cannot be opened.
        """
        self.deployment = await self.log.open()
        await self.stored.load()
        records = {record.name: record for record in await self.log.locations()}
        for position, client in enumerate(self._clients):
            state = restored(client, position, records.pop(client.name, None))
            state.continues = client.name in self.settings.continuing
            self.locations[client.name] = Location(client, state, self)
        for name in records:
            await self.log.forget_location(name)
        for location in self.locations.values():
            self.location_changed(location.state.name)
            self.spawn(location.connect(self._hello))
        await self._takeover.take_up()
        ended = [status.value for status in ENDED]
        recent = await self.log.runs(limit=_RECENT_RUNS, where=RunFilter(statuses=ended))
        self._recent = [run.run_id for run in reversed(recent)]
        self._is_started = True
        self.ring()
        self._poll()
        self.post(self._deadlines.look)
        self.spawn(self._work())
        self.spawn(self._records.keep())
        self._upkeep.begin()

    @property
    def _hello(self) -> Hello:
        assert self.deployment is not None
        return Hello(
            release=self.settings.release,
            deployment_id=self.deployment.id,
            epoch=self.deployment.epoch,
            host_id=self._host_id,
            values_url=self.settings.values_url,
            values_mark=self.settings.values_mark,
        )

    async def stop(self) -> None:
        """Stop working at once; runs stay as they are, and workers go on. See `Shutdown`."""
        for timer in self._timers:
            timer.cancel()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._clients:
            await client.close()
        await self._departed.close()

    def ring(self) -> None:
        """There is an intent. To be called on the engine's loop; costs nothing."""
        self._intents.are_due = True
        self._bell.set()

    def on_commit(self, listener: Callable[[list[StoredEvent]], None]) -> None:
        """Have `listener` called with the events of every commit, in order, on the loop."""
        self._listeners.append(listener)

    def on_location(self, listener: Callable[[LocationRecord], None]) -> None:
        """Have `listener` called with every location that has changed, once it is stored."""
        self._records.listen(listener)

    def not_ready(self) -> list[str]:
        """Why the engine cannot take up work, in sentences; empty: it can."""
        if not self._is_started:
            return ["The engine is starting."]
        troubles = self._storing.troubles
        ending = ["The host is shutting down."] if self.shutdown.is_under_way else []
        return ending if troubles is None else [*ending, troubles]

    @property
    def takes_no_work(self) -> bool:
        """Whether nothing is begun, and what is asked for left to the next engine."""
        return self.shutdown.is_under_way or not self.settings.takes_work

    # The loop

    async def _work(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            await self._intents.take_up()
            while self._inbox:
                self._guard(self._inbox.popleft())
            self._guard(self._admit)
            turn, self.turn = self.turn, Turn()
            stored = await self._storing.store(turn)
            for order in turn.orders:
                self._guard(order)
            if stored:
                self._tell(stored)

    def _guard(self, handler: Callable[[], object]) -> None:
        """One run's trouble must not become everybody's."""
        try:
            handler()
        except Exception as error:
            self.report(error)

    def _tell(self, stored: list[StoredEvent]) -> None:
        self.acknowledger.stored(stored)
        if self._console is not None:
            for event in stored:
                self._console(self._lines.line(event))
        for listener in self._listeners:
            self._guard(partial(listener, stored))

    def _admit(self) -> None:
        """Begin waiting runs and start waiting steps as long as there is room."""
        if self.takes_no_work:
            return
        self._admit_runs()
        for ticket in self.queue.admissions():
            step = self.runs.states[ticket.run_id].steps[ticket.step]
            location = self.locations[ticket.location]
            home = location.home_of(step.planned.generation, step.planned.identity)
            if home is None or not home.is_up:
                self.queue.park(ticket)
                continue
            launch = c.Launch(
                at=self.now(),
                step=ticket.step,
                generation=home.number,
                identity=home.identity,
                server_id=location.state.server_id,
            )
            rejected = self.runs.command(ticket.run_id, launch)
            if rejected is not None:
                self.queue.release(ticket)
                self.report(InternalError(f"{ticket} was admitted: {rejected.message}"))

    def _admit_runs(self) -> None:
        for run_id in self.slots.admissions():
            self.planner.begin(run_id)

    # What comes in

    def hear(self, location: str, message: Message) -> None:
        """A supervisor tells about an attempt."""
        if isinstance(message, AttemptEvents):
            command: c.Command = c.Record(at=self.now(), key=message.key, events=message.events)
        elif isinstance(message, AttemptNeverStarted):
            command = c.NeverStarted(at=self.now(), key=message.key, failure=message.failure)
        elif isinstance(message, InstanceQuery):
            self.spawn(self._answer(location, message))
            return
        else:
            return
        state = self.runs.states.get(message.key.run_id)
        if state is None:
            self._hear_of_stranger(location, message.key.run_id)
            return
        rejected = self.runs.command(message.key.run_id, command)
        if rejected is not None and rejected.code == "attempt.gap":
            step = state.steps[message.key.step]
            self.send(location, AttachAttempts([message.key], [step.seq]))

    async def _answer(self, location: str, query: InstanceQuery) -> None:
        """User code in a step asks what is recorded."""
        self.send(location, await self._answers.answer(query))

    def _hear_of_stranger(self, location: str, run_id: str) -> None:
        """Let journals go of a run that has ended; of one that is not ours they are not ours."""
        if run_id in self._strangers:
            return
        self._strangers.add(run_id)

        async def look_up() -> None:
            try:
                run = await self.log.run(run_id)
            finally:
                self._strangers.discard(run_id)
            if run is not None and run.ended_at is not None:
                self.acknowledger.run_ended(run_id, [location])

        self.spawn(look_up())

    def connected(self, location: str, server_id: str) -> None:
        """A location is connected (again): ask for the attempts that are under way there."""
        known, after, canceled = [], [], []
        for state, key, seq in self.runs.under_way(location):
            theirs = state.steps[key.step].server_id
            if theirs and server_id and theirs != server_id:
                self._note_out_of_contact(state, key.step, location)
                continue
            known.append(key)
            after.append(seq)
            if state.status is RunStatus.CANCELING:
                canceled.append(key)
        if known:
            self.send(location, AttachAttempts(known, after))
        for key in canceled:
            self.send(location, CancelStep(key, self.settings.cancel_grace))
        for run_id in self._recent:  # it may have missed the first time
            self.acknowledger.run_ended(run_id, [location])

    def _note_out_of_contact(self, state: RunState, step: str, location: str) -> None:
        message = (
            f"Step {step!r} is out of contact: it was started by another server of location "
            f"{location!r}, and stays as it is until that server returns."
        )
        self.runs.command(state.run_id, c.Note(at=self.now(), message=message, step=step))

    def launch_run(self, run_id: str, payload: dict[str, Any]) -> None:
        """Somebody wants a run that is not known yet."""
        wanted = Wanted.of(payload)
        self.slots.ask(run_id, wanted.tags)
        message = self.planner.add(run_id, wanted)
        self._admit_runs()
        enqueue = c.Enqueue(
            at=self.now(),
            selection=wanted.selection,
            tags=wanted.tags,
            config=payload.get("config") or {},
            partition=wanted.partition,
            job=wanted.job,
            job_location=wanted.location,
            checks=wanted.checks,
            only_checks=wanted.only_checks,
            ops=wanted.ops,
            kept=wanted.kept,
            not_given_back=payload.get("not_given_back") or (),
            message=message or self.slots.waits_for(run_id),
        )
        self.runs.command(run_id, enqueue)

    def cancel_run(self, run_id: str) -> None:
        """Somebody wants a run to end."""
        if run_id in self.runs.states:
            self.planner.drop(run_id)
            self.runs.command(run_id, c.Cancel(at=self.now()))

    def reload_location(self, name: str) -> None:
        """Somebody wants a location's code loaded anew."""
        if name in self.locations:
            self.locations[name].command(Reload(self.now()))

    def run_planned(self, run_id: str, outcome: Plan | Failure) -> None:
        """The planner is done with a run."""
        if self.takes_no_work:
            return  # it is queued, and the next engine plans it again
        if isinstance(outcome, Failure):
            self.runs.command(run_id, c.Refuse(at=self.now(), failure=outcome))
            return
        if isinstance(self.runs.command(run_id, c.Start(at=self.now(), plan=outcome)), Rejected):
            return  # canceled meanwhile
        self.pin(run_id)

    def offer(self, ticket: Ticket) -> None:
        """A step wants to start; what it was planned on may have gone since its last attempt."""
        planned = self.runs.states[ticket.run_id].steps[ticket.step].planned
        location = self.locations.get(ticket.location)
        failure = (
            location_unknown(ticket.location)
            if location is None
            else location.loss(planned.generation, planned.identity)
        )
        if failure is not None:
            self.post(self.fail_steps, ticket.location, [ticket.run_id], failure)
            return
        assert location is not None
        if ticket.run_id not in location.state.pins:
            # Its code was lost while an attempt ran, and now that one is lost, too. What is being
            # loaded may be that code: if it is not, the step must be told.
            pin = Pin(self.now(), ticket.run_id, planned.generation, planned.identity)
            location.command(pin)
        self.queue.offer(ticket)

    def pin(self, run_id: str) -> None:
        """Keep the generations that a run was planned on for it."""
        pinned = {}
        for step in self.runs.states[run_id].steps.values():
            pinned[step.planned.location] = step.planned
        for name, planned in pinned.items():
            if name in self.locations:
                pin = Pin(self.now(), run_id, planned.generation, planned.identity)
                self.locations[name].command(pin)

    def run_ended(self, state: RunState) -> None:
        """A run is over, and that is committed."""
        locations = dict.fromkeys(step.planned.location for step in state.steps.values())
        for name in locations:
            if name in self.locations:
                self.locations[name].command(Unpin(self.now(), state.run_id))
        self._recent = [*self._recent[1 - _RECENT_RUNS :], state.run_id]
        self.acknowledger.run_ended(state.run_id, locations)

    def fail_steps(self, location: str, run_ids: Iterable[str], failure: Failure) -> None:
        """What these runs have not started in a location can never start."""
        for run_id in run_ids:
            steps = self.runs.unstarted(run_id, location)
            if steps:
                self.runs.command(run_id, c.FailSteps(at=self.now(), steps=steps, failure=failure))

    # What the parts need of each other

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now()

    def post(self, handler: Callable[..., None], *arguments: Any) -> None:
        """Have `handler` called in the next turn."""
        self._inbox.append(partial(handler, *arguments))
        self._bell.set()

    def later(self, delay_s: float, handler: Callable[[], None]) -> None:
        """Have `handler` called in a turn, `delay_s` from now."""

        def ring() -> None:
            self._timers.discard(timer)
            self.post(handler)

        timer = asyncio.get_running_loop().call_later(delay_s, ring)
        self._timers.add(timer)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside the turns; its errors are reported."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self.report(error)

    def send(self, location: str, message: Message) -> None:
        """Send to a location's supervisor; lost if it is out of reach."""
        known = self.locations.get(location)
        if known is None:
            self._departed.send(location, message)
        elif known.state.is_connected:
            known.client.send(message)

    def is_out_of_reach(self, location: str) -> bool:
        """Whether what is sent to a location of the workspace is lost."""
        return location in self.locations and not self.locations[location].state.is_connected

    def watch_departed(self, location: str) -> None:
        """Ask what becomes of attempts in a location that has left the workspace."""
        self._departed.watch(location, self._hello)

    def report(self, error: Exception) -> None:
        """Tell of an error that the engine survives."""
        if self._on_error is not None:
            self._on_error(error)
        else:
            # A storage that refuses says so in a sentence; all else is a mistake of ours.
            logger = logging.getLogger("atoll.engine")
            if isinstance(error, StorageError):
                logger.error("%s", error.advice)
            else:
                logger.error("%s", error, exc_info=error)

    def location_of(self, run_id: str, step: str) -> str | None:
        """Where a step of a run lies."""
        state = self.runs.states.get(run_id)
        return None if state is None else state.steps[step].planned.location

    def _used_snapshots(self) -> set[str]:
        return {hash for one in self.locations.values() for hash in one.used_snapshots}

    def location_changed(self, location: str) -> None:
        """What is shown of a location has changed."""
        self._records.changed(location)
        self.planner.locations_changed()

    def catalog_changed(self) -> None:
        """What can be run has changed."""
        self.planner.catalog_changed()

    def _poll(self) -> None:
        """Look for intents now and then, should nobody ring."""
        self.ring()
        self.later(self.settings.poll_interval_s, self._poll)
