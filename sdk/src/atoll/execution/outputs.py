"""What a step's function gives back: checked, stored, told."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.asset_events import AssetEvent, AssetObservation
from atoll.definitions.assets.assets_definition import RESULT, AssetOutput
from atoll.definitions.metadata.values import MetadataValue, to_wire
from atoll.definitions.outcomes import (
    NO_VALUE,
    MaterializeResult,
    Output,
)
from atoll.errors import InvocationError, nearest
from atoll.io.annotations import matches, type_name
from atoll.io.contexts import OutputContext
from atoll_wire import events

_SPECS_HINT = (
    "return or yield MaterializeResult(asset_key=...), with value=... if it is to be stored"
)


class Outputs:
    """Takes what one execution of a function gives back, piece by piece."""

    def __init__(self, step: Any, selected: Iterable[AssetOutput]):
        self._step = step
        self._selected = list(selected)
        self._seen: Set[str] = set()
        self.values: Dict[str, Any] = {}

    def take_returned(self, value: Any) -> None:
        """Take what the function returned."""
        several = len(self._selected) != 1 or self._step.assets.is_multi
        if isinstance(value, (Output, MaterializeResult)):
            self.take(value)
        elif several and isinstance(value, (tuple, list)) and _are_results(value):
            for item in value:
                self.take(item)
        elif several and isinstance(value, tuple) and len(value) == len(self._selected):
            for output, item in zip(self._selected, value):
                self._store(output, item, {}, {}, None)
        elif value is None and (several or self._selected[0].type is None):
            return
        elif several and len(self._selected) > 1:
            raise self._wrong_return(value)
        else:
            self._store(self._selected[0], value, {}, {}, None)

    def check_generator(self, generator: Any) -> None:
        """Refuse a generator expression: it was meant as a value."""
        if generator.gi_code.co_name == "<genexpr>":
            raise InvocationError(
                "'%s' returned a generator expression" % self._step.assets.name,
                code="output.wrong_return",
                hint="return a list: put [ ] around it instead of ( )",
            )

    def take(self, item: Any) -> None:
        """Take one thing that the function yielded."""
        if isinstance(item, Output):
            output = self._named(item.output_name)
            self._store(output, item.value, item.metadata, item.tags, item.data_version)
        elif isinstance(item, MaterializeResult):
            output = self._keyed(item.asset_key)
            declared = output.type is not None  # `-> MaterializeResult` says nothing of a value
            self._store(output, item.value, item.metadata, item.tags, item.data_version, declared)
        elif isinstance(item, AssetEvent):
            self.record(item)
        else:
            raise InvocationError(
                "'%s' yielded %s" % (self._step.assets.name, _a(item)),
                code="output.wrong_yield",
                hint="yield Output(value), MaterializeResult(...), AssetMaterialization(...) or "
                "AssetObservation(...); or return the value",
            )

    def record(self, item: AssetEvent) -> None:
        """Tell an event of the user's."""
        observed = isinstance(item, AssetObservation)
        key = item.asset_key.to_user_string()
        data = {
            "asset_key": key,
            "metadata": to_wire(item.metadata),
            "partition": item.partition,
            "tags": item.tags,
        }
        if item.description:
            data["description"] = item.description
        kind = events.ASSET_OBSERVATION if observed else events.ASSET_MATERIALIZATION
        self._step.emit(kind, "%s '%s'." % ("Observed" if observed else "Materialized", key), data)

    def finish(self) -> None:
        """Tell what has no value, and complain of what is missing."""
        for output in self._selected:
            if output.name in self._seen or not output.is_required:
                continue
            if output.type is None and not self._step.assets.can_subset:
                self._store(output, NO_VALUE, {}, {}, None)
            else:
                raise InvocationError(
                    "'%s' gave nothing back for '%s'" % (self._step.assets.name, output.key),
                    code="output.missing",
                    hint="yield it, or declare it with %s"
                    % (
                        "is_required=False"
                        if self._step.assets.is_multi
                        else "output_required=False"
                    ),
                )

    def _store(
        self,
        output: AssetOutput,
        value: Any,
        metadata: Mapping[str, MetadataValue],
        tags: Mapping[str, str],
        data_version: Any,
        declared: bool = True,
    ) -> None:
        if output.name in self._seen:
            raise InvocationError(
                "'%s' gave back '%s' twice" % (self._step.assets.name, output.key),
                code="output.twice",
            )
        self._seen.add(output.name)
        stored = value is not NO_VALUE and not (value is None and output.type is None)
        if value is not NO_VALUE and declared and not matches(value, output.type):
            raise self._wrong_type(output, value)
        step, key = self._step, output.spec.key.to_user_string()
        step.emit(
            events.STEP_OUTPUT,
            "Yielded output '%s' of type %s." % (output.name, type_name(output.type)),
            {"output_name": output.name, "asset_key": key},
        )
        facts = dict(metadata)
        if stored:
            self.values[output.name] = value
            facts = {**self._handle(output, value), **facts}
        facts.update(step.context_metadata(output.name))
        data: Dict[str, Any] = {
            "asset_key": key,
            "metadata": to_wire(facts),
            "partition": step.request.partition_key,
            "tags": dict(tags),
            "code_version": output.spec.code_version,
        }
        if data_version is not None:
            data["data_version"] = getattr(data_version, "value", str(data_version))
        step.emit(events.ASSET_MATERIALIZATION, "Materialized '%s'." % key, data)
        if stored:
            step.emit(
                events.HANDLED_OUTPUT,
                "Stored output '%s' with IO manager '%s'." % (output.name, output.io_manager_key),
                {
                    "output_name": output.name,
                    "asset_key": key,
                    "io_manager_key": output.io_manager_key,
                },
            )

    def _handle(self, output: AssetOutput, value: Any) -> Dict[str, MetadataValue]:
        step = self._step
        context = OutputContext(
            uninterruptible=step.sink.uninterruptible,
            asset_key=output.spec.key,
            name=output.name,
            step_key=step.assets.name,
            run_id=step.request.key.run_id,
            definition_metadata=output.spec.metadata,
            type=output.type,
            partition_key=step.request.partition_key,
            log=step.log,
            resources=step.resources,
            values_url=step.request.values_url,
            attempt=step.request.key.attempt,
        )
        step.io_manager(output.io_manager_key).handle_output(context, value)
        return context.output_metadata

    def _named(self, name: str) -> AssetOutput:
        for output in self._selected:
            if output.name == name:
                return output
        if name == RESULT and len(self._selected) == 1:
            return self._selected[0]
        raise self._unknown(name, [output.name for output in self._selected])

    def _keyed(self, key: Any) -> AssetOutput:
        if key is None:
            if len(self._selected) == 1:
                return self._selected[0]
            raise InvocationError(
                "'%s' makes several assets; this MaterializeResult names none"
                % self._step.assets.name,
                code="output.unknown",
                hint="write MaterializeResult(asset_key=...)",
            )
        for output in self._selected:
            if output.key == key:
                return output
        raise self._unknown(str(key), [str(output.key) for output in self._selected])

    def _unknown(self, name: str, known: List[str]) -> InvocationError:
        return InvocationError(
            "'%s' gave back '%s', which this run does not ask of it"
            % (self._step.assets.name, name),
            code="output.unknown",
            hint=nearest(name, known) or "it is asked for: %s" % ", ".join(known),
        )

    def _wrong_type(self, output: AssetOutput, value: Any) -> InvocationError:
        return InvocationError(
            "'%s' is declared to be %s, but is of type %s"
            % (output.key, type_name(output.type), type(value).__qualname__),
            code="output.wrong_type",
            hint=_SPECS_HINT
            if output.type is None and self._step.assets.is_multi
            else "change the return annotation, or what is returned",
        )

    def _wrong_return(self, value: Any) -> InvocationError:
        count: Optional[int] = len(value) if isinstance(value, tuple) else None
        what = "%d values" % count if count is not None else _a(value)
        return InvocationError(
            "'%s' makes %d assets, but returned %s"
            % (self._step.assets.name, len(self._selected), what),
            code="output.wrong_return",
            hint=_SPECS_HINT
            if all(output.type is None for output in self._selected)
            else "return a tuple in the order of 'outs', or yield Output(value, output_name)",
        )


def _a(value: Any) -> str:
    """What `value` is, with its article."""
    if value is None:
        return "None"
    name = type(value).__qualname__
    return "%s %s" % ("an" if name[0] in "aeiouAEIO" else "a", name)


def _are_results(items: Any) -> bool:
    return bool(items) and all(isinstance(item, (Output, MaterializeResult)) for item in items)
