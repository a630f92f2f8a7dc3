"""What may be asked of a run, and what a run asks of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.run.plan import Plan
from atoll_wire.events import JournalEvent
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey

# Commands. `at` is the host's clock, in seconds since the epoch.


@dataclass(frozen=True, kw_only=True)
class Enqueue:
    """Somebody wants a run."""

    at: float
    selection: Sequence[str]
    tags: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    partition: str | None = None
    job: str | None = None
    """Name of the job that it is a run of; the selection then narrows the job."""
    job_location: str | None = None
    """Where that job lies, if that was said."""
    checks: Sequence[str] | None = None
    """The checks that it is to evaluate; None: those on what it makes, or the job's."""
    only_checks: bool = False
    """Whether it makes no assets."""
    ops: Sequence[str] = ()
    """Of a job of ops, which of its steps were asked for."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Ops that are not executed again, by step the run that has what they gave back."""
    not_given_back: Sequence[str] = ()
    """What these did not give back, as `step:output`."""
    message: str = ""
    """Why it does not start at once, if it does not."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """The run is planned: begin."""

    at: float
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """The run cannot be planned: it fails."""

    at: float
    failure: Failure


@dataclass(frozen=True, kw_only=True)
class Launch:
    """There is capacity for a step, and a generation that runs it."""

    at: float
    step: str
    generation: int
    identity: str
    server_id: str = ""
    """Of the supervisor that will keep the attempt's journal."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Events out of an attempt's journal have come in."""

    at: float
    key: AttemptKey
    events: Sequence[JournalEvent]


@dataclass(frozen=True, kw_only=True)
class NeverStarted:
    """An attempt that was ordered has not started and never will."""

    at: float
    key: AttemptKey
    failure: Failure


@dataclass(frozen=True, kw_only=True)
class FailSteps:
    """What these steps would run on is gone. Those that have begun are left alone."""

    at: float
    steps: Sequence[str]
    failure: Failure


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Somebody wants the run to end."""

    at: float
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Expire:
    """The run has taken as long as it may."""

    at: float
    limit_s: float


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something worth telling that changes nothing."""

    at: float
    message: str
    step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mend:
    """The run was found unfinished: a decision about it may have been stored in part."""

    at: float


Command = (
    Enqueue
    | Start
    | Refuse
    | Launch
    | Record
    | NeverStarted
    | FailSteps
    | Cancel
    | Expire
    | Note
    | Mend
)

# Effects


@dataclass(frozen=True, slots=True)
class OfferStep:
    """The step wants to start as soon as there is capacity."""

    step: str


@dataclass(frozen=True, slots=True)
class OfferStepLater:
    """The step wants to start when its pause is over: `delay_s` from now.

    After a restart nobody knows how much of the pause is over; it ends at `not_before`, by the
    worker's clock, if that is earlier. Else no clock is asked: a worker's may be any time off.
    """

    step: str
    delay_s: float
    not_before: float | None = None


@dataclass(frozen=True, slots=True)
class WithdrawStep:
    """The step will not start after all."""

    step: str


@dataclass(frozen=True, slots=True)
class OrderAttempt:
    """Have a worker execute the attempt."""

    key: AttemptKey


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """The attempt is over: its capacity is free."""

    key: AttemptKey


@dataclass(frozen=True, slots=True)
class OccupySlot:
    """After a restart: the attempt is under way and takes up capacity."""

    key: AttemptKey


@dataclass(frozen=True, slots=True)
class HoldPools:
    """After a restart: the run has begun a step in a pool."""


@dataclass(frozen=True, slots=True)
class AttachAttempt:
    """After a restart: ask what has become of the attempt since event `after`."""

    key: AttemptKey
    after: int


@dataclass(frozen=True, slots=True)
class InterruptAttempt:
    """Have the attempt's worker interrupted."""

    key: AttemptKey


@dataclass(frozen=True, slots=True)
class RetryRun:
    """The run has failed and is launched anew: in the same append."""

    wanted: Mapping[str, Any]
    """As an intent `launch_run` has it."""


@dataclass(frozen=True, slots=True)
class EndRun:
    """The run is over: let go of what it held."""


Effect = (
    OfferStep
    | OfferStepLater
    | WithdrawStep
    | OrderAttempt
    | FreeSlot
    | OccupySlot
    | HoldPools
    | AttachAttempt
    | InterruptAttempt
    | RetryRun
    | EndRun
)
