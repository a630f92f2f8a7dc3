"""`DagsterEvent`: an event with Dagster's names for its parts. It wraps what was recorded."""

from __future__ import annotations

import time
from typing import Any, List, Mapping, NamedTuple, Optional, Tuple

from atoll.definitions.asset_events import AssetMaterialization, AssetObservation
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, from_wire
from atoll.errors import InvariantError
from atoll.instance.event_data import asset_event, specific
from atoll.instance.event_types import (
    FAILURE_EVENTS,
    HOOK_EVENTS,
    RUN_EVENTS,
    STEP_EVENTS,
    DagsterEventType,
    type_of,
)
from atoll_wire.events import JournalEvent
from atoll_wire.keys import split_key

_T = DagsterEventType
_UNREAD: Any = object()


def _is(event_type: DagsterEventType) -> Any:
    """A property: whether the event is of that type."""

    def check(self: Any) -> bool:
        return bool(self.event_type is event_type)

    check.__doc__ = "Whether it is of type `%s`." % event_type.name
    return property(check)


class NodeHandle:
    """Where a node stands among nested graphs.

    Attributes:
        path: the names from the outermost graph to the node.
    """

    __slots__ = ("path",)

    def __init__(self, path: Tuple[str, ...]):
        self.path = path

    @staticmethod
    def from_string(text: str) -> NodeHandle:
        """The handle that is written `graph.node`; what is in brackets belongs to no name."""
        return NodeHandle(tuple(part.partition("[")[0] for part in text.split(".")))

    @property
    def name(self) -> str:
        """The node's own name."""
        return self.path[-1]

    @property
    def parent(self) -> Optional[NodeHandle]:
        """The graph that holds it, or None."""
        return NodeHandle(self.path[:-1]) if len(self.path) > 1 else None

    def to_string(self) -> str:
        """The names, joined by dots."""
        return ".".join(self.path)

    def is_or_descends_from(self, handle: NodeHandle) -> bool:
        """Whether it is that node, or within it."""
        return self.path[: len(handle.path)] == handle.path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeHandle) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return "NodeHandle(%r)" % self.to_string()


class StepHandle(NamedTuple):
    """The key of a step, as an object."""

    key: str

    def to_key(self) -> str:
        """The key itself."""
        return self.key


