"""Storage of a deployment: events, what follows from them, intents, locations.

Events are the truth; `RunRecord` and `AssetRecord` are projections that an adapter updates in
the same transaction with `project_run` and `project_asset`, so that a page never folds a log.
`tests/ports` holds the suite that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from atoll_server.core.event import EventNote, NewEvent
from atoll_server.core.partitions.standing import PartitionNote
from atoll_server.ports.event_filter import ALL_EVENTS, EventFilter
from atoll_server.ports.runs import ALL_RUNS, RunFilter, RunRecord, project_run
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey

__all__ = [
    "ABOUT_ASSETS",
    "ALL_EVENTS",
    "ALL_RUNS",
    "ASSET_KINDS",
    "AssetFailure",
    "AssetRecord",
    "CheckRecord",
    "Deployment",
    "EventFilter",
    "EventLog",
    "EventNote",
    "Finding",
    "Intent",
    "LocationRecord",
    "LogPosition",
    "NewEvent",
    "PartitionChanges",
    "PartitionNote",
    "Retention",
    "RunFilter",
    "RunRecord",
    "StorageError",
    "StorageFacts",
    "StoredEvent",
    "asset_key",
    "check_name",
    "check_outcome",
    "dynamic_change",
    "partition_of",
    "project_asset",
    "project_run",
]


class StorageError(Exception):
    """The storage cannot be used.

    Attributes:
        code: stable slug, `storage.*`.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint

    @property
    def advice(self) -> str:
        """The message, with what to do about it."""
        return f"{self}. {self.hint}" if self.hint else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _storage_error, (str(self), self.code, self.hint)


def _storage_error(message: str, code: str, hint: str) -> StorageError:
    return StorageError(message, code=code, hint=hint)


@dataclass(frozen=True)
class Deployment:
    """Who this deployment is, and how often an engine has been started for it."""

    id: str
    epoch: int


@dataclass(frozen=True, kw_only=True)
class StoredEvent(NewEvent):
    """A stored event; ids grow in the order of storing, across all runs."""

    id: int


@dataclass(frozen=True, kw_only=True)
class AssetRecord:
    """An asset's latest materialization."""

    key: str
    event_id: int
    run_id: str
    at: float
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AssetFailure:
    """The latest time that the step of an asset failed for good, unless it was wiped since."""

    key: str
    event_id: int
    run_id: str


class CheckRecord(NamedTuple):
    """The latest evaluation of a check."""

    asset: str
    name: str
    event_id: int
    run_id: str
    at: float
    outcome: str
    """`passed`, `warned` or `failed`."""


class PartitionChanges(NamedTuple):
    """What has happened to the partitions of an asset after some event, in order of event."""

    made: Sequence[PartitionNote]
    failed: Sequence[PartitionNote]
    """Of single ones, and of ranges `FIRST...LAST`."""
    wiped_by: int
    """The event that wiped the asset last; 0: none did."""


@dataclass(frozen=True, kw_only=True)
class LogPosition:
    """How far the log has come."""

    last_event_id: int
    """Of the newest event ever; 0: there was none."""
    erasures: int
    """Grows whenever events are erased: what follows from events may be another than before."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A command that somebody gave and the engine has not yet taken up."""

    id: int
    kind: str
    """`launch_run`, `cancel_run`, `reload_location`, `wipe_assets`, `delete_run`, `prune` or
    `change_settings`."""
    payload: Mapping[str, Any]
    created_at: float


