"""Every message between host and supervisor, and between supervisor and location process.

Host and supervisor exchange the first two groups, over whichever carrier; a supervisor and its
location processes the last two, over a Unix socket. All are plain dataclasses; `framing` puts
them into frames. `schema/location-protocol.json` is generated from this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Type, Union

from atoll_wire import PROTOCOL_VERSION
from atoll_wire.events import ASSET_JOB, JournalEvent
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.keys import AttemptKey
from atoll_wire.limits import NO_LIMITS, StepLimits

VALUES_MARK = "@deployment"


@dataclass(frozen=True)
class Target:
    """Where a location's `Definitions` are to be found, and with what they are loaded."""

    kind: str
    """`module`, `file`, `package`, or `autoload`: all modules of a package together."""
    name: str
    """Name of the module or package, or path of the file."""
    attribute: Optional[str] = None
    working_directory: Optional[str] = None
    executable: Optional[str] = None
    """The interpreter; None for the supervisor's own."""
    worker: str = "auto"
    """How workers are made: `auto`, `fork`, `spawn`, `pool`; or `none`: nothing is executed."""
    env: Dict[str, str] = field(default_factory=dict)
    """Variables beside the inherited ones."""
    inherit_env: bool = True
    load_timeout_s: float = 180.0
    compat: bool = True
    """Whether `import dagster` is served by Atoll."""
    step_limits: StepLimits = NO_LIMITS
    """Of every step that says nothing else itself."""


@dataclass(frozen=True)
class StepRequest:
    """What a worker needs to know to execute one attempt at one step."""

    key: AttemptKey
    assets: List[str] = field(default_factory=list)
    """Keys of the assets to make: all of the step's, or a subset of them."""
    run_config: Dict[str, Any] = field(default_factory=dict)
    run_tags: Dict[str, str] = field(default_factory=dict)
    job_name: str = ASSET_JOB
    partition_key: Optional[str] = None
    values_url: str = ""
    """Folder (or fsspec URL) under which the default IO manager keeps values."""
    retry_number: int = 0
    """How many of the user's own retries went before (lost attempts are not counted)."""
    identity: str = ""
    """Of the code that the run was planned on; on other code the attempt must not start."""
    grace_s: float = 10.0
    """How long it may take to end by itself once it has used up its time."""
    checks: List[str] = field(default_factory=list)
    """Keys of the checks to evaluate: all of the step's, or a subset of them."""
    not_given_back: List[str] = field(default_factory=list)
    """Outputs of earlier steps, as `step:output`, that had no value: an op need not give back
    an optional one."""
    value_runs: Dict[str, str] = field(default_factory=dict)
    """By step, the run in which it was executed, where that was an earlier one."""


# Both ways


@dataclass(frozen=True)
class Hello:
    """The first message of either side of a stream."""

    release: str
    deployment_id: str = ""
    epoch: int = 0
    protocol: int = PROTOCOL_VERSION
    capabilities: List[str] = field(default_factory=list)
    server_id: str = ""
    """Of a supervisor: the identity of the state directory that holds its journals."""
    generations: List[int] = field(default_factory=list)
    """Of a supervisor: those that it has for this deployment, ascending. A host that knows others
    lets these go; one that has just started takes them over."""
    host_id: str = ""
    """Of a host: which of its starts this is; it stays the same when it connects again."""
    is_passing: bool = False
    """Of a host: nobody will return for what was loaded; it goes when the stream ends."""
    values_url: str = ""
    """Of a host: where the default IO manager keeps values."""
    values_mark: str = ""
    """Of a host: the content of the file `VALUES_MARK` there."""
    reaches_values: bool = True
    """Of a supervisor: whether it finds that mark; only a folder can be looked at."""


@dataclass(frozen=True)
class SnapshotChunk:
    hash: str
    index: int
    total: int
    text: str


# Host to supervisor


@dataclass(frozen=True)
class StartGeneration:
    """Load the location's code anew, beside what is loaded already."""

    generation: int
    target: Optional[Target] = None
    """None: the target with which the supervisor itself was started."""


