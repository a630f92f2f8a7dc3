"""What a step's function tells of its outputs, beside giving them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Set, Tuple

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import normalize
from atoll.errors import InvariantError, InvocationError, nearest

if TYPE_CHECKING:
    from atoll.graph.steps import Step


class OutputFacts:
    """What a context has been told of its step's outputs: metadata, versions, events."""

    _emit: Any

    @property
    def step(self) -> Step:
        """What is executed."""
        raise NotImplementedError

    @property
    def step_key(self) -> str:
        """The key of the step."""
        raise NotImplementedError

    def _tell_nothing(self) -> None:
        """Forget what was told."""
        self._metadata: Dict[str, Dict[Optional[str], Dict[str, Any]]] = {}
        self._given_back: Set[Tuple[str, Optional[str]]] = set()
        self._data_versions: Dict[str, Any] = {}
        self._events: List[Any] = []
        self._requires_results: bool = False
        self._requires_results_hint: Optional[str] = None

    @property
    def requires_typed_event_stream(self) -> bool:
        """Whether the function must say of each output itself that it was made."""
        return self._requires_results

    @property
    def typed_event_stream_error_message(self) -> Optional[str]:
        """What the error adds where an output is missing, or None."""
        return self._requires_results_hint

    def set_requires_typed_event_stream(self, *, error_message: Optional[str] = None) -> None:
        """From now on, to return nothing does not mean that all outputs were made.

        The function has to yield or return an `Output`, a `MaterializeResult` or an
        `AssetCheckResult` for each output and check that the run asks for. What starts work
        elsewhere and reports what it has made (as Pipes does) does not want more to be recorded.

        Args:
            error_message: added to the error where one is missing: what the user forgot.
        """
        self._requires_results, self._requires_results_hint = True, error_message

    def set_data_version(self, asset_key: Any, data_version: Any) -> None:
        """Say what version the asset's data will have."""
        self._data_versions[self._asset_output(None, asset_key).name] = data_version

    def add_output_metadata(
        self,
        metadata: Mapping[str, Any],
        output_name: Optional[str] = None,
        mapping_key: Optional[str] = None,
    ) -> None:
        """Add facts to what is told of an output; before it is given back.

        Args:
            metadata: the facts.
            output_name: of the output; may be left out where there is one only.
            mapping_key: which value of a dynamic output it is.

        Raises:
            InvocationError: `invocation.unknown_output`.
            InvariantError: `output.metadata_too_late`, the output was given back already;
                `output.mapping_key`, one is missing, or given for an output without.
        """
        output = self._output(output_name)
        if output.is_dynamic != (mapping_key is not None):
            raise InvariantError(
                "the output '%s' of '%s' is %s"
                % (output.name, self.step_key, "dynamic" if output.is_dynamic else "not dynamic"),
                code="output.mapping_key",
                hint="say which of its values: mapping_key=..."
                if output.is_dynamic
                else "leave mapping_key out",
            )
        self._add_metadata(output, metadata, mapping_key)

    def _add_metadata(
        self, output: Any, metadata: Mapping[str, Any], mapping_key: Optional[str] = None
    ) -> None:
        if self.has_seen_output(output.name, mapping_key):
            raise InvariantError(
                "metadata is added to the output '%s' of '%s', which was given back already"
                % (output.name, self.step_key),
                code="output.metadata_too_late",
                hint="add it before the output is yielded",
            )
        normalize(metadata)
        self._metadata.setdefault(output.name, {}).setdefault(mapping_key, {}).update(metadata)

    def add_asset_metadata(
        self, metadata: Mapping[str, Any], asset_key: Any = None, partition_key: Any = None
    ) -> None:
        """Add facts to the materialization of an asset."""
        self._add_metadata(self._asset_output(None, asset_key), metadata)

    def get_output_metadata(
        self, output_name: str = "result", mapping_key: Optional[str] = None
    ) -> Optional[Dict[str, Any]]:
        """The facts that were added so far, as they were given; None where there are none."""
        found = self._metadata.get(output_name, {}).get(mapping_key)
        return None if found is None else dict(found)

    @property
    def all_output_metadata(self) -> Dict[str, Dict[str, Any]]:
        """The facts that were added so far, by output; of a dynamic one, by mapping key."""
        return {
            name: dict(by_key[None]) if None in by_key else {str(k): v for k, v in by_key.items()}
            for name, by_key in self._metadata.items()
        }

    def observe_output(self, output_name: str, mapping_key: Optional[str] = None) -> None:
        """Take note that an output was given back."""
        self._given_back.add((output_name, mapping_key))

    def has_seen_output(self, output_name: str, mapping_key: Optional[str] = None) -> bool:
        """Whether an output was given back already."""
        return (output_name, mapping_key) in self._given_back

    def log_event(self, event: Any) -> None:
        """Record an `AssetMaterialization`, `AssetObservation` or the like."""
        self._events.append(event)
        if self._emit is not None:
            self._emit(event)

    def get_events(self) -> List[Any]:
        """What `log_event` was given so far."""
        return list(self._events)

    def _output(self, name: Optional[str]) -> Any:
        outputs = self.step.outputs
        if name is None or (name == "result" and len(outputs) == 1):
            found = outputs if len(outputs) == 1 else [one for one in outputs if one.name == name]
            plain = [one for one in outputs if one.check is None]
            found = found or (plain if len(plain) == 1 and name is None else [])
        else:
            found = [one for one in outputs if one.name == name]
        if found:
            return found[0]
        known = [one.name for one in outputs]
        raise InvocationError(
            "'%s' does not make %s" % (self.step_key, name or "one output only"),
            code="invocation.unknown_output",
            hint=nearest(name or "", known) or "it makes: %s" % ", ".join(known),
        )

    def _asset_output(self, name: Optional[str], asset_key: Any) -> Any:
        outputs = [one for one in self.step.outputs if one.spec is not None]
        if asset_key is not None:
            key = AssetKey.from_coercible(asset_key)
            found = [one for one in outputs if one.spec.key == key]
            what, known = str(key), [str(one.spec.key) for one in outputs]
        elif name is None or name == "result":
            found = outputs if len(outputs) == 1 else [one for one in outputs if one.name == name]
            what, known = "one asset only", [str(one.spec.key) for one in outputs]
        else:
            found = [one for one in outputs if one.name == name]
            what, known = name, [one.name for one in outputs]
        if found:
            return found[0]
        raise InvocationError(
            "'%s' does not make %s" % (self.step_key, what),
            code="invocation.unknown_output",
            hint=nearest(what, known) or "it makes: %s" % ", ".join(known),
        )