@dataclass(frozen=True, kw_only=True)
class LocationRecord:
    """A location as the engine last saw it."""

    name: str
    view: Mapping[str, Any]
    """As `GET /locations` shows it."""
    snapshot_hash: str | None = None
    """Of the definitions that serve, or of the last that did."""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Which ended runs stay: a run goes only when neither rule keeps it."""

    ended_before: float | None = None
    """Runs that ended at this time or later stay; None: this rule keeps none."""
    keep_runs: int | None = None
    """So many of the newest ended runs stay; None: this rule keeps none."""


@dataclass(frozen=True, kw_only=True)
class StorageFacts:
    """What the storage is, and how much it holds."""

    deployment_id: str
    path: str
    size_bytes: int
    schema_version: int
    runs: int
    assets: int
    """Assets that have been materialized."""


@dataclass(frozen=True)
class Finding:
    """Something in the storage that is not as it should be."""

    message: str
    hint: str


class EventLog(Protocol):
    """Storage. One engine appends; readers never wait for it."""

    async def open(self) -> Deployment:
        """Open the storage and begin the next epoch.

        That is on disk when this returns, with all that was committed before: an epoch which
        came again after a power cut would be refused by the servers that have seen it.

        Raises:
            StorageError: `storage.*`, it cannot be used; says why and what to do.
        """

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        """Store events and settle the intents they answer, all or nothing.

        An event whose (run, step, attempt, seq) is stored already is left out. Concurrent calls
        may share a transaction. What is returned is committed: it survives the death of any
        process; `sync` makes it survive a power cut. Text that is no UTF-8 is escaped.

        Returns:
            The events that were stored, in order, with their ids.

        Raises:
            StorageError: `storage.*`, trying again may help. With any other error it never
                will: one of the events cannot be stored.
        """

    async def sync(self) -> None:
        """Return when all that was appended before this call is on disk."""

    async def events(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        run_id: str | None = None,
        kinds: Sequence[str] | None = None,
        step: str | None = None,
    ) -> list[StoredEvent]:
        """Events with an id greater than `after`, ascending."""

    async def newest_event(self, run_id: str) -> int | None:
        """The id of a run's newest event; None: there is no such run."""

    async def event_ids(
        self, run_id: str, *, after: int = 0, where: EventFilter = ALL_EVENTS
    ) -> list[int]:
        """The ids of those events of a run that pass, and are greater than `after`, ascending."""

    async def events_of_ids(self, ids: Sequence[int]) -> list[StoredEvent]:
        """Those of these events that are stored, ascending."""

    async def asset_events(
        self,
        key: str,
        *,
        before: int | None = None,
        limit: int = 100,
        kinds: Sequence[str] | None = None,
        partition: str | None = None,
        check: str | None = None,
    ) -> list[StoredEvent]:
        """Events that are about an asset, newest first, with ids less than `before`.

        Args:
            kinds: among `ABOUT_ASSETS`; None: all of these.
            partition: only those of this partition.
            check: only evaluations of the asset's check of this name.
        """

    async def notes(
        self, *, after: int = 0, limit: int = 1000, run_id: str | None = None
    ) -> list[EventNote]:
        """What the events with an id greater than `after` are about, ascending."""

    async def position(self) -> LogPosition:
        """How far the log has come."""

    async def run(self, run_id: str) -> RunRecord | None:
        """One run, or None."""

    async def runs(
        self, *, limit: int = 100, before: str | None = None, where: RunFilter = ALL_RUNS
    ) -> list[RunRecord]:
        """Runs, newest first, each with the first `LISTED_ASSETS` of its assets.

        Args:
            before: the run id at which the previous page ended.
        """

    async def count_runs(self, most: int, where: RunFilter = ALL_RUNS) -> dict[str, int]:
        """How many runs there are by status; counting stops at `most` of one."""

    async def unfinished_runs(self) -> list[str]:
        """Ids of the runs that have not ended, oldest first."""

    async def watermarks(self, run_id: str) -> dict[AttemptKey, int]:
        """The highest stored sequence number of each attempt of a run."""

    async def assets(self, keys: Sequence[str] | None = None) -> dict[str, AssetRecord]:
        """The latest materialization of each asset that has one."""

    async def failures(self) -> dict[str, AssetFailure]:
        """The latest failure of each asset that has one, whether it was made since or not."""

    async def checks(self, asset: str | None = None) -> list[CheckRecord]:
        """The latest evaluation of each check that was evaluated, by asset and name."""

    async def partition_changes(self, key: str, after: int = 0) -> PartitionChanges:
        """The partitions of an asset whose latest materialization, or failure, is past `after`."""

    async def partitions(self, key: str, wanted: Sequence[str]) -> dict[str, PartitionNote]:
        """The latest materializations of these partitions of an asset, of those that have one."""

    async def add_intent(self, kind: str, payload: Mapping[str, Any], at: float) -> int:
        """Store a command for the engine; returns its id."""

    async def intents(self) -> list[Intent]:
        """The intents that no `append` has settled yet, oldest first."""

    async def dynamic_partitions(
        self, name: str, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, str]]:
        """The keys of a dynamic partitions definition, in the order in which they were added.

        They follow from `DYNAMIC_PARTITIONS_CHANGED`; erasing the run that said so leaves them.

        Returns:
            For each key its position, which is greater than `after`, and the key.
        """

    async def settings(self) -> dict[str, Any]:
        """The settings that are stored, by name, in alphabetical order."""

    async def save_settings(
        self, changes: Mapping[str, Any], at: float, intents: Sequence[int] = ()
    ) -> None:
        """Store settings and settle the intents that asked for it, all or nothing.

        Args:
            changes: JSON by name; None: no longer stored.
        """

    async def save_location(self, record: LocationRecord) -> None:
        """Keep what the engine sees of a location."""

    async def locations(self) -> list[LocationRecord]:
        """Every location that was saved, by name."""

    async def forget_location(self, name: str) -> None:
        """Drop a location that the workspace no longer has."""

    async def save_snapshot(self, hash: str, text: str) -> None:
        """Keep the text of a snapshot under its content hash."""

    async def snapshot(self, hash: str) -> str | None:
        """The text of a snapshot, or None."""

    async def erase_run(self, run_id: str, limit: int) -> int:
        """Drop a run: its record at once, and up to `limit` of its events per call.

        An asset whose record came of a dropped event falls back to what happened to it before.
        The ids of dropped events never come back: readers' cursors may be past them.

        Returns:
            How many events were dropped; fewer than `limit`: none is left.
        """

    async def prunable_runs(self, retention: Retention, limit: int) -> list[str]:
        """Ids of ended runs that need not be kept, oldest first."""

    async def count_prunable(self, retention: Retention) -> tuple[int, int]:
        """How many runs need not be kept, and how many events they have."""

    async def unused_snapshots(self) -> list[str]:
        """Hashes of the snapshots that no saved location refers to."""

    async def drop_snapshots(self, hashes: Collection[str]) -> int:
        """Drop those of these snapshots that no saved location refers to; returns how many."""

    async def give_back(self) -> bool:
        """Return a little of the room that erasing has left to the file system.

        Returns:
            Whether there is more to return.
        """

    async def facts(self) -> StorageFacts:
        """What the storage is, and how much it holds."""

    async def check(self) -> list[Finding]:
        """Read everything, and tell what is damaged or contradicts the events."""

    async def close(self) -> None:
        """Finish what was appended, then let go of the storage."""


