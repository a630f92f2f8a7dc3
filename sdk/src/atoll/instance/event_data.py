"""What events of each kind tell beside their message, with Dagster's names for the parts."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional

from atoll.definitions.asset_events import (
    AssetEvent,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from atoll.definitions.data_versions import CODE_VERSION_TAG, DATA_VERSION_TAG
from atoll.definitions.metadata.values import MetadataValue, from_wire, to_wire
from atoll_wire import events
from atoll_wire.codec import from_wire as from_wire_form
from atoll_wire.failure import Failure, render
from atoll_wire.keys import split_key

Data = Mapping[str, Any]


class ErrorInfo:
    """An error that was raised, told so that it can be shown anywhere.

    Attributes:
        message: what it said, with the name of its class in front.
        stack: the calls that led to it, outermost first, as Python prints them.
        cls_name: the name of its class, without its module's, if it was an exception.
        cause: the error that it came of, or None.
    """

    def __init__(self, failure: Failure):
        self._failure = failure
        self.cls_name = failure.error_type and failure.error_type.rpartition(".")[2]
        name = "%s: " % failure.error_type if failure.error_type else ""
        self.message = "%s%s\n" % (name, failure.message)
        self.stack: List[str] = [
            '  File "%s", line %d, in %s\n%s'
            % (f.file, f.line, f.function, "    %s\n" % f.text if f.text else "")
            for f in failure.frames
        ]
        self.cause: Optional[ErrorInfo] = ErrorInfo(failure.cause) if failure.cause else None

    @property
    def context(self) -> Optional[ErrorInfo]:
        """The error that it came of, or None."""
        return self.cause

    def to_string(self) -> str:
        """All of it, for people."""
        return render(self._failure)

    def __str__(self) -> str:
        return self.to_string()


class UserFailureData(NamedTuple):
    """What a `Failure` that the user's code raised says."""

    label: str
    description: Optional[str]
    metadata: Dict[str, MetadataValue]


class StepFailureData(NamedTuple):
    """Why a step failed."""

    error: Optional[ErrorInfo]
    user_failure_data: Optional[UserFailureData]

    @property
    def error_display_string(self) -> str:
        """The error, for people."""
        return self.error.to_string() if self.error else ""


class StepRetryData(NamedTuple):
    """Why a step is tried again, and after how many seconds."""

    error: Optional[ErrorInfo]
    seconds_to_wait: Optional[float]


class StepSuccessData(NamedTuple):
    """How long a step took, in milliseconds."""

    duration_ms: float


class StepOutputHandle(NamedTuple):
    """An output of a step."""

    step_key: Optional[str]
    output_name: str
    mapping_key: Optional[str] = None


class TypeCheckData(NamedTuple):
    """What the check of a value's type found."""

    success: bool
    label: str
    description: Optional[str]
    metadata: Dict[str, MetadataValue]


class StepInputData(NamedTuple):
    """Which input a step was given, and whether its value is of the declared type."""

    input_name: str
    type_check_data: TypeCheckData


class StepOutputData(NamedTuple):
    """Which output a step yielded, and the facts about it."""

    step_output_handle: StepOutputHandle
    metadata: Dict[str, MetadataValue]
    type_check_data: TypeCheckData

    @property
    def output_name(self) -> str:
        """The output's name."""
        return self.step_output_handle.output_name

    @property
    def mapping_key(self) -> Optional[str]:
        """Which of a dynamic output's values it is, or None."""
        return self.step_output_handle.mapping_key


class StepMaterializationData(NamedTuple):
    """Which asset was materialized."""

    materialization: AssetMaterialization

    def to_data(self) -> Dict[str, Any]:
        """What an event that says so keeps."""
        return data_of(self.materialization)


class AssetObservationData(NamedTuple):
    """Which asset was looked at."""

    asset_observation: AssetObservation

    def to_data(self) -> Dict[str, Any]:
        """What an event that says so keeps."""
        return data_of(self.asset_observation)


class StepExpectationResultData(NamedTuple):
    """Whether something is as it was expected."""

    expectation_result: ExpectationResult


class HandledOutputData(NamedTuple):
    """Which output was stored, and by which IO manager."""

    output_name: str
    manager_key: str
    metadata: Dict[str, MetadataValue]


class LoadedInputData(NamedTuple):
    """Which input was loaded, and by which IO manager."""

    input_name: str
    manager_key: str
    upstream_output_name: Optional[str]
    upstream_step_key: Optional[str]
    metadata: Dict[str, MetadataValue]


class EngineEventData(NamedTuple):
    """What the engine has to say."""

    metadata: Dict[str, MetadataValue]
    error: Optional[ErrorInfo] = None


class JobFailureData(NamedTuple):
    """Why a run failed."""

    error: Optional[ErrorInfo]


class ComputeLogsCaptureData(NamedTuple):
    """Of which step the output goes into files."""

    file_key: str
    step_keys: List[str]


def data_of(event: AssetEvent) -> Dict[str, Any]:
    """What an event keeps of a materialization or an observation."""
    told = {
        "asset_key": event.asset_key.to_user_string(),
        "metadata": to_wire(event.metadata),
        "partition": event.partition,
        "tags": event.tags,
    }
    return {**told, "description": event.description} if event.description else told


