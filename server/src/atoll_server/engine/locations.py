"""Drives `core.location`: streams to supervisors, generations, snapshots.

It must not know runs beyond their pins, or which carrier a location has.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol

from atoll_server.core.catalog import Serving
from atoll_server.core.location import messages as m
from atoll_server.core.location.change import Change, diff
from atoll_server.core.location.describe import describe
from atoll_server.core.location.machine import decide, effects, evolve, generation_lost, settle
from atoll_server.core.location.state import Generation, LocationState, PinnedTo
from atoll_server.core.outcome import Rejected
from atoll_server.engine.queue import Queue
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import EventLog, LocationRecord
from atoll_server.ports.locations import LocationClient, StreamLost
from atoll_wire.failure import Failure
from atoll_wire.messages import (
    FetchSnapshot,
    Hello,
    Message,
    SnapshotChunk,
    StartGeneration,
    StopGeneration,
)
from atoll_wire.snapshot import LocationSnapshot, content_hash
from atoll_wire.text import may_hold_surrogates, storable

Offload = Callable[..., Awaitable[Any]]


class Surroundings(Protocol):
    """What locations need of the engine."""

    log: EventLog
    queue: Queue
    settings: EngineSettings
    offload: Offload

    def now(self) -> float: ...  # noqa: D102
    def post(self, handler: Callable[..., None], *arguments: Any) -> None: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102
    def hear(self, location: str, message: Message) -> None: ...  # noqa: D102
    def connected(self, location: str, server_id: str) -> None: ...  # noqa: D102
    def location_changed(self, location: str) -> None: ...  # noqa: D102
    def catalog_changed(self) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102
    def fail_steps(  # noqa: D102
        self, location: str, run_ids: Iterable[str], failure: Failure
    ) -> None: ...


class Location:
    """One location: its state, its stream, and the snapshots that were read of it."""

    def __init__(self, client: LocationClient, state: LocationState, around: Surroundings) -> None:
        self.client = client
        self.state = state
        self._around = around
        self._hello: Hello | None = None
        self._pause_s = around.settings.reconnect_after_s
        self._snapshots: dict[str, LocationSnapshot] = {}
        """Decoded ones, by hash: of the generation that serves, and of those on the way."""
        self._chunks: dict[str, dict[int, str]] = {}
        self._fetching: dict[str, list[int]] = {}

    @property
    def serving(self) -> Serving | None:
        """What new runs may be planned on, if anything."""
        number = self.state.serving
        if number is None or self.state.snapshot_hash is None:
            return None
        snapshot = self._snapshots[self.state.snapshot_hash]
        identity = self.state.generations[number].identity
        return Serving(self.state.name, number, identity, snapshot, self.state.reaches_values)

    @property
    def has_settled(self) -> bool:
        """Whether it is known what it defines, or that this will not be known soon."""
        return self.state.has_settled

    @property
    def record(self) -> LocationRecord:
        """The location as it is stored and shown."""
        return LocationRecord(
            name=self.state.name,
            view=storable(describe(self.state)),
            snapshot_hash=self.state.snapshot_hash,
        )

    @property
    def used_snapshots(self) -> set[str]:
        """Hashes of the snapshots that are in use, or on their way to be."""
        loaded = {g.loaded.snapshot_hash for g in self.state.generations.values() if g.loaded}
        return {*loaded, *self._fetching, self.state.snapshot_hash or ""}

    def home_of(self, generation: int, identity: str) -> Generation | None:
        """The generation that executes what was planned on this one."""
        return self.state.home_of(PinnedTo(generation, identity))

    def loss(self, generation: int, identity: str) -> Failure | None:
        """Why nothing here will ever execute what was planned on this one, if that is so."""
        is_lost = self.state.is_lost(PinnedTo(generation, identity))
        return generation_lost(self.state) if is_lost else None

    # The stream

    async def connect(self, hello: Hello) -> None:
        """Open the stream; on failure, try again later and for ever."""
        self._hello = hello
        try:
            answer = await self.client.connect(hello, self._deliver)
        except Exception as error:  # whatever a carrier raises: the location is out of reach
            is_told = type(error) is ConnectionError  # a sentence for people
            reason = str(error) if is_told else f"{type(error).__name__}: {error}"
            self._around.post(self._lose_contact, reason)
            return
        self._around.post(self._connected, answer)

    def _deliver(self, message: Message | StreamLost) -> None:
        if isinstance(message, StreamLost):
            self._around.post(self._lose_contact, message.reason)
        else:
            self._around.post(self._heard, message)

    def _connected(self, hello: Hello) -> None:
        self._pause_s = self._around.settings.reconnect_after_s
        self.command(m.Connect(self._around.now(), hello))
        self._around.connected(self.state.name, hello.server_id)

    def _lose_contact(self, reason: str) -> None:
        self.command(m.LoseContact(self._around.now(), reason))
        self._chunks.clear()
        pause_s, self._pause_s = self._pause_s, self._pause_s * 2
        self._pause_s = min(self._pause_s, self._around.settings.reconnect_at_most_s)
        self._around.later(pause_s, self._reconnect)

    def _reconnect(self) -> None:
        assert self._hello is not None
        self._around.spawn(self.connect(self._hello))

    def _heard(self, message: Message) -> None:
        if isinstance(message, SnapshotChunk):
            self._take_chunk(message)
        elif isinstance(message, m.Told):
            self.command(m.Hear(self._around.now(), message))
        else:
            self._around.hear(self.state.name, message)

    # The machine

    def command(self, command: m.Command) -> Rejected | None:
        """Decide about the location, and see to the consequences."""
        decided = decide(self.state, command)
        if isinstance(decided, Rejected):
            return decided
        was_shown = bool(decided) and not isinstance(command, m.Pin | m.Unpin)
        while decided:
            for event in decided:
                evolve(self.state, event)
                for effect in effects(event, self.state):
                    self._carry_out(effect)
            decided = settle(self.state, self._around.now())
            was_shown = was_shown or bool(decided)
        if was_shown:
            self._around.queue.location_moved(self.state.name, self.state.is_open)
            self._around.location_changed(self.state.name)
        return None

    def _carry_out(self, effect: m.Effect) -> None:
        match effect:
            case m.LoadGeneration(number):
                self.client.send(StartGeneration(number))
            case m.LetGenerationGo(number):
                self.client.send(StopGeneration(number))
            case m.ObtainSnapshot(number, hash):
                self._obtain(number, hash)
            case m.RebuildCatalog():
                self._drop_snapshots()
                self._around.catalog_changed()
            case m.FailPinnedSteps(run_ids, failure):
                self._around.fail_steps(self.state.name, run_ids, failure)

    # Snapshots

    def _obtain(self, generation: int, hash: str) -> None:
        if hash in self._snapshots:
            self._around.post(self._accept, generation, hash, self._change_to(hash))
        else:
            self._fetching.setdefault(hash, []).append(generation)
            self._persist(hash, lambda: self._look_up(hash))

    def _change_to(self, hash: str) -> Change | None:
        """What serves from now on, compared with what did; both are known already."""
        before = self._snapshots.get(self.state.snapshot_hash or "")
        if before is None:
            return None
        after = self._snapshots[hash]
        return Change() if after is before else diff(before, after)

    def _persist(self, hash: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what needs the storage, again and again until it works or nobody waits for it."""

        async def attempt() -> None:
            try:
                await work()
            except Exception as error:
                self._around.report(error)
                delay_s = self._around.settings.storage_retry_s
                self._around.later(delay_s, lambda: self._persist(hash, work))

        if hash in self._fetching:
            self._around.spawn(attempt())

    async def _look_up(self, hash: str) -> None:
        text = await self._around.log.snapshot(hash)
        if text is None:
            self.client.send(FetchSnapshot(hash))
        else:
            await self._read(hash, text, is_stored=True)

    def _take_chunk(self, chunk: SnapshotChunk) -> None:
        if chunk.hash not in self._fetching:
            return
        parts = self._chunks.setdefault(chunk.hash, {})
        parts[chunk.index] = chunk.text
        if len(parts) == chunk.total:
            del self._chunks[chunk.hash]
            text = "".join(parts[index] for index in range(chunk.total))
            self._persist(chunk.hash, lambda: self._read(chunk.hash, text, is_stored=False))

    async def _read(self, hash: str, text: str, *, is_stored: bool) -> None:
        before = self.state.snapshot_hash
        known = self._snapshots.get(before or "")
        old = None if known or before in (None, hash) else await self._around.log.snapshot(before)
        try:
            snapshot, change = await self._around.offload(_read, hash, text, known, old)
        except Exception as error:  # whatever is wrong with it, trying again does not help
            self._around.post(self._refuse, hash, str(error) or type(error).__name__)
            return
        if not is_stored:
            await self._around.log.save_snapshot(hash, text)
        self._around.post(self._have_read, hash, snapshot, change)

    def _have_read(self, hash: str, snapshot: LocationSnapshot, change: Change | None) -> None:
        self._snapshots[hash] = snapshot
        for generation in self._fetching.pop(hash, []):
            self._accept(generation, hash, change)

    def _accept(self, generation: int, hash: str, change: Change | None) -> None:
        self.command(m.AcceptSnapshot(self._around.now(), generation, hash, change))

    def _refuse(self, hash: str, why: str) -> None:
        failure = Failure(
            code="location.unreadable_snapshot",
            message=f"what the location describes cannot be read: {why}",
        )
        for generation in self._fetching.pop(hash, []):
            self.command(m.RefuseSnapshot(self._around.now(), generation, failure))

    def _drop_snapshots(self) -> None:
        for hash in self._snapshots.keys() - self.used_snapshots:
            del self._snapshots[hash]


def _read(
    hash: str, text: str, known: LocationSnapshot | None, old: str | None
) -> tuple[LocationSnapshot, Change | None]:
    if content_hash(text) != hash:
        raise ValueError("its content is not what its hash says")
    if may_hold_surrogates(text) and storable(value := json.loads(text)) != value:
        raise ValueError("it holds characters that are no UTF-8")
    snapshot = LocationSnapshot.loads(text)
    before = LocationSnapshot.loads(old) if old is not None else known
    return snapshot, None if before is None else diff(before, snapshot)


def restored(client: LocationClient, position: int, record: LocationRecord | None) -> LocationState:
    """The state in which a location starts, from what was stored of it."""
    state = LocationState(client.name, position, reached=client.reached)
    if record is not None:
        state.last_number = int(record.view.get("last_generation") or 0)
        state.last_change = record.view.get("last_change")
        state.snapshot_hash = record.snapshot_hash
    return state
