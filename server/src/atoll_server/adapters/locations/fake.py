"""A code location without processes: the verified fake of supervisor, journals and workers.

It keeps the promises of the real one (an attempt's code starts at most once, a closed journal
is final, an unknown attempt gets a tombstone) and has a method for every accident that may
befall it. It lives on the event loop's time, which a simulator may have replaced.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from atoll_server.adapters.locations.fake_code import Code, Outcome, assets, changed
from atoll_server.adapters.locations.fake_journals import DiskFull, FakeJournal, FakeJournals
from atoll_server.adapters.locations.fake_pipe import Pipe
from atoll_server.ports.locations import Deliver, StreamLost
from atoll_wire import events as kinds
from atoll_wire.codec import to_wire
from atoll_wire.events import JournalEvent
from atoll_wire.failure import SHUT_DOWN, Failure, ProcessExit
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    AcknowledgeEvents,
    AttachAttempts,
    AttemptEvents,
    AttemptNeverStarted,
    BuryAttempt,
    CancelStep,
    FetchSnapshot,
    ForgetRun,
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    GenerationUsage,
    Hello,
    LaunchStep,
    Message,
    SnapshotChunk,
    StartGeneration,
    StepRequest,
    StopGeneration,
    WorkerMode,
)
from atoll_wire.snapshot import chunks

__all__ = ["Code", "FakeLocation", "Outcome", "assets", "changed"]

_SCAN_S = 0.25
_KILLED = ProcessExit(signal="SIGKILL")


@dataclass
class _Worker:
    """A process that executes an attempt."""

    request: StepRequest
    outcome: Outcome
    timer: asyncio.TimerHandle | None = None


class FakeLocation:
    """A `LocationClient`, the supervisor behind it, and everything behind that.

    Args:
        name: the location's name.
        code: what is loaded; assign `code` anew before a reload to change it.
        behave: decides how an attempt goes; all succeed at once by default.
        delay: how many seconds a message, a load or a start of a worker takes, each time.
        now: the worker's clock.
    """

    def __init__(
        self,
        name: str,
        code: Code,
        *,
        behave: Callable[[StepRequest], Outcome] = lambda request: Outcome(),
        delay: Callable[[], float] = lambda: 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.code = code
        self.behave = behave
        self.server_id = f"server-of-{name}"
        self.journals = FakeJournals(now)
        self.started: list[AttemptKey] = []
        """Every start of user code, in order; a power cut that takes the journal takes it."""
        self.ran_on: dict[AttemptKey, str] = {}
        """The identity of the code that an attempt ran on."""
        self.running: dict[AttemptKey, _Worker] = {}
        self.ends_with_host = True
        """See `LocationClient.ends_with_host`."""
        self.refuses: str | None = None
        """Why connecting fails, as long as it does."""
        self.garbles = False
        """Whether snapshots arrive damaged for now."""
        self.repeats = False
        """Whether every message arrives twice for now, in either direction."""
        self._delay = delay
        self._deliver: Deliver | None = None
        self._session: Deliver | None = None
        """The latest host, whose messages still arrive when it has gone."""
        self._boot = 0
        self._epoch = 0
        self._inward = Pipe()
        self._outward = Pipe()
        self._sent: dict[AttemptKey, int] = {}
        """The last event that the host has, or was sent."""
        self._generations: dict[int, Code] = {}
        self._identities: dict[int, str] = {}
        self._failed: dict[int, Failure] = {}
        self._up: set[int] = set()
        self._waiting: dict[int, list[StepRequest]] = {}
        self._forking: list[tuple[int, AttemptKey, asyncio.TimerHandle]] = []

    # The port

    @property
    def reached(self) -> dict[str, Any]:
        """See `LocationClient.reached`."""
        return {}

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        """See `LocationClient.connect`."""
        await asyncio.sleep(self._delay())
        if self.refuses is not None:
            raise ConnectionError(self.refuses)
        if hello.epoch < self._epoch:
            raise ConnectionError("a later host has spoken already")
        self._epoch = hello.epoch
        self._deliver = self._session = deliver
        self._inward, self._outward = Pipe(), Pipe()
        return Hello(
            release="fake",
            epoch=hello.epoch,
            server_id=self.server_id,
            generations=sorted(self._generations),
        )

    def send(self, message: Message) -> None:
        """See `LocationClient.send`."""
        if self._deliver is not None:
            for _ in range(1 + self.repeats):
                self._inward.put(self._delay(), self._handle, message, self._deliver)

    async def close(self) -> None:
        """See `LocationClient.close`."""
        self._deliver = None
        self.lose_processes()

    # What can be seen of it

    @property
    def written(self) -> dict[AttemptKey, list[JournalEvent]]:
        """Every event of every attempt, forgotten journals included."""
        return self.journals.written

    @property
    def generations(self) -> list[int]:
        """The generations that have a process."""
        return sorted(self._up)

    @property
    def kept(self) -> list[int]:
        """All generations that are held for the host, with a process or without."""
        return sorted(self._generations)

    # Accidents

    def break_stream(self, reason: str = "the connection was reset", *, arriving: int = 0) -> None:
        """The stream ends; of what is on its way, only the first orders still arrive."""
        deliver = self._deliver
        self.drop_host(arriving=arriving)
        if deliver is not None:
            asyncio.get_running_loop().call_soon(deliver, StreamLost(reason))

    def drop_host(self, *, arriving: int = 0) -> None:
        """The host has died: nobody reads any more; its first orders still arrive."""
        self._deliver = None
        self._inward.lose(all_but=arriving)

    def stall(self, seconds: float) -> None:
        """Nothing comes through for a while, and nothing is lost."""
        self._inward.stall(seconds)
        self._outward.stall(seconds)

    def lose_processes(self, *, are_forked: bool = False) -> None:
        """The supervisor ends and all location processes with it; workers go on.

        Args:
            are_forked: whether workers that were about to begin still do.
        """
        self._generations.clear()
        self._identities.clear()
        self._failed.clear()
        self._up.clear()
        self._waiting.clear()
        self._stop_forking(None, are_forked)

    def cut_power(self, kept: Callable[[int], int | None]) -> None:
        """The machine is off: all processes die, and what is not on the disk is gone.

        Args:
            kept: of so many events of a journal, how many are there; None: not even the file.
        """
        self._boot += 1
        self.lose_processes()
        for key in self.journals.cut_power(kept):
            if key in self.started:
                self.started.remove(key)
        self.running.clear()
        self._sent.clear()

    def kill_worker(self, key: AttemptKey) -> None:
        """A worker dies without a word."""
        if key in self.running:
            self._lose(key)

    def pause_worker(self, key: AttemptKey, seconds: float) -> None:
        """A worker is stopped, and continued later (SIGSTOP, SIGCONT)."""
        worker = self.running.get(key)
        if worker is not None and worker.timer is not None:
            worker.timer.cancel()
            rest_s = worker.timer.when() - asyncio.get_running_loop().time()
            worker.timer = self._after(max(0.0, rest_s) + seconds, self._finish, key)

    def kill_process(
        self, generation: int, pause_s: float = 0.1, *, are_forked: bool = False
    ) -> None:
        """A location process dies, and is started again; its workers go on.

        One that had never loaded its code is not started again.
        """
        if generation not in self._generations:
            return
        self._up.discard(generation)
        self._stop_forking(generation, are_forked)
        if generation in self._identities:
            self._tell(GenerationExited(generation, _KILLED, pause_s, 1))
            self._after(pause_s, self._start_again, generation)
            return
        failure = Failure(code="location.exited", message="the process ended while it loaded")
        self._fail(generation, failure)

    def measure(self) -> None:
        """What the location processes use is told."""
        for generation in self._up:
            self._tell(GenerationUsage(generation, 50_000_000, 1.0))

    def repeat(self, key: AttemptKey) -> None:
        """Events of an attempt are sent a second time."""
        journal = self.journals.get(key)
        if journal is not None and not journal.is_shrunk:
            sent = [e for e in journal.events if e.seq <= self._sent.get(key, 0)]
            if sent:
                self._tell(AttemptEvents(key, sent))

    # Orders of the host

    def _handle(self, message: Message, session: Deliver) -> None:
        if session is not self._session:
            return  # another host, or another stream, has taken its place
        match message:
            case StartGeneration(generation=number):
                self._start(number)
            case StopGeneration(generation=number):
                self._generations.pop(number, None)
                self._failed.pop(number, None)
                self._up.discard(number)
                self._refuse_waiting(number)
            case FetchSnapshot(hash=hash):
                self._send_snapshot(hash)
            case LaunchStep(generation=number, request=request):
                self._launch(number, request)
            case AttachAttempts(attempts=attempts, after=after):
                for key, seq in zip(attempts, after, strict=True):
                    self._attach(key, seq)
            case CancelStep(key=key, grace_s=grace_s, again=again):
                self._cancel(key, grace_s, again)
            case BuryAttempt(key=key, failure=failure):
                known = self.journals.get(key)
                if known is None or known.is_tombstone:
                    self._take_back(key)
                    self._bury(key, failure.message)
            case AcknowledgeEvents(key=key, seq=seq):
                self.journals.acknowledge(key, seq)
            case ForgetRun(run_id=run_id):
                self.journals.forget(run_id)

    def _start(self, number: int) -> None:
        if number in self._failed:  # known already, too
            self._tell(GenerationFailed(number, self._failed[number], 0.1))
            return
        if number in self._up:  # known already: told again
            self._tell_loaded(number)
        elif number not in self._generations:
            self._generations[number] = self.code
            self._tell(GenerationStarting(number, self._pid(number)))
            self._after(self._delay(), self._load, number)

    def _start_again(self, number: int) -> None:
        if number in self._generations and number not in self._up:
            self._tell(GenerationStarting(number, self._pid(number)))
            self._load(number)

    def _load(self, number: int) -> None:
        if number not in self._generations or number in self._up:
            return
        # A process that is started again imports what lies there now: it must be the same.
        code = self.code
        failure = code.failure
        if failure is None and code.identity != self._identities.get(number, code.identity):
            failure = Failure(code="location.generation_lost", message="the code has changed")
        if failure is not None:
            self._fail(number, failure)
            return
        self._generations[number] = code
        self._identities[number] = code.identity
        self._up.add(number)
        self._tell_loaded(number)
        for request in self._waiting.pop(number, []):
            self._hand_over(number, request)

    def _fail(self, number: int, failure: Failure) -> None:
        del self._generations[number]
        self._failed[number] = failure
        self._tell(GenerationFailed(number, failure, 0.1))
        self._refuse_waiting(number)

    def _tell_loaded(self, number: int) -> None:
        code = self._generations[number]
        self._tell(
            GenerationLoaded(
                generation=number,
                identity=code.identity,
                snapshot_hash=code.hash,
                pid=self._pid(number),
                python_version="3.11.0",
                load_seconds=0.1,
                snapshot_chars=len(code.text),
                executable="/usr/bin/python3",
            )
        )
        self._tell(WorkerMode(number, "fork", "no threads were found"))

    def _send_snapshot(self, hash: str) -> None:
        for code in self._generations.values():
            if code.hash == hash:
                parts = chunks("?" + code.text if self.garbles else code.text)
                for index, part in enumerate(parts):
                    self._tell(SnapshotChunk(hash, index, len(parts), part))
                return

    def _launch(self, number: int, request: StepRequest) -> None:
        key = request.key
        if number not in self._generations:
            self._bury(key, f"generation {number} is not loaded any more")
            return
        try:
            self.journals.make_room(key.run_id)
        except DiskFull as error:
            failure = Failure(code="step.no_worker", message=str(error))
            self._tell(AttemptNeverStarted(key, failure))
            return
        if number in self._up:
            self._hand_over(number, request)
        else:
            self._waiting.setdefault(number, []).append(request)

    def _refuse_waiting(self, number: int) -> None:
        for request in self._waiting.pop(number, []):
            self._bury(request.key, "its generation was stopped")

    def _bury(self, key: AttemptKey, why: str, code: str = "location.generation_lost") -> None:
        try:
            self.journals.bury(key)
        except DiskFull:
            self._after(_SCAN_S, self._bury, key, why, code)
            return
        journal = self.journals.get(key)
        if journal is not None and journal.is_tombstone:
            self._tell(AttemptNeverStarted(key, Failure(code=code, message=why)))
        else:
            self._attach(key, 0)  # it has begun after all

    def _attach(self, key: AttemptKey, after: int) -> None:
        self._sent[key] = after
        journal = self.journals.get(key)
        if journal is None or journal.is_tombstone:
            self._bury(key, "it had not begun")
            return
        if key not in self.running and not journal.is_shrunk:
            self.journals.mend(key)
            self._lose(key)  # found dead, unless it is closed
        self._send_news(key)

    def _cancel(self, key: AttemptKey, grace_s: float, again: bool) -> None:
        self._take_back(key)
        if key not in self.journals:
            code = SHUT_DOWN if again else "step.canceled"
            self._bury(key, "it was canceled before it began", code)
        elif key in self.running and again:
            self._after(self._delay(), self._close_interrupted, key)
        elif key in self.running:
            takes_s = self.running[key].outcome.cleanup_s
            end = self._close_canceled if takes_s <= grace_s else self._lose
            self._after(self._delay() + min(takes_s, grace_s), end, key)

    def _take_back(self, key: AttemptKey) -> None:
        for requests in self._waiting.values():
            requests[:] = [request for request in requests if request.key != key]

    def _close_interrupted(self, key: AttemptKey) -> None:
        if key in self.running:
            self._close(key, kinds.STEP_UP_FOR_RETRY, "Interrupted.", {"interrupted": True})

    def _close_canceled(self, key: AttemptKey) -> None:
        if key in self.running:
            failure = Failure(code="step.canceled", message="the step was interrupted")
            self._close(key, kinds.STEP_FAILURE, "Canceled.", {"failure": to_wire(failure)})

    # Workers

    def _hand_over(self, number: int, request: StepRequest) -> None:
        """A process is asked to fork a worker."""
        code = self._generations[number]
        timer = self._after(self._delay(), self._begin, code, request)
        self._forking = [one for one in self._forking if not _is_past(one[2])]
        self._forking.append((number, request.key, timer))

    def _stop_forking(self, number: int | None, are_forked: bool) -> None:
        """A process has died (None: with the supervisor); workers that it had not forked yet
        never begin."""
        going = [one for one in self._forking if number in (None, one[0])]
        self._forking = [one for one in self._forking if one not in going]
        for _, key, timer in going:
            if are_forked or _is_past(timer):
                continue
            timer.cancel()
            if number is not None:
                self._bury(key, "its process died before it began")

    def _begin(self, code: Code, request: StepRequest) -> None:
        key = request.key
        try:
            if not self.journals.begin(key):
                if key in self.journals:
                    self._attach(key, 0)  # who watches finds what the first one has left
                return
        except DiskFull:
            self._bury(key, "the journal cannot be written")
            return
        self.started.append(key)
        self.ran_on[key] = code.identity
        worker = self.running[key] = _Worker(request, self.behave(request))
        self._write(key, kinds.STEP_WORKER_STARTED, "Started a worker.", {"pid": 4242})
        self._write(key, kinds.STEP_START, f"Started execution of step {key.step!r}.")
        worker.timer = self._after(worker.outcome.seconds, self._finish, key)

    def _finish(self, key: AttemptKey) -> None:
        worker = self.running.get(key)
        if worker is None:
            return
        outcome = worker.outcome
        if outcome.kind == kinds.STEP_WORKER_LOST:
            self._lose(key)
            return
        if outcome.kind == kinds.STEP_SUCCESS:
            self._give_back(key, worker.request, outcome)
        self._close(key, outcome.kind, outcome.message, outcome.data)

    def _give_back(self, key: AttemptKey, request: StepRequest, outcome: Outcome) -> None:
        """What a step does that succeeds: make its assets, look at its checks, or be an op."""
        for asset in request.assets:
            self._write(key, kinds.STEP_OUTPUT, f"Yielded output {asset!r}.")
            data = {"asset_key": asset, "metadata": {}}
            self._write(key, kinds.ASSET_MATERIALIZATION, f"Materialized {asset!r}.", data)
        for check in request.checks:
            asset, _, name = check.rpartition(":")
            found = {"asset_key": asset, "check_name": name, "passed": outcome.passes}
            self._write(key, kinds.ASSET_CHECK_EVALUATION, f"Evaluated {check!r}.", found)
        for output in () if request.assets or request.checks else outcome.gives:
            given = {"output_name": output}
            self._write(key, kinds.STEP_OUTPUT, f"Yielded output {output!r}.", given)

    def _lose(self, key: AttemptKey) -> None:
        """The worker is dead; the supervisor finds that, and appends the loss."""
        self._stop(key)
        journal = self.journals.get(key)
        if journal is None or journal.is_closed:
            return
        failure = Failure(
            code="step.worker_lost",
            message="the worker died before the step was over (killed by SIGKILL)",
            exit=_KILLED,
        )
        data = {"failure": to_wire(failure)}
        try:
            after = self._sent.get(key, 0)
            self.journals.write(key, kinds.STEP_WORKER_LOST, failure.message, data, after)
        except DiskFull:
            self._after(_SCAN_S, self._lose, key)
            return
        self._after(self._delay(), self._send_news, key)

    def _close(self, key: AttemptKey, kind: str, message: str, data: dict[str, Any]) -> None:
        if key in self.running:
            self._write(key, kind, message, data)
            self._stop(key)

    def _stop(self, key: AttemptKey) -> None:
        worker = self.running.pop(key, None)
        if worker is not None and worker.timer is not None:
            worker.timer.cancel()

    def _write(
        self, key: AttemptKey, kind: str, message: str = "", data: dict[str, Any] | None = None
    ) -> None:
        if key not in self.running or key not in self.journals:
            return  # it has died over the event before, or its run is forgotten
        try:
            self.journals.write(key, kind, message, data or {})
        except DiskFull:  # better to end than to go on unrecorded
            self._lose(key)
            return
        # Several events may share a message, as they do when the doorbell is busy.
        self._after(self._delay(), self._send_news, key)

    def _send_news(self, key: AttemptKey) -> None:
        journal: FakeJournal | None = self.journals.get(key)
        if journal is None or journal.is_shrunk or self._deliver is None:
            return
        sent = self._sent.get(key, 0)
        news = [event for event in journal.events if event.seq > sent]
        if news:
            self._sent[key] = news[-1].seq
            self._tell(AttemptEvents(key, news))

    # The stream

    def _tell(self, message: Message) -> None:
        """Deliver in the order of telling, some time later, unless the stream breaks."""
        if self._deliver is not None:
            for _ in range(1 + self.repeats):
                self._outward.put(self._delay(), self._arrive, message, self._deliver)

    def _arrive(self, message: Message, deliver: Deliver) -> None:
        if deliver is self._deliver:
            deliver(message)

    def _after(
        self, delay_s: float, call: Callable[..., None], *arguments: Any
    ) -> asyncio.TimerHandle:
        """Have something happen on this machine later, unless its power is cut before."""
        boot = self._boot

        def happen() -> None:
            if boot == self._boot:
                call(*arguments)

        return asyncio.get_running_loop().call_later(delay_s, happen)

    def _pid(self, generation: int) -> int:
        return 1000 + generation


def _is_past(timer: asyncio.TimerHandle) -> bool:
    return timer.cancelled() or timer.when() <= asyncio.get_running_loop().time()