@dataclass(frozen=True)
class StopGeneration:
    """Let the generation's process and spares go; its running workers finish their step."""

    generation: int


@dataclass(frozen=True)
class FetchSnapshot:
    hash: str


@dataclass(frozen=True)
class LaunchStep:
    generation: int
    request: StepRequest


@dataclass(frozen=True)
class AttachAttempts:
    """Tell what is known of these attempts, and from now on what happens to them.

    An attempt without a journal gets a tombstone first, so that it can never start later.
    """

    attempts: List[AttemptKey]
    after: List[int]
    """For each attempt, the last sequence number that the host has stored (0: none)."""


@dataclass(frozen=True)
class AcknowledgeEvents:
    """The events up to `seq` are stored durably."""

    key: AttemptKey
    seq: int


@dataclass(frozen=True)
class CancelStep:
    """Interrupt the attempt; kill its process group when the grace is over."""

    key: AttemptKey
    grace_s: float = 10.0
    again: bool = False
    """Whether it is interrupted only because the supervisor is about to end. The attempt then says
    so, and the step starts again later."""


@dataclass(frozen=True)
class BuryAttempt:
    """See that the attempt never starts; one that has begun is left alone."""

    key: AttemptKey
    failure: Failure
    """Why, for the answer."""


@dataclass(frozen=True)
class ForgetRun:
    """The run is over: its journals may go."""

    run_id: str


@dataclass(frozen=True)
class Ping:
    """Say that you are there. Sent by carriers to notice a peer that is gone without a word."""


@dataclass(frozen=True)
class FetchOutput:
    """Send what an attempt, or a process of the location, has written to a stream."""

    stream: str
    """`stdout` or `stderr`."""
    offset: int
    """In bytes."""
    attempt: Optional[AttemptKey] = None
    process: Optional[str] = None
    """As `GenerationStarting.log` names it."""


@dataclass(frozen=True)
class InstanceAnswer:
    """The answer to an `InstanceQuery`; a supervisor passes it on to the worker that asked."""

    id: int
    value: Any = None
    """Rows as `atoll_wire.recorded` has them, JSON-able; or a number."""
    failure: Optional[Failure] = None
    """Why there is no answer."""


# Supervisor to host; a worker sends the first one to its supervisor


@dataclass(frozen=True)
class InstanceQuery:
    """User code asks what is recorded. Answered by an `InstanceAnswer` of the same id."""

    id: int
    """Made up by whoever sends it, for itself."""
    key: AttemptKey
    """Of the attempt that asks."""
    kind: str
    """`events`, `runs`, `count_runs`, `assets`, `partitions` or `dynamic_partitions`."""
    arguments: Dict[str, Any] = field(default_factory=dict)
    """As `atoll_wire.recorded` has them, JSON-able."""


@dataclass(frozen=True)
class Pong:
    """The answer to a `Ping`."""


@dataclass(frozen=True)
class OutputPiece:
    """A piece of output, as it was asked for; empty where there is no more (yet)."""

    request: FetchOutput
    data: str
    """Base64."""
    size: int
    """Bytes that the stream holds by now."""


@dataclass(frozen=True)
class GenerationStarting:
    """A process for the generation was started and is importing the user's code."""

    generation: int
    pid: int
    log: str = ""
    """Name of the files that take what the process prints."""
    loaded_from: Dict[str, str] = field(default_factory=dict)
    """What is loaded, in the words of a workspace: `python_file`, `attribute` and so on."""


@dataclass(frozen=True)
class GenerationLoaded:
    """The generation's process serves (again)."""

    generation: int
    identity: str
    """Hash of snapshot, user sources and environment: equal ones are the same code."""
    snapshot_hash: str
    pid: int
    python_version: str
    load_seconds: float
    snapshot_chars: int = 0
    rss_bytes: Optional[int] = None
    platform: str = ""
    executable: str = ""
    notices: List[str] = field(default_factory=list)
    packages: Dict[str, str] = field(default_factory=dict)
    """Versions of the installed distributions by name."""
    slowest_imports: Dict[str, float] = field(default_factory=dict)
    """Seconds that the code of the slowest top-level packages took, the slowest first."""