def asset_event(kind: str, data: Data) -> Any:
    """The materialization or observation that an event keeps."""
    tags = dict(data.get("tags") or {})
    for tag, name in ((DATA_VERSION_TAG, "data_version"), (CODE_VERSION_TAG, "code_version")):
        if data.get(name) is not None:
            tags.setdefault(tag, data[name])
    cls: Any = AssetObservation if kind == events.ASSET_OBSERVATION else AssetMaterialization
    made = cls(split_key(data["asset_key"]), data.get("description"))
    made.metadata = _metadata(data)  # what was recorded was checked before
    made.partition, made.tags = data.get("partition"), tags
    return made


def error_of(data: Data) -> Optional[ErrorInfo]:
    """The error that an event tells of, or None."""
    failure = data.get("failure")
    return None if failure is None else ErrorInfo(from_wire_form(Failure, failure))


def check_evaluation(data: Data) -> Any:
    """The `AssetCheckEvaluation` that an event keeps."""
    from atoll.definitions.checks import results
    from atoll.definitions.checks.specs import AssetCheckSeverity

    target = data.get("target_materialization_data")
    return results.AssetCheckEvaluation(
        split_key(data["asset_key"]),
        data["check_name"],
        data["passed"],
        _metadata(data),
        results.AssetCheckEvaluationTargetMaterializationData(**target) if target else None,
        AssetCheckSeverity(data.get("severity", "ERROR")),
        data.get("description"),
        data.get("blocking"),
        data.get("partition"),
    )


def _metadata(data: Data) -> Dict[str, MetadataValue]:
    return from_wire(data.get("metadata") or {})


def _type_check(data: Data, name: str) -> TypeCheckData:
    return TypeCheckData(
        bool(data.get("type_check_passed", True)),
        data.get(name, ""),
        data.get("type_check_description"),
        from_wire(data.get("type_check_metadata") or {}),
    )


def _failure(step: Optional[str], data: Data) -> StepFailureData:
    error, user = error_of(data), None
    if error is not None and error.cls_name == "Failure":
        description = (data.get("failure") or {}).get("message")
        user = UserFailureData("intentional-failure", description, _metadata(data))
    return StepFailureData(error, user)


def _expectation(data: Data) -> ExpectationResult:
    return ExpectationResult(
        data["success"], data.get("label"), data.get("description"), _metadata(data)
    )


_SPECIFIC: Dict[str, Callable[[Optional[str], Data], Any]] = {
    events.STEP_OUTPUT: lambda step, data: StepOutputData(
        StepOutputHandle(step, data.get("output_name", "result"), data.get("mapping_key")),
        _metadata(data),
        _type_check(data, "output_name"),
    ),
    events.STEP_INPUT: lambda step, data: StepInputData(
        data.get("input_name", ""), _type_check(data, "input_name")
    ),
    events.STEP_FAILURE: _failure,
    events.STEP_UP_FOR_RETRY: lambda step, data: StepRetryData(error_of(data), data.get("delay_s")),
    events.STEP_SUCCESS: lambda step, data: StepSuccessData(data.get("duration_s", 0.0) * 1000),
    events.ASSET_MATERIALIZATION: lambda step, data: StepMaterializationData(
        asset_event(events.ASSET_MATERIALIZATION, data)
    ),
    events.ASSET_OBSERVATION: lambda step, data: AssetObservationData(
        asset_event(events.ASSET_OBSERVATION, data)
    ),
    events.ASSET_CHECK_EVALUATION: lambda step, data: check_evaluation(data),
    "STEP_EXPECTATION_RESULT": lambda step, data: StepExpectationResultData(_expectation(data)),
    events.HANDLED_OUTPUT: lambda step, data: HandledOutputData(
        data.get("output_name", "result"), data.get("io_manager_key", ""), _metadata(data)
    ),
    events.LOADED_INPUT: lambda step, data: LoadedInputData(
        data.get("input_name", ""),
        data.get("io_manager_key", ""),
        data.get("upstream_output_name"),
        data.get("upstream_step"),
        _metadata(data),
    ),
    events.LOGS_CAPTURED: lambda step, data: ComputeLogsCaptureData(
        step or "", [step] if step else []
    ),
    events.RUN_FAILURE: lambda step, data: JobFailureData(error_of(data)),
}


def specific(kind: str, step: Optional[str], data: Data) -> Any:
    """What an event of that kind tells; engine events and those of resources all tell alike."""
    told = _SPECIFIC.get(kind)
    if told is not None:
        return told(step, data)
    if kind in _TELLS_NOTHING:
        return None
    return EngineEventData(_metadata(data), error_of(data))


_TELLS_NOTHING = frozenset(
    [
        events.STEP_START,
        events.STEP_RESTARTED,
        events.STEP_SKIPPED,
        events.RUN_ENQUEUED,
        events.RUN_STARTING,
        events.RUN_START,
        events.RUN_SUCCESS,
        events.RUN_CANCELING,
        events.RUN_CANCELED,
        events.ASSET_WIPED,
    ]
)
