"""What came of a run in the test's own process."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue
from atoll.errors import InvocationError, nearest
from atoll_wire import events
from atoll_wire.events import JournalEvent


class StepEvent:
    """One event of a step, with Dagster's names for its parts."""

    def __init__(self, step_key: Any, event: JournalEvent):
        self.step_key = step_key
        self.event_type_value = event.kind
        self.message = event.message
        self.data: Dict[str, Any] = event.data

    @property
    def asset_key(self) -> Optional[AssetKey]:
        """The asset that the event is about, or None."""
        key = self.data.get("asset_key")
        return AssetKey(key) if key is not None else None

    @property
    def metadata(self) -> Dict[str, MetadataValue]:
        """The facts that the event tells, by name; each has a `value`."""
        facts = self.data.get("metadata", {})
        return {name: MetadataValue.from_wire(value) for name, value in facts.items()}

    @property
    def materialization(self) -> StepEvent:
        """The event itself, of a materialization."""
        return self

    def __repr__(self) -> str:
        return "StepEvent(%r, %r, %r)" % (self.step_key, self.event_type_value, self.message)


class ExecuteInProcessResult:
    """What came of a run in this process.

    Attributes:
        success: whether every step succeeded.
        run_id: the run's id.
        all_events: every event, in order.
    """

    def __init__(
        self,
        run_id: str,
        all_events: Sequence[StepEvent],
        values: Mapping[str, Mapping[str, Any]],
        keys: Mapping[str, Mapping[str, str]],
    ):
        self.run_id = run_id
        self.all_events = list(all_events)
        self.success = not self.get_failed_step_keys()
        self._values = values
        self._keys = keys

    def get_failed_step_keys(self) -> List[str]:
        """The steps that failed."""
        return [e.step_key for e in self.all_events if e.event_type_value == events.STEP_FAILURE]

    def events_of_kind(self, kind: str) -> List[StepEvent]:
        """The events of one kind."""
        return [event for event in self.all_events if event.event_type_value == kind]

    filter_events_by_kind = events_of_kind

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """What a step gave back."""
        outputs = self._values.get(node_str)
        if outputs is None:
            raise InvocationError(
                "no step '%s' has succeeded in this run" % node_str,
                code="invocation.unknown_step",
                hint=nearest(node_str, list(self._values)) or None,
            )
        if output_name not in outputs:
            raise InvocationError(
                "the step '%s' gave no value back as '%s'" % (node_str, output_name),
                code="invocation.no_value",
                hint=nearest(output_name, list(outputs)) or None,
            )
        return outputs[output_name]

    def asset_value(self, asset_key: Any) -> Any:
        """The value of an asset."""
        key = str(AssetKey.from_coercible(asset_key))
        for step, by_output in self._keys.items():
            for output, made in by_output.items():
                if made == key:
                    return self.output_for_node(step, output)
        raise InvocationError(
            "no asset '%s' was made in this run" % key, code="invocation.unknown_asset"
        )

    def asset_materializations_for_node(self, node_name: str) -> List[StepEvent]:
        """The materializations that a step told."""
        return [e for e in self.get_asset_materialization_events() if e.step_key == node_name]

    def get_asset_materialization_events(self) -> List[StepEvent]:
        """Every materialization."""
        return self.events_of_kind(events.ASSET_MATERIALIZATION)

    def get_asset_observation_events(self) -> List[StepEvent]:
        """Every observation."""
        return self.events_of_kind(events.ASSET_OBSERVATION)

    def get_step_success_events(self) -> List[StepEvent]:
        """The closing events of the steps that succeeded."""
        return self.events_of_kind(events.STEP_SUCCESS)

    def get_step_failure_events(self) -> List[StepEvent]:
        """The closing events of the steps that failed."""
        return self.events_of_kind(events.STEP_FAILURE)