ABOUT_ASSETS = (
    kinds.ASSET_MATERIALIZATION,
    kinds.ASSET_OBSERVATION,
    kinds.ASSET_CHECK_EVALUATION,
    kinds.ASSET_WIPED,
)
"""The kinds of events that are about one asset, which their data names."""
ASSET_KINDS = frozenset([kinds.ASSET_MATERIALIZATION, kinds.ASSET_WIPED])
"""Those from which an asset's record follows: the newest such event has it."""


def asset_key(event: NewEvent) -> str | None:
    """The asset that the event is about, if it is about one."""
    if event.kind in ASSET_KINDS:
        return str(event.data["asset_key"])
    key = event.data.get("asset_key") if event.kind in ABOUT_ASSETS else None
    return key if isinstance(key, str) else None


def dynamic_change(event: NewEvent) -> tuple[str, list[str], list[str]]:
    """The dynamic partitions definition that an event changes, the keys it adds and takes away."""
    add, delete = (
        [key for key in listed if isinstance(key, str)] if isinstance(listed, list) else []
        for listed in (event.data.get("add"), event.data.get("delete"))
    )
    return str(event.data.get("name", "")), add, delete


def check_name(event: NewEvent) -> str | None:
    """The check that the event tells the outcome of, if it does."""
    if event.kind != kinds.ASSET_CHECK_EVALUATION:
        return None
    name = event.data.get("check_name")
    return name if isinstance(name, str) and asset_key(event) is not None else None


def check_outcome(event: NewEvent) -> str | None:
    """What an evaluation found: `passed`, `warned` or `failed`; None: it is none."""
    if check_name(event) is None:
        return None
    if event.data.get("passed"):
        return "passed"
    return "warned" if event.data.get("severity") == "WARN" else "failed"


def partition_of(event: NewEvent) -> str | None:
    """The partition of an asset that the event is about, if it is about one."""
    found = event.data.get("partition") if event.kind in ABOUT_ASSETS else None
    return found if isinstance(found, str) else None


def project_asset(event: StoredEvent) -> AssetRecord | None:
    """An asset's record after the newest of its events; None: it counts as never materialized."""
    if event.kind != kinds.ASSET_MATERIALIZATION:
        return None
    return AssetRecord(
        key=event.data["asset_key"],
        event_id=event.id,
        run_id=event.run_id,
        at=event.at,
        metadata=event.data.get("metadata", {}),
    )
