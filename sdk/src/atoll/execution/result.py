"""What came of a run in the caller's own process."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Sequence, Set, Tuple

from atoll.definitions.asset_events import (
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_type
from atoll.errors import AtollError, InvariantError, nearest
from atoll.instance.event_types import DagsterEventType
from atoll.instance.events import DagsterEvent, NodeHandle, materializations, observations
from atoll.instance.runs import DagsterRun

_T = DagsterEventType


class RunResult:
    """What came of a run that was executed here, however it was started.

    Nodes are named as in the job: `clean`, or `prepare.clean` within the graph `prepare`.

    Attributes:
        dagster_run: the run.
        all_events: every event, in order.
        job_def: the job's definition; None where assets were materialized.
    """

    def __init__(
        self,
        dagster_run: DagsterRun,
        all_events: Sequence[DagsterEvent],
        values: Mapping[str, Mapping[str, Any]],
        keys: Mapping[str, Mapping[str, str]],
        job_def: Any = None,
    ):
        self.dagster_run = dagster_run
        self.all_events = list(all_events)
        self.job_def = job_def
        self._values = values
        self._keys = keys

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.dagster_run.run_id

    @property
    def success(self) -> bool:
        """Whether the run has succeeded."""
        return self.dagster_run.is_success

    # Events

    @property
    def all_node_events(self) -> List[DagsterEvent]:
        """Every event that happened within a step, node by node."""
        by_node: Dict[str, List[DagsterEvent]] = {}
        for event in self.all_events:
            if event.is_step_event and event.node_handle is not None:
                by_node.setdefault(event.node_handle.path[0], []).append(event)
        return [event for events in by_node.values() for event in events]

    def filter_events(self, event_filter: Callable[[DagsterEvent], bool]) -> List[DagsterEvent]:
        """The events for which a function says so."""
        return [event for event in self.all_events if event_filter(event)]

    def events_for_node(self, node_name: str) -> List[DagsterEvent]:
        """The events that happened within a node, or within the nodes of a graph."""
        check_type(node_name, "events_for_node(node_name=...)", str)
        handle = NodeHandle.from_string(node_name)
        return [
            event
            for event in self.all_events
            if event.is_step_event
            and event.node_handle is not None
            and event.node_handle.is_or_descends_from(handle)
        ]

    def _of_type(self, event_type: DagsterEventType) -> List[DagsterEvent]:
        return [event for event in self.all_events if event.event_type is event_type]

    def get_step_success_events(self) -> List[DagsterEvent]:
        """The closing events of the steps that succeeded."""
        return self._of_type(_T.STEP_SUCCESS)

    def get_step_skipped_events(self) -> List[DagsterEvent]:
        """The closing events of the steps that were skipped."""
        return self._of_type(_T.STEP_SKIPPED)

    def get_step_failure_events(self) -> List[DagsterEvent]:
        """The closing events of the steps that failed."""
        return self._of_type(_T.STEP_FAILURE)

    def get_failed_step_keys(self) -> Set[str]:
        """The steps that failed."""
        failed = [*self._of_type(_T.STEP_FAILURE), *self._of_type(_T.RESOURCE_INIT_FAILURE)]
        return {event.step_key for event in failed if event.step_key}

    def get_run_success_event(self) -> DagsterEvent:
        """The event that says that the run succeeded."""
        return self._only(_T.RUN_SUCCESS)

    def get_run_failure_event(self) -> DagsterEvent:
        """The event that says that the run failed."""
        return self._only(_T.RUN_FAILURE)

    get_job_success_event = get_run_success_event
    get_job_failure_event = get_run_failure_event

    def _only(self, event_type: DagsterEventType) -> DagsterEvent:
        for event in self._of_type(event_type):
            return event
        raise AtollError(
            "this run has no event of type %s" % event_type.name,
            code="result.no_event",
            hint="ask result.success first",
        )

    # Nodes

    def is_node_success(self, node_str: str) -> bool:
        """Whether a node, or one within a graph, has succeeded."""
        return any(event.is_step_success for event in self.events_for_node(node_str))

    def is_node_failed(self, node_str: str) -> bool:
        """Whether a node, or one within a graph, has failed."""
        return any(event.is_step_failure for event in self.events_for_node(node_str))

    def is_node_skipped(self, node_str: str) -> bool:
        """Whether a node, or one within a graph, was skipped."""
        return any(event.is_step_skipped for event in self.events_for_node(node_str))

    def is_node_untouched(self, node_str: str) -> bool:
        """Whether nothing happened within a node."""
        return not self.events_for_node(node_str)

    def retry_attempts_for_node(self, node_str: str) -> int:
        """How often a node was tried again."""
        return sum(event.is_step_restarted for event in self.events_for_node(node_str))

    def failure_data_for_node(self, node_str: str) -> Any:
        """Why a node failed, as `StepFailureData`, or None."""
        for event in self.events_for_node(node_str):
            if event.is_step_failure:
                return event.step_failure_data
        return None

    def expectation_results_for_node(self, node_str: str) -> List[ExpectationResult]:
        """What a node said of its expectations."""
        return [
            event.event_specific_data.expectation_result
            for event in self.events_for_node(node_str)
            if event.is_expectation_result
        ]

    # Assets

    def asset_materializations_for_node(self, node_name: str) -> List[AssetMaterialization]:
        """The materializations that a node told of."""
        return materializations(self.events_for_node(node_name))

    def asset_observations_for_node(self, node_name: str) -> List[AssetObservation]:
        """The observations that a node told of."""
        return observations(self.events_for_node(node_name))

    def get_asset_materialization_events(self) -> List[DagsterEvent]:
        """Every materialization."""
        return self._of_type(_T.ASSET_MATERIALIZATION)

    def get_asset_materialization_planned_events(self) -> List[DagsterEvent]:
        """What the run was planned to make; such events are not written here."""
        return self._of_type(_T.ASSET_MATERIALIZATION_PLANNED)

    def get_asset_observation_events(self) -> List[DagsterEvent]:
        """Every observation."""
        return self._of_type(_T.ASSET_OBSERVATION)

    def get_asset_check_evaluations(self) -> List[Any]:
        """What each check found, as `AssetCheckEvaluation`s."""
        found = self._of_type(_T.ASSET_CHECK_EVALUATION)
        return [event.event_specific_data for event in found]

    # Values

    def output_value(self, output_name: str = "result") -> Any:
        """What the job's graph gave back.

        Raises:
            InvariantError: `result.unknown_output`, or `result.no_value`.
        """
        graph = getattr(self.job_def, "graph", None)
        if graph is None or not graph.output_mappings:
            raise InvariantError(
                "the run of '%s' has no output of its own" % self.dagster_run.job_name,
                code="result.unknown_output",
                hint="ask result.output_for_node(...)",
            )
        return self._value(*_origin(graph, (), output_name))

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """What a node gave back; of a dynamic output, a dict by mapping key.

        Raises:
            InvariantError: `result.unknown_node`, there is none, or it has not succeeded;
                `result.unknown_output` or `result.no_value`.
        """
        check_type(node_str, "output_for_node(node_str=...)", str)
        path = tuple(node_str.split("."))
        graph: Any = getattr(self.job_def, "graph", None)
        for name in path if graph is not None else ():
            nodes = getattr(graph, "node_dict", {})
            if name not in nodes:
                raise _unknown_node(node_str, list(nodes))
            graph = nodes[name].definition
        if hasattr(graph, "output_mappings"):
            return self._value(*_origin(graph, path, output_name))
        return self._value(node_str, output_name)

    def _value(self, step: str, output_name: str) -> Any:
        outputs = self._values.get(step)
        if outputs is None:
            mapped = {
                key[len(step) + 1 : -1]: by_output[output_name]
                for key, by_output in self._values.items()
                if key.startswith(step + "[") and output_name in by_output
            }
            if mapped:
                return mapped
            raise _unknown_node(step, list(self._values))
        if output_name not in outputs:
            raise InvariantError(
                "the step '%s' gave no value back as '%s'" % (step, output_name),
                code="result.no_value",
                hint=nearest(output_name, list(outputs)) or None,
            )
        return outputs[output_name]

    def __repr__(self) -> str:
        return "%s(%r)" % (type(self).__name__, self.dagster_run)


class ExecuteInProcessResult(RunResult):
    """What came of a run in this process."""

    def asset_value(self, asset_key: Any) -> Any:
        """The value of an asset.

        Raises:
            InvariantError: `result.unknown_asset`, it was not made in this run.
        """
        key = str(AssetKey.from_coercible(asset_key))
        for step, by_output in self._keys.items():
            for output, made in by_output.items():
                if made == key:
                    return self._value(step, output)
        known = [one for by_output in self._keys.values() for one in by_output.values()]
        raise InvariantError(
            "no asset '%s' was made in this run" % key,
            code="result.unknown_asset",
            hint=nearest(key, known) or None,
        )


def _origin(graph: Any, path: Tuple[str, ...], output_name: str) -> Tuple[str, str]:
    """The step, and its output, that an output of a graph is."""
    while hasattr(graph, "output_mappings"):
        found = [one for one in graph.output_mappings if one.graph_output_name == output_name]
        if not found:
            known = [one.graph_output_name for one in graph.output_mappings]
            raise InvariantError(
                "the graph '%s' has no output '%s'" % (graph.name, output_name),
                code="result.unknown_output",
                hint=nearest(output_name, known) or None,
            )
        path = (*path, found[0].mapped_node_name)
        output_name = found[0].mapped_node_output_name
        graph = graph.node_dict[found[0].mapped_node_name].definition
    return ".".join(path), output_name


def _unknown_node(name: str, known: List[str]) -> InvariantError:
    return InvariantError(
        "no step '%s' has succeeded in this run" % name,
        code="result.unknown_node",
        hint=nearest(name, known) or None,
    )
