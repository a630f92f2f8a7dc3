"""A code location without processes: the verified fake of supervisor, journals and workers.

It keeps the promises of the real one (an attempt's code starts at most once, a closed journal
is final, an unknown attempt gets a tombstone) and has a method for every accident that may
befall it. It lives on the event loop's time, which a simulator may have replaced.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

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
    CancelStep,
    FetchSnapshot,
    ForgetRun,
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    Hello,
    LaunchStep,
    Message,
    SnapshotChunk,
    StartGeneration,
    StepRequest,
    StopGeneration,
    WorkerMode,
)
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, StepSnapshot, chunks, content_hash


@dataclass(frozen=True)
class Code:
    """What the user has written: one version of it."""

    snapshot: LocationSnapshot
    failure: Failure | None = None
    """Why it cannot be loaded, if it cannot."""

    @cached_property
    def identity(self) -> str:
        """The name of exactly this code."""
        return "code-" + content_hash(self.snapshot.dumps())[:12]


@dataclass(frozen=True)
class Outcome:
    """How one attempt goes."""

    seconds: float = 0.0
    kind: str = kinds.STEP_SUCCESS
    """A closing kind; `STEP_WORKER_LOST` makes the worker die."""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def assets(*definitions: str | tuple[str, Sequence[str]]) -> Code:
    """Code that makes single assets: `"a"`, or `("b", ["a"])` for one that depends on others."""
    named = [(d, ()) if isinstance(d, str) else (d[0], tuple(d[1])) for d in definitions]
    return Code(
        LocationSnapshot(
            assets=[AssetSnapshot(key=key, step=key, deps=list(deps)) for key, deps in named],
            steps=[StepSnapshot(key=key, assets=[key]) for key, _ in named],
        )
    )


@dataclass
class _Journal:
    events: list[JournalEvent] = field(default_factory=list)
    sent: int = 0
    is_tombstone: bool = False
    is_closed: bool = False
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class _Pipe:
    """Calls arrive in the order in which they were put in, each some time later."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._last_arrival = 0.0

    def put(self, delay_s: float, call: Callable[..., None], *arguments: Any) -> None:
        loop = asyncio.get_running_loop()
        self._last_arrival = max(self._last_arrival, loop.time() + delay_s)
        self._calls.append(partial(call, *arguments))
        # Timers of the same time may fire in any order: each takes the call whose turn it is.
        loop.call_at(self._last_arrival, lambda: self._calls.popleft()())


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
        self.started: list[AttemptKey] = []
        """Every start of user code, in order."""
        self.ran_on: dict[AttemptKey, str] = {}
        """The identity of the code that an attempt ran on."""
        self.written: dict[AttemptKey, list[JournalEvent]] = {}
        """Every event of every attempt, forgotten journals included."""
        self.running: dict[AttemptKey, None] = {}
        self.ends_with_host = True
        """See `LocationClient.ends_with_host`."""
        self.refuses: str | None = None
        """Why connecting fails, as long as it does."""
        self._delay = delay
        self._now = now
        self._deliver: Deliver | None = None
        self._epoch = 0
        self._inward = _Pipe()
        self._outward = _Pipe()
        self._journals: dict[AttemptKey, _Journal] = {}
        self._generations: dict[int, Code] = {}
        self._identities: dict[int, str] = {}
        self._up: set[int] = set()
        self._waiting: dict[int, list[StepRequest]] = {}

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
        self._deliver = deliver
        return Hello(
            release="fake",
            epoch=hello.epoch,
            server_id=self.server_id,
            generations=sorted(self._generations),
        )

    def send(self, message: Message) -> None:
        """See `LocationClient.send`."""
        if self._deliver is not None:
            self._inward.put(self._delay(), self._handle, message, self._deliver)

    async def close(self) -> None:
        """See `LocationClient.close`."""
        self._deliver = None
        self.lose_processes()

    # Accidents

    def break_stream(self, reason: str = "the connection was reset") -> None:
        """The stream ends; everything on its way is lost."""
        deliver, self._deliver = self._deliver, None
        if deliver is not None:
            asyncio.get_running_loop().call_soon(deliver, StreamLost(reason))

    def drop_host(self) -> None:
        """The host has died: nobody reads any more, nobody is told."""
        self._deliver = None

    def lose_processes(self) -> None:
        """All location processes end, as they do when a local host goes; workers go on."""
        self._generations.clear()
        self._identities.clear()
        self._up.clear()
        for generation in list(self._waiting):
            self._refuse_waiting(generation)

    def kill_worker(self, key: AttemptKey) -> None:
        """A worker dies without a word."""
        if key in self.running:
            self._lose(key)

    def kill_process(self, generation: int, pause_s: float = 0.1) -> None:
        """A location process dies, and is started again; its workers go on."""
        if generation in self._up:
            self._up.discard(generation)
            exit = ProcessExit(signal="SIGKILL")
            self._tell(GenerationExited(generation, exit, pause_s, 1))
            self._after(pause_s, self._load, generation)

    @property
    def generations(self) -> list[int]:
        """The generations that have a process."""
        return sorted(self._up)

    @property
    def kept(self) -> list[int]:
        """All generations that are held for the host, with a process or without."""
        return sorted(self._generations)

    def repeat(self, key: AttemptKey) -> None:
        """Events of an attempt are sent a second time."""
        journal = self._journals.get(key)
        if journal is not None and journal.sent:
            self._tell(AttemptEvents(key, journal.events[: journal.sent]))

    # Orders of the host

    def _handle(self, message: Message, deliver: Deliver) -> None:
        if deliver is not self._deliver:
            return  # its stream is gone
        match message:
            case StartGeneration(generation=number):
                self._start(number)
            case StopGeneration(generation=number):
                self._generations.pop(number, None)
                self._up.discard(number)
                self._refuse_waiting(number)
            case FetchSnapshot(hash=hash):
                self._send_snapshot(hash)
            case LaunchStep(generation=number, request=request):
                self._launch(number, request)
            case AttachAttempts(attempts=attempts, after=after):
                for key, seq in zip(attempts, after, strict=True):
                    self._attach(key, seq)
            case CancelStep(key=key, again=again):
                self._cancel(key, again)
            case AcknowledgeEvents(key=key, seq=seq):
                journal = self._journals.get(key)
                if journal is not None:
                    assert seq <= len(journal.events), f"{key}: {seq} never was"
            case ForgetRun(run_id=run_id):
                for key in [key for key in self._journals if key.run_id == run_id]:
                    assert key not in self.running, f"{key} is forgotten while it runs"
                    del self._journals[key]

    def _start(self, number: int) -> None:
        if number in self._up:  # known already: told again
            self._tell_loaded(number)
        elif number not in self._generations:
            self._generations[number] = self.code
            self._tell(GenerationStarting(number, self._pid(number)))
            self._after(self._delay(), self._load, number)

    def _load(self, number: int) -> None:
        if number not in self._generations or number in self._up:
            return
        # A process that is started again imports what lies there now: it must be the same.
        code = self.code
        failure = code.failure
        if failure is None and code.identity != self._identities.get(number, code.identity):
            failure = Failure(code="location.generation_lost", message="the code has changed")
        if failure is not None:
            del self._generations[number]
            self._tell(GenerationFailed(number, failure, 0.1))
            self._refuse_waiting(number)
            return
        self._generations[number] = code
        self._identities[number] = code.identity
        self._up.add(number)
        self._tell_loaded(number)
        for request in self._waiting.pop(number, []):
            self._begin(number, request)

    def _tell_loaded(self, number: int) -> None:
        code = self._generations[number]
        text = code.snapshot.dumps()
        self._tell(
            GenerationLoaded(
                generation=number,
                identity=code.identity,
                snapshot_hash=content_hash(text),
                pid=self._pid(number),
                python_version="3.11.0",
                load_seconds=0.1,
                snapshot_chars=len(text),
                executable="/usr/bin/python3",
            )
        )
        self._tell(WorkerMode(number, "fork", "no threads were found"))

    def _send_snapshot(self, hash: str) -> None:
        for code in self._generations.values():
            text = code.snapshot.dumps()
            if content_hash(text) == hash:
                parts = chunks(text)
                for index, part in enumerate(parts):
                    self._tell(SnapshotChunk(hash, index, len(parts), part))
                return

    def _launch(self, number: int, request: StepRequest) -> None:
        if number in self._up:
            self._after(self._delay(), self._begin, number, request)
        elif number in self._generations:
            self._waiting.setdefault(number, []).append(request)
        else:
            self._bury(request.key, f"generation {number} is not loaded any more")

    def _refuse_waiting(self, number: int) -> None:
        for request in self._waiting.pop(number, []):
            self._bury(request.key, "its generation was stopped")

    def _bury(self, key: AttemptKey, why: str, code: str = "location.generation_lost") -> None:
        if key not in self._journals:
            self._journals[key] = _Journal(is_tombstone=True, is_closed=True)
        if self._journals[key].is_tombstone:
            self._tell(AttemptNeverStarted(key, Failure(code=code, message=why)))

    def _attach(self, key: AttemptKey, after: int) -> None:
        journal = self._journals.get(key)
        if journal is None or journal.is_tombstone:
            self._bury(key, "it had not begun")
        else:
            journal.sent = after
            self._send_news(key)

    def _cancel(self, key: AttemptKey, again: bool) -> None:
        for requests in self._waiting.values():
            requests[:] = [request for request in requests if request.key != key]
        if key not in self._journals:
            code = SHUT_DOWN if again else "step.canceled"
            self._bury(key, "it was canceled before it began", code)
        elif key in self.running and again:
            self._after(self._delay(), self._close_interrupted, key)
        elif key in self.running:
            failure = Failure(code="step.canceled", message="the step was interrupted")
            self._after(self._delay(), self._close_canceled, key, failure)

    def _close_interrupted(self, key: AttemptKey) -> None:
        if key in self.running:
            self._write(key, kinds.STEP_UP_FOR_RETRY, "Interrupted.", {"interrupted": True})
            self._end(key)

    def _close_canceled(self, key: AttemptKey, failure: Failure) -> None:
        if key in self.running:
            self._write(key, kinds.STEP_FAILURE, "Canceled.", {"failure": to_wire(failure)})
            self._end(key)

    # Workers

    def _begin(self, number: int, request: StepRequest) -> None:
        key = request.key
        code = self._generations.get(number)
        if code is None:
            self._bury(key, f"generation {number} is not loaded any more")
            return
        if key in self._journals:  # a tombstone: the late worker finds it and ends
            return
        journal = self._journals[key] = _Journal()
        self.written[key] = journal.events
        self.started.append(key)
        self.ran_on[key] = code.identity
        self.running[key] = None
        self._write(key, kinds.STEP_WORKER_STARTED, "Started a worker.", {"pid": 4242})
        self._write(key, kinds.STEP_START, f"Started execution of step {key.step!r}.")
        outcome = self.behave(request)
        timer = self._after(outcome.seconds, self._finish, request, outcome)
        journal.timers.append(timer)

    def _finish(self, request: StepRequest, outcome: Outcome) -> None:
        key = request.key
        if key not in self.running:
            return
        if outcome.kind == kinds.STEP_WORKER_LOST:
            self._lose(key)
            return
        if outcome.kind == kinds.STEP_SUCCESS:
            for asset in request.assets:
                self._write(key, kinds.STEP_OUTPUT, f"Yielded output {asset!r}.")
                data = {"asset_key": asset, "metadata": {}}
                self._write(key, kinds.ASSET_MATERIALIZATION, f"Materialized {asset!r}.", data)
        self._write(key, outcome.kind, outcome.message, outcome.data)
        self._end(key)

    def _lose(self, key: AttemptKey) -> None:
        failure = Failure(
            code="step.worker_lost",
            message="the worker died before the step was over (killed by SIGKILL)",
            exit=ProcessExit(signal="SIGKILL"),
        )
        self._write(key, kinds.STEP_WORKER_LOST, failure.message, {"failure": to_wire(failure)})
        self._end(key)

    def _end(self, key: AttemptKey) -> None:
        journal = self._journals[key]
        journal.is_closed = True
        for timer in journal.timers:
            timer.cancel()
        self.running.pop(key, None)

    def _write(
        self, key: AttemptKey, kind: str, message: str = "", data: dict[str, Any] | None = None
    ) -> None:
        journal = self._journals[key]
        assert not journal.is_closed, f"{key} writes into a closed journal"
        event = JournalEvent(len(journal.events) + 1, kind, self._now(), message, data or {})
        journal.events.append(event)
        # Several events may share a message, as they do when the doorbell is busy.
        self._after(self._delay(), self._send_news, key)

    def _send_news(self, key: AttemptKey) -> None:
        journal = self._journals.get(key)
        if journal is None or self._deliver is None:
            return
        news = journal.events[journal.sent :]
        if news:
            journal.sent = len(journal.events)
            self._tell(AttemptEvents(key, news))

    # The stream

    def _tell(self, message: Message) -> None:
        """Deliver in the order of telling, some time later, unless the stream breaks."""
        if self._deliver is not None:
            self._outward.put(self._delay(), self._arrive, message, self._deliver)

    def _arrive(self, message: Message, deliver: Deliver) -> None:
        if deliver is self._deliver:
            deliver(message)

    def _after(
        self, delay_s: float, call: Callable[..., None], *arguments: Any
    ) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(delay_s, call, *arguments)

    def _pid(self, generation: int) -> int:
        return 1000 + generation


def changed(code: Code, key: str) -> Code:
    """The same code, with one asset altered."""
    snapshot = code.snapshot
    altered = [
        replace(asset, code_version=(asset.code_version or "") + "+") if asset.key == key else asset
        for asset in snapshot.assets
    ]
    return replace(code, snapshot=replace(snapshot, assets=altered))
