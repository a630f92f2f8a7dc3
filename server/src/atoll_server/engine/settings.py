"""What an engine is set to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from atoll_server.core.queue.limits import Limits, PoolGranularity, RunLimits, TagLimit
from atoll_server.core.run.retry import RunRetries
from atoll_server.stored_settings import STORABLE, UNLIMITED, SettingsError, find, split


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """The settings of an engine; `assembly` takes them from those of the deployment."""

    release: str = "0.1.0"
    """Said in `Hello`."""
    values_url: str = ""
    """Where the default IO manager keeps values."""
    values_mark: str = ""
    """What is written there, so that locations can tell whether they reach it; empty: unknown."""
    takes_work: bool = True
    """Whether runs are begun, and go on; else all that waits is left to the next engine."""
    max_concurrent_runs: int | None = 10
    """Runs that are under way at a time; None: no limit."""
    tag_concurrency_limits: Sequence[Mapping[str, Any]] = ()
    """Of runs with certain tags, as `stored_settings` reads them."""
    max_concurrent_steps: int = 4
    location_limits: Mapping[str, int] = field(default_factory=dict)
    """Steps of single locations, within the limit above."""
    pool_limits: Mapping[str, int | None] = field(default_factory=dict)
    """Slots of single pools; None: no limit."""
    default_pool_limit: int | None = None
    """Slots of all other pools; None: no limit."""
    pool_granularity: str = PoolGranularity.STEP
    """What holds a slot: `step` or `run`."""
    continuing: frozenset[str] = frozenset()
    """Locations in which runs whose code is gone continue on the code as it is now."""
    max_lost_retries: int = 3
    """How often a step whose worker was lost is started again."""
    run_max_retries: int = 0
    """How often a run that failed is launched anew, where its tags do not say."""
    run_retry_on_step_failure: bool = True
    """Whether that holds for runs whose steps failed by themselves, too."""
    cancel_grace: float = 10.0
    """Seconds that an interrupted step has for cleaning up."""
    max_runtime: float = 0.0
    """Seconds that a run may take that says nothing itself; 0: as many as it wants."""
    start_timeout: float = 180.0
    """Seconds that the start of a worker may take while its location is connected."""
    poll_interval_s: float = 1.0
    """How often intents are looked for when nobody rings."""
    acknowledge_after_s: float = 0.5
    """How long acknowledgements wait for company."""
    deadlines_interval_s: float = 1.0
    """How often it is looked for runs and starts that take too long."""
    reconnect_after_s: float = 0.25
    """First pause before a lost location is called again; it grows."""
    reconnect_at_most_s: float = 1.0
    """One that is back is noticed within 2 s."""
    storage_retry_s: float = 0.5
    """Pause before a failed append is tried again."""
    keep_days: int = 0
    """For how long runs that have ended are kept; 0: this keeps none, see `keep_runs`."""
    keep_runs: int = 0
    """How many of the newest ended runs are kept; with both 0, all runs are."""

    @property
    def run_retries(self) -> RunRetries:
        """How often runs that failed are launched anew."""
        return RunRetries(self.run_max_retries, self.run_retry_on_step_failure)

    @property
    def run_limits(self) -> RunLimits:
        """How many runs may be under way."""
        tags = [
            TagLimit(one["key"], one["limit"], one.get("value"), one.get("per_value", False))
            for one in self.tag_concurrency_limits
        ]
        return RunLimits(self.max_concurrent_runs, tuple(tags))

    @property
    def step_limits(self) -> Limits:
        """How many steps may run."""
        return Limits(
            total=self.max_concurrent_steps,
            per_location=self.location_limits,
            pools=self.pool_limits,
            default_pool=self.default_pool_limit,
            granularity=PoolGranularity(self.pool_granularity),
        )


ENGINE = "engine"
"""Under this name an engine stores what it was started with, for readers in other processes."""


def storable(settings: EngineSettings) -> dict[str, Any]:
    """What of the settings could be stored, as it would be."""
    found: dict[str, Any] = {}
    for name, row in STORABLE.items():
        value = getattr(settings, name)
        if row.has_members:
            found |= {f"{name}.{member}": one for member, one in value.items()}
        else:
            found[name] = value
    return {name: UNLIMITED if value is None else value for name, value in found.items()}


def with_stored(settings: EngineSettings, stored: Mapping[str, Any]) -> EngineSettings:
    """The settings, with what is stored over what the engine was started with."""
    changes: dict[str, Any] = {}
    for name, value in stored.items():
        row, member = split(name)
        try:
            read = find(name).read(name, value)
        except SettingsError:
            continue  # stored by another release
        read = None if read == UNLIMITED else read
        if member is None:
            changes[row] = read
        else:
            changes.setdefault(row, dict(getattr(settings, row)))[member] = read
    return replace(settings, **changes)