class DagsterEvent:
    """One event of a run.

    Args:
        event_type_value: the value of its `DagsterEventType`.
        job_name: the job of the run.
        event_specific_data: what events of the type tell, as `AssetMaterialization`'s do in
            `StepMaterializationData`.
        message: for people.
        pid: of the process that wrote it.
        step_key: the step that it is about, or None.
    """

    def __init__(
        self,
        event_type_value: str,
        job_name: str,
        *,
        event_specific_data: Any = None,
        message: Optional[str] = None,
        pid: Optional[int] = None,
        step_key: Optional[str] = None,
    ):
        to_data = getattr(event_specific_data, "to_data", None)
        data = {} if to_data is None else to_data()
        kind = DagsterEventType(event_type_value).name
        self.event = JournalEvent(0, kind, time.time(), message or "", data)
        self.job_name = job_name
        self.step_key = step_key
        self.pid = pid
        self._specific = event_specific_data

    @classmethod
    def of(cls, event: JournalEvent, job_name: str, step_key: Optional[str]) -> DagsterEvent:
        """The event that was recorded."""
        made = cls.__new__(cls)
        made.event, made.job_name, made.step_key = event, job_name, step_key
        made.pid = event.data.get("pid")
        made._specific = _UNREAD
        return made

    @property
    def kind(self) -> str:
        """What Atoll calls the kind: `RUN_START`, where `event_type_value` is `PIPELINE_START`."""
        return self.event.kind

    @property
    def event_type(self) -> DagsterEventType:
        """What the event is about."""
        return type_of(self.event.kind)

    @property
    def event_type_value(self) -> str:
        """The value of `event_type`."""
        return self.event_type.value

    @property
    def message(self) -> str:
        """For people."""
        return self.event.message

    @property
    def timestamp(self) -> float:
        """When it was written, in seconds since the epoch."""
        return self.event.at

    @property
    def data(self) -> Mapping[str, Any]:
        """What was recorded beside the message."""
        return self.event.data

    @property
    def metadata(self) -> Mapping[str, MetadataValue]:
        """The facts that the event tells, by name."""
        return from_wire(self.event.data.get("metadata") or {})

    @property
    def event_specific_data(self) -> Any:
        """What events of the type tell, with Dagster's names for the parts; None: nothing."""
        if self._specific is _UNREAD:
            self._specific = specific(self.event.kind, self.step_key, self.event.data)
        return self._specific

    @property
    def node_handle(self) -> Optional[NodeHandle]:
        """Where the step's node stands."""
        return None if self.step_key is None else NodeHandle.from_string(self.step_key)

    @property
    def step_handle(self) -> Optional[StepHandle]:
        """The step that it is about, or None."""
        return None if self.step_key is None else StepHandle(self.step_key)

    @property
    def node_name(self) -> str:
        """The name of the step's node."""
        handle = self.node_handle
        if handle is None:
            raise InvariantError(
                "an event of type %s belongs to no node" % self.event_type.name,
                code="invariant.wrong_event",
            )
        return handle.name

    @property
    def asset_key(self) -> Optional[AssetKey]:
        """The asset that a materialization, observation, check or plan is about, or None."""
        key = self.event.data.get("asset_key") if self.event_type in _ABOUT_ASSETS else None
        return AssetKey(split_key(key)) if key is not None else None

    @property
    def partition(self) -> Optional[str]:
        """The partition that the event is about, or None."""
        return self.event.data.get("partition")

    @property
    def is_step_event(self) -> bool:
        """Whether it happened within a step."""
        return self.event_type in STEP_EVENTS

    @property
    def is_hook_event(self) -> bool:
        """Whether a hook ran."""
        return self.event_type in HOOK_EVENTS

    @property
    def is_job_event(self) -> bool:
        """Whether it happened to the run as a whole."""
        return self.event_type in RUN_EVENTS

    @property
    def is_failure(self) -> bool:
        """Whether a step or the run failed."""
        return self.event_type in FAILURE_EVENTS

    is_step_start: bool = _is(_T.STEP_START)
    is_step_success: bool = _is(_T.STEP_SUCCESS)
    is_step_failure: bool = _is(_T.STEP_FAILURE)
    is_step_skipped: bool = _is(_T.STEP_SKIPPED)
    is_step_up_for_retry: bool = _is(_T.STEP_UP_FOR_RETRY)
    is_step_restarted: bool = _is(_T.STEP_RESTARTED)
    is_successful_output: bool = _is(_T.STEP_OUTPUT)
    is_step_materialization: bool = _is(_T.ASSET_MATERIALIZATION)
    is_asset_observation: bool = _is(_T.ASSET_OBSERVATION)
    is_asset_check_evaluation: bool = _is(_T.ASSET_CHECK_EVALUATION)
    is_asset_materialization_planned: bool = _is(_T.ASSET_MATERIALIZATION_PLANNED)
    is_expectation_result: bool = _is(_T.STEP_EXPECTATION_RESULT)
    is_handled_output: bool = _is(_T.HANDLED_OUTPUT)
    is_loaded_input: bool = _is(_T.LOADED_INPUT)
    is_engine_event: bool = _is(_T.ENGINE_EVENT)
    is_resource_init_failure: bool = _is(_T.RESOURCE_INIT_FAILURE)
    is_job_success: bool = _is(_T.RUN_SUCCESS)
    is_job_failure: bool = _is(_T.RUN_FAILURE)
    is_run_failure: bool = _is(_T.RUN_FAILURE)

    @property
    def step_failure_data(self) -> Any:
        """Why the step failed."""
        return self._told(_T.STEP_FAILURE)

    @property
    def step_retry_data(self) -> Any:
        """Why the step is tried again."""
        return self._told(_T.STEP_UP_FOR_RETRY)

    @property
    def step_success_data(self) -> Any:
        """How long the step took."""
        return self._told(_T.STEP_SUCCESS)

    @property
    def step_output_data(self) -> Any:
        """Which output was yielded."""
        return self._told(_T.STEP_OUTPUT)

    @property
    def step_materialization_data(self) -> Any:
        """What was materialized."""
        return self._told(_T.ASSET_MATERIALIZATION)

    @property
    def materialization(self) -> AssetMaterialization:
        """What was materialized."""
        made: AssetMaterialization = self._told(_T.ASSET_MATERIALIZATION).materialization
        return made

    @property
    def asset_observation_data(self) -> Any:
        """What was learned of an asset."""
        return self._told(_T.ASSET_OBSERVATION)

    @property
    def asset_check_evaluation_data(self) -> Any:
        """What a check found."""
        return self._told(_T.ASSET_CHECK_EVALUATION)

    @property
    def step_expectation_result_data(self) -> Any:
        """Whether something is as it was expected."""
        return self._told(_T.STEP_EXPECTATION_RESULT)

    @property
    def job_failure_data(self) -> Any:
        """Why the run failed."""
        return self._told(_T.RUN_FAILURE)

    @property
    def logs_captured_data(self) -> Any:
        """Whose output goes into files."""
        return self._told(_T.LOGS_CAPTURED)

    @property
    def engine_event_data(self) -> Any:
        """What the engine has to say."""
        return self.event_specific_data

    def _told(self, *types: DagsterEventType) -> Any:
        if self.event_type not in types:
            raise InvariantError(
                "an event of type %s does not tell that" % self.event_type.name,
                code="invariant.wrong_event",
                hint="events of type %s do" % " and ".join(each.name for each in types),
            )
        return self.event_specific_data

    def __repr__(self) -> str:
        return "DagsterEvent(%s, step_key=%r, message=%r)" % (
            self.event_type.name,
            self.step_key,
            self.message,
        )


_ABOUT_ASSETS = frozenset(
    [
        _T.ASSET_MATERIALIZATION,
        _T.ASSET_OBSERVATION,
        _T.ASSET_MATERIALIZATION_PLANNED,
        _T.ASSET_FAILED_TO_MATERIALIZE,
        _T.ASSET_CHECK_EVALUATION,
        _T.ASSET_CHECK_EVALUATION_PLANNED,
        _T.ASSET_WIPED,
    ]
)


def observations(found: List[DagsterEvent]) -> List[AssetObservation]:
    """The observations among events."""
    return [
        asset_event(each.kind, each.data)
        for each in found
        if each.event_type is _T.ASSET_OBSERVATION
    ]


def materializations(found: List[DagsterEvent]) -> List[AssetMaterialization]:
    """The materializations among events."""
    return [
        asset_event(each.kind, each.data)
        for each in found
        if each.event_type is _T.ASSET_MATERIALIZATION
    ]
