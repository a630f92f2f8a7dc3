"""What is stored of a run beside its events, how it follows from them, and how it is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from atoll_server.core.event import NewEvent
from atoll_wire import events as kinds

LISTED_ASSETS = 20
"""So many of a run's assets are told in lists."""
_RUN_ID_PREFIX = re.compile(r"[0-9a-f]{4}[0-9a-f-]{0,32}")


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """What lists and pages show of a run."""

    run_id: str
    status: str
    """QUEUED, STARTING, STARTED, SUCCESS, FAILURE, CANCELING or CANCELED."""
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None
    selection: tuple[str, ...] = ()
    """As it was asked for."""
    assets: tuple[str, ...] = ()
    """Keys of the planned assets; empty before the run is planned. In lists the first ones."""
    asset_count: int = 0
    """How many assets are planned."""
    locations: tuple[str, ...] = ()
    """Where its steps lie, in the order of the plan; empty before the run is planned."""
    tags: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    partition: str | None = None
    job: str | None = None
    """Name of the job that it is a run of."""
    message: str = ""
    """Of the latest event about the run itself: why it waits, or why it failed."""


@dataclass(frozen=True, kw_only=True)
class RunFilter:
    """Which runs are meant: those that pass everything that is set."""

    statuses: Sequence[str] | None = None
    """One of these."""
    job: str | None = None
    asset: str | None = None
    """It is planned to make this asset."""
    locations: Sequence[str] = ()
    """A step of it lies in one of these."""
    partition: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    """It has all of these."""
    since: float | None = None
    """It had not ended before this time."""
    until: float | None = None
    """It was asked for at this time or earlier."""
    search: str | None = None
    """Its id begins so, or its job's name has this in it."""

    @property
    def id_prefix(self) -> str | None:
        """`search` as the beginning of a run id, if it can be one: four hex digits or more."""
        text = (self.search or "").lower()
        return text if _RUN_ID_PREFIX.fullmatch(text) else None

    def names(self, job: str | None) -> bool:
        """Whether `search` is in a job's name, in whatever case."""
        return job is not None and (self.search or "").casefold() in job.casefold()

    def matches(self, run: RunRecord) -> bool:
        """Whether a run passes; the record has all of its assets."""
        prefix = self.id_prefix
        return (
            (self.statuses is None or run.status in self.statuses)
            and self.job in (None, run.job)
            and (self.asset is None or self.asset in run.assets)
            and (not self.locations or not set(run.locations).isdisjoint(self.locations))
            and self.partition in (None, run.partition)
            and dict(self.tags).items() <= dict(run.tags).items()
            and (self.since is None or run.ended_at is None or run.ended_at >= self.since)
            and (self.until is None or run.created_at <= self.until)
            and (
                not self.search
                or (prefix is not None and run.run_id.startswith(prefix))
                or self.names(run.job)
            )
        )


ALL_RUNS = RunFilter()

_STATUS = {
    kinds.RUN_STARTING: "STARTING",
    kinds.RUN_START: "STARTED",
    kinds.RUN_SUCCESS: "SUCCESS",
    kinds.RUN_FAILURE: "FAILURE",
    kinds.RUN_CANCELING: "CANCELING",
    kinds.RUN_CANCELED: "CANCELED",
}


def project_run(run: RunRecord | None, event: NewEvent) -> RunRecord | None:
    """The record of a run after one more of its events; `run` itself where nothing changes."""
    data = event.data
    if event.kind == kinds.RUN_ENQUEUED:
        return RunRecord(
            run_id=event.run_id,
            status="QUEUED",
            created_at=event.at,
            selection=tuple(data.get("selection", ())),
            tags=data.get("tags", {}),
            config=data.get("config", {}),
            partition=data.get("partition"),
            job=data.get("job_name"),
            message=event.message,
        )
    status = _STATUS.get(event.kind)
    if run is None or status is None:
        return run
    run = replace(run, status=status, message=event.message)
    if event.kind == kinds.RUN_STARTING:
        steps = data["plan"]["steps"]
        assets = tuple(key for step in steps for key in step["assets"])
        return replace(
            run,
            assets=assets,
            asset_count=len(assets),
            locations=tuple(dict.fromkeys(s["location"] for s in steps if "location" in s)),
            config=data.get("config", run.config),
            tags=data.get("tags", run.tags),
        )
    if event.kind == kinds.RUN_START:
        return replace(run, started_at=event.at)
    return replace(run, ended_at=event.at) if event.kind in kinds.RUN_ENDS else run