@dataclass(frozen=True)
class GenerationUsage:
    """What the generation's leading process uses; told now and then, when it has changed."""

    generation: int
    rss_bytes: int
    cpu_seconds: float
    """Since the process was started."""


@dataclass(frozen=True)
class GenerationFailed:
    """The generation could not be loaded; it has no process any more."""

    generation: int
    failure: Failure
    load_seconds: float


@dataclass(frozen=True)
class GenerationExited:
    """The process of a loaded generation died; the supervisor starts another one."""

    generation: int
    exit: ProcessExit
    restart_in_s: float
    restarts: int
    """How often in a row, without having served for a while in between."""
    crash_loop: bool = False
    failure: Optional[Failure] = None
    """How it died, with its last words."""


@dataclass(frozen=True)
class WorkerMode:
    """How the generation's workers are made, and why."""

    generation: int
    mode: str
    """`fork`, `spawn` or `pool`."""
    reason: str = ""
    limits: str = ""
    """How the limits of steps are held: by which means, and why not by better ones."""


@dataclass(frozen=True)
class AttemptEvents:
    """Events of one attempt, ascending, without gaps after what was sent before."""

    key: AttemptKey
    events: List[JournalEvent]


@dataclass(frozen=True)
class AttemptNeverStarted:
    """No user code of this attempt has run, and none ever will."""

    key: AttemptKey
    failure: Failure


# Supervisor to location process


@dataclass(frozen=True)
class Load:
    """The first message to a location process: import the target's code and describe it."""

    target: Target
    spare: bool = False
    """Whether the process waits for a step to execute itself, rather than to make workers."""


@dataclass(frozen=True)
class StartWorker:
    """Execute an attempt: in a fork, or, if this process is a spare, in itself."""

    request: StepRequest
    journal: str
    """Path of the journal to create."""
    output: str
    """Path of the output files, to which `.out`, `.err` and `.stack` are added."""
    limits: Optional[StepLimits] = None
    """The location's, if it has any; the step's own go before them."""
    cgroup: str = ""
    """Path of the control group to make and join, where that is permitted."""
    instance: str = ""
    """Path of the socket that takes `InstanceQuery`s."""


# Location process to supervisor


@dataclass(frozen=True)
class Loaded:
    identity: str
    snapshot_hash: str
    python_version: str
    rss_bytes: Optional[int] = None
    platform: str = ""
    notices: List[str] = field(default_factory=list)
    executable: str = ""
    packages: Dict[str, str] = field(default_factory=dict)
    slowest_imports: Dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadFailed:
    failure: Failure


@dataclass(frozen=True)
class Probed:
    """Whether workers may be forks of this process; sent once, after `Loaded`."""

    fork: bool
    reason: str


@dataclass(frozen=True)
class WorkerStarted:
    key: AttemptKey
    pid: int


@dataclass(frozen=True)
class WorkerExited:
    key: AttemptKey
    pid: int
    exit: ProcessExit
    max_rss_bytes: Optional[int] = None


Message = Union[
    Hello,
    SnapshotChunk,
    StartGeneration,
    StopGeneration,
    FetchSnapshot,
    LaunchStep,
    AttachAttempts,
    AcknowledgeEvents,
    CancelStep,
    BuryAttempt,
    ForgetRun,
    Ping,
    FetchOutput,
    InstanceAnswer,
    InstanceQuery,
    Pong,
    OutputPiece,
    GenerationStarting,
    GenerationUsage,
    GenerationLoaded,
    GenerationFailed,
    GenerationExited,
    WorkerMode,
    AttemptEvents,
    AttemptNeverStarted,
    Load,
    StartWorker,
    Loaded,
    LoadFailed,
    Probed,
    WorkerStarted,
    WorkerExited,
]

MESSAGES: Dict[str, Type[Any]] = {cls.__name__: cls for cls in Message.__args__}  # type: ignore[attr-defined]
"""Every message by the name under which it travels."""
