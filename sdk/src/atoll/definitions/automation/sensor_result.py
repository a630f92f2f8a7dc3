"""All that a sensor may have found, in one object; and what came of evaluating one."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Set, Union

from atoll.definitions.automation.run_request import RunRequest, SkipReason
from atoll.definitions.partitions.dynamic import (
    AddDynamicPartitionsRequest,
    DeleteDynamicPartitionsRequest,
)
from atoll.errors import InvariantError, ParameterError


class SensorResult:
    """All that a sensor has found.

    Args:
        run_requests: runs to start.
        skip_reason: why there are none.
        cursor: text that the next evaluation is given as `context.cursor`.
        dynamic_partitions_requests: partitions to add and to delete, before the runs are started.
        asset_events: materializations, observations and evaluations of checks to record.

    Raises:
        ParameterError: `tick.bad_result`, there are runs and a reason to skip; or
            `parameter.type`.
    """

    def __init__(
        self,
        run_requests: Optional[Sequence[RunRequest]] = None,
        skip_reason: Union[str, SkipReason, None] = None,
        cursor: Optional[str] = None,
        dynamic_partitions_requests: Optional[Sequence[Any]] = None,
        asset_events: Optional[Sequence[Any]] = None,
    ):
        if run_requests and skip_reason:
            raise ParameterError(
                "a SensorResult has runs to start and a reason to start none",
                code="tick.bad_result",
                hint="leave out one of run_requests and skip_reason",
            )
        for request in run_requests or ():
            if not isinstance(request, RunRequest):
                raise ParameterError(
                    "SensorResult(run_requests=...) holds %.80r, not a RunRequest" % (request,)
                )
        if cursor is not None and not isinstance(cursor, str):
            raise ParameterError(
                "SensorResult(cursor=%.80r): it must be text" % (cursor,),
                hint="write cursor=str(...), or json.dumps(...)",
            )
        for request in dynamic_partitions_requests or ():
            if not isinstance(
                request, (AddDynamicPartitionsRequest, DeleteDynamicPartitionsRequest)
            ):
                raise ParameterError(
                    "SensorResult(dynamic_partitions_requests=...) holds %.80r" % (request,),
                    hint="write DynamicPartitionsDefinition(...).build_add_request([...])",
                )
        if isinstance(skip_reason, str):
            skip_reason = SkipReason(skip_reason)
        self.run_requests: List[RunRequest] = list(run_requests or ())
        self.skip_reason = skip_reason
        self.cursor = cursor
        self.dynamic_partitions_requests: List[Any] = list(dynamic_partitions_requests or ())
        self.asset_events: List[Any] = list(asset_events or ())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SensorResult) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = ["%s=%r" % item for item in self.__dict__.items() if item[1] not in (None, [])]
        return "SensorResult(%s)" % ", ".join(given)


class SensorExecutionData:
    """What came of evaluating a sensor once.

    Attributes:
        run_requests: runs to start, with the tags that they get.
        skip_message: why there are none.
        cursor: what the next evaluation is given.
        dynamic_partitions_requests: partitions to add and to delete.
        asset_events: events to record.
    """

    def __init__(
        self,
        run_requests: Optional[Sequence[RunRequest]] = None,
        skip_message: Optional[str] = None,
        cursor: Optional[str] = None,
        dynamic_partitions_requests: Optional[Sequence[Any]] = None,
        asset_events: Optional[Sequence[Any]] = None,
    ):
        self.run_requests: List[RunRequest] = list(run_requests or ())
        self.skip_message = skip_message
        self.cursor = cursor
        self.dagster_run_reactions: List[Any] = []
        self.log_key: Optional[List[str]] = None
        self.dynamic_partitions_requests: List[Any] = list(dynamic_partitions_requests or ())
        self.asset_events: List[Any] = list(asset_events or ())
        self.automation_condition_evaluations: List[Any] = []

    def __repr__(self) -> str:
        return "SensorExecutionData(run_requests=%r, skip_message=%r, cursor=%r)" % (
            self.run_requests,
            self.skip_message,
            self.cursor,
        )


def check_partition_requests(what: str, requests: Sequence[Any]) -> None:
    """Refuse requests that add or delete one partition twice, or both.

    Raises:
        InvariantError: `tick.bad_result`.
    """
    seen: Dict[str, Set[str]] = {}
    for request in requests:
        known = seen.setdefault(request.partitions_def_name, set())
        for key in request.partition_keys:
            if key in known:
                raise InvariantError(
                    "%s asks twice to add or delete the partition '%s' of '%s'"
                    % (what, key, request.partitions_def_name),
                    code="tick.bad_result",
                    hint="ask once for each partition",
                )
            known.add(key)
