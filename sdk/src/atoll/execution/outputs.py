"""What a step's function gives back: checked, stored, told."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.asset_events import (
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from atoll.definitions.assets.ports import RESULT
from atoll.definitions.checks.results import AssetCheckEvaluation, AssetCheckResult
from atoll.definitions.checks.specs import AssetCheckKey, AssetCheckSeverity
from atoll.definitions.data_versions import DataVersion
from atoll.definitions.metadata.values import MetadataValue, normalize, to_wire
from atoll.definitions.ops.dynamic_output import DynamicOutput
from atoll.definitions.ops.types import TypeCheck
from atoll.definitions.outcomes import (
    NO_VALUE,
    MaterializeResult,
    ObserveResult,
    Output,
)
from atoll.errors import (
    CheckFailedError,
    InvariantError,
    OutputNotFoundError,
    TypeCheckError,
    nearest,
)
from atoll.execution.returned import RESULTS, SPECS_HINT, Returned, are_results
from atoll.execution.storing import a, shown, store_value, tell_stored
from atoll.execution.type_checks import (
    check_facts,
    check_value,
    reason,
    shown_type,
    type_check_error,
)
from atoll_wire import events

_EVENTS = (AssetMaterialization, AssetObservation, AssetCheckEvaluation, ExpectationResult)


class Outputs:
    """Takes what one execution of a function gives back, piece by piece."""

    def __init__(self, execution: Any, selected: Iterable[Any]):
        self._execution = execution
        self.step = execution.step
        self.every = list(selected)
        self.selected = [one for one in self.every if one.check is None]
        self._checks = {one.check.key: one for one in self.every if one.check is not None}
        self._known_checks = {**self._declared_checks(), **self._checks}
        self._seen: Set[str] = set()
        self._dynamic: Set[Any] = set()
        self._failed_checks: List[Any] = []
        self.values: Dict[str, Any] = {}

    @property
    def given_back(self) -> Set[str]:
        """The outputs that were given back."""
        return self._seen

    def take_returned(self, value: Any) -> None:
        """Take what the function returned."""
        if value is None and self._requires_results:
            return
        if self._is_observation and not isinstance(value, RESULTS):
            self._observe_returned(value)
        else:
            Returned(self).take(value)

    def check_generator(self, generator: Any) -> None:
        """Refuse a generator expression: it was meant as a value."""
        if generator.gi_code.co_name == "<genexpr>":
            raise InvariantError(
                "'%s' returned a generator expression" % self.step.key,
                code="output.wrong_return",
                hint="return a list: put [ ] around it instead of ( )",
            )

    def take(self, item: Any) -> None:
        """Take one thing that the function yielded."""
        if isinstance(item, DynamicOutput):
            self.take_dynamic(self._named(item.output_name), item)
        elif isinstance(item, Output):
            output = self._named(item.output_name)
            if output.check is not None:
                self._take_check(item.value)
            else:
                self.store(output, item.value, item.metadata, item.tags, item.data_version)
        elif isinstance(item, ObserveResult):
            self._observe(self._keyed(item.asset_key), item)
        elif isinstance(item, MaterializeResult):
            output = self._keyed(item.asset_key)
            declared = output.type is not None  # `-> MaterializeResult` says nothing of a value
            facts = normalize(item.metadata)
            self.store(output, item.value, facts, item.tags, item.data_version, declared)
            for result in item.check_results:
                self._take_check(result, output.spec.key)
        elif isinstance(item, AssetCheckResult):
            self._take_check(item)
        elif isinstance(item, _EVENTS):
            self.record(item)
        else:
            raise InvariantError(
                "'%s' yielded %s" % (self.step.key, a(item)),
                code="output.wrong_yield",
                hint="yield Output(value), MaterializeResult(...), AssetMaterialization(...) or "
                "AssetObservation(...); or return the value",
            )

    def record(self, item: Any) -> None:
        """Tell an event of the user's."""
        if isinstance(item, ExpectationResult):
            facts = to_wire(item.metadata)
            data = {"success": item.success, "label": item.label, "metadata": facts}
            self._execution.emit(events.STEP_EXPECTATION_RESULT, item.label or "", data)
            return
        if isinstance(item, AssetCheckEvaluation):
            self._tell_check(item)
            return
        observed = isinstance(item, AssetObservation)
        key = item.asset_key.to_user_string()
        data = {
            "asset_key": key,
            "metadata": to_wire(item.metadata),
            "partition": item.partition,
            "tags": dict(item.tags),
        }
        if item.description:
            data["description"] = item.description
        kind = events.ASSET_OBSERVATION if observed else events.ASSET_MATERIALIZATION
        told = "%s '%s'." % ("Observed" if observed else "Materialized", key)
        self._execution.emit(kind, told, data)

    def finish(self) -> None:
        """Tell what has no value; complain of what is missing, and of checks that failed."""
        self.take_the_rest()
        blocking = [one for one in self._failed_checks if one.blocking]
        if blocking:
            names = ", ".join("'%s'" % one.asset_check_key.to_user_string() for one in blocking)
            raise CheckFailedError(
                "the blocking check%s %s did not pass" % ("s" if len(blocking) > 1 else "", names),
                hint="nothing downstream is made until it passes",
            )

    @property
    def _requires_results(self) -> bool:
        """Whether the user's function must tell of every output and check."""
        told = self._execution.context
        return told is not None and bool(told.requires_typed_event_stream)

    def _check_all_told(self) -> None:
        missing = [one for one in self.every if one.name not in self._seen]
        missing = [one for one in missing if not one.is_dynamic]
        if missing:
            names = ", ".join(
                "'%s'" % (one.check.key.to_user_string() if one.check else shown(one))
                for one in missing
            )
            raise InvariantError(
                "'%s' did not say itself that it made %s, which its context requires"
                % (self.step.key, names),
                code="output.missing",
                hint=self._execution.context.typed_event_stream_error_message
                or "yield or return Output(...), MaterializeResult(...) or AssetCheckResult(...)",
            )

    def take_the_rest(self) -> None:
        """Take outputs without a value as given back; complain of what is missing."""
        may_skip = self.step.can_subset and not self.step.is_part
        if self._requires_results:
            self._check_all_told()
        for output in self.selected:
            if output.name in self._seen or not output.is_required or output.is_dynamic:
                continue
            if self._is_observation:
                raise self._missing(output)
            if output.type is None and not may_skip:
                self.store(output, NO_VALUE, {}, {}, None)
            else:
                raise self._missing(output)
        for output in self._checks.values():
            if output.name not in self._seen and not may_skip:
                raise self._missing(output)

    def _missing(self, output: Any) -> OutputNotFoundError:
        what = output.check.key.to_user_string() if output.check else shown(output)
        if output.check is not None:
            hint = "yield AssetCheckResult(passed=...) for it"
        elif self.step.assets is None:
            hint = "yield it, or declare it with Out(is_required=False)"
        elif self.step.is_multi:
            hint = "yield it, or declare it with is_required=False"
        else:
            hint = "yield it, or declare it with output_required=False"
        return OutputNotFoundError(
            "'%s' gave nothing back for '%s'" % (self.step.key, what),
            code="output.missing",
            hint=hint,
        )

    # Assets and other values

    def store(
        self,
        output: Any,
        value: Any,
        metadata: Mapping[str, MetadataValue],
        tags: Mapping[str, str],
        data_version: Any,
        declared: bool = True,
        mapping_key: Optional[str] = None,
    ) -> None:
        """Take the value of an output: check it, store it, tell of it."""
        if not getattr(output, "is_selected", True):
            return
        if output.name in self._seen and mapping_key is None:
            raise InvariantError(
                "'%s' gave back '%s' twice" % (self.step.key, shown(output)),
                code="output.twice",
            )
        if output.spec is not None:
            self._check_order(output)
        self._seen.add(output.name)
        execution = self._execution
        lacks_value = value is NO_VALUE and output.type is not None
        is_checked = declared and (lacks_value or _is_stored(output, value))
        check = check_value(execution, output.type, value) if is_checked else TypeCheck(True)
        data: Dict[str, Any] = {"output_name": output.name, **check_facts(check)}
        if output.spec is not None:
            data["asset_key"] = output.spec.key.to_user_string()
        if mapping_key is not None:
            data["mapping_key"] = mapping_key
        facts = {**metadata, **execution.context_metadata(output.name, mapping_key)}
        if facts and output.spec is None:  # those of an asset are told with its materialization
            data["metadata"] = to_wire(facts)
        execution.emit(
            events.STEP_OUTPUT,
            "Yielded output '%s' of type %s." % (output.name, shown_type(output.type)),
            data,
        )
        if not check.success:
            raise self._wrong_type(output, check)
        execution.context.observe_output(output.name, mapping_key)
        self._keep_and_tell(output, value, mapping_key, facts, tags, data_version)

    def _check_order(self, output: Any) -> None:
        """Refuse an asset after one that depends on it: its version could not be known."""
        key = output.spec.key
        for other in self.selected:
            if other is output or other.name not in self._seen or other.spec is None:
                continue
            if any(dep.asset_key == key for dep in other.spec.deps):
                raise InvariantError(
                    "'%s' gave back '%s' before '%s', on which it depends"
                    % (self.step.key, shown(other), shown(output)),
                    code="output.order",
                    hint="yield an asset after those that it depends on",
                )

    def _keep_and_tell(
        self,
        output: Any,
        value: Any,
        mapping_key: Optional[str],
        facts: Dict[str, MetadataValue],
        tags: Mapping[str, str],
        data_version: Any,
    ) -> None:
        execution = self._execution
        stored = _is_stored(output, value)
        told: Dict[str, MetadataValue] = {}
        if stored:
            self._keep(output, value, mapping_key)
            told = store_value(execution, output, value, mapping_key, facts, self.record)
            facts.update(told)
        if output.spec is not None:
            self._tell_asset(output, facts, tags, data_version)
        if stored:
            tell_stored(execution, output, told)

    def _keep(self, output: Any, value: Any, mapping_key: Optional[str]) -> None:
        if mapping_key is None:
            self.values[output.name] = value
        else:
            self.values.setdefault(output.name, {})[mapping_key] = value

    def _tell_asset(
        self,
        output: Any,
        facts: Mapping[str, MetadataValue],
        tags: Mapping[str, str],
        data_version: Any,
    ) -> None:
        data: Dict[str, Any] = {
            "asset_key": output.spec.key.to_user_string(),
            "metadata": to_wire(facts),
            "tags": dict(tags),
            "code_version": output.code_version,
        }
        given = self._execution.context_data_version(output.name) or data_version
        if given is not None:
            data["data_version"] = getattr(given, "value", str(given))
        told = "Materialized '%s'." % data["asset_key"]
        for partition in self._execution.output_partitions(output):
            self._execution.emit(
                events.ASSET_MATERIALIZATION, told, {**data, "partition": partition}
            )

    # Dynamic outputs

    def take_dynamic(self, output: Any, item: DynamicOutput) -> None:
        """Take one value of a dynamic output."""
        if not output.is_dynamic:
            raise InvariantError(
                "'%s' yielded a DynamicOutput for '%s', which is no dynamic output"
                % (self.step.key, output.name),
                code="output.wrong_yield",
                hint="declare it with DynamicOut(), or yield Output(value)",
            )
        if (output.name, item.mapping_key) in self._dynamic:
            raise InvariantError(
                "'%s' gave back two values for the mapping key '%s'"
                % (self.step.key, item.mapping_key),
                code="output.twice",
            )
        self._dynamic.add((output.name, item.mapping_key))
        self.store(output, item.value, item.metadata, {}, None, mapping_key=item.mapping_key)

    # Observations

    @property
    def _is_observation(self) -> bool:
        return self.step.assets is not None and self.step.assets.is_observable

    def _observe_returned(self, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, DataVersion) and len(self.selected) == 1:
            self._observe(self.selected[0], ObserveResult(data_version=value))
        elif isinstance(value, (tuple, list)) and are_results(value):
            for item in value:
                self.take(item)
        else:
            raise Returned(self).wrong(value)

    def _observe(self, output: Any, item: ObserveResult) -> None:
        self._seen.add(output.name)
        key = output.spec.key.to_user_string()
        given = normalize(item.metadata)
        facts = {**given, **self._execution.context_metadata(output.name)}
        data: Dict[str, Any] = {
            "asset_key": key,
            "metadata": to_wire(facts),
            "tags": dict(item.tags),
        }
        if item.data_version is not None:
            data["data_version"] = getattr(item.data_version, "value", str(item.data_version))
        if self.step.is_multi:
            self._tell_nothing(output)
        for partition in self._execution.output_partitions(output):
            self._execution.emit(
                events.ASSET_OBSERVATION, "Observed '%s'." % key, {**data, "partition": partition}
            )
        if not self.step.is_multi:
            self._tell_nothing(output)
        for result in item.check_results:
            self._take_check(result, output.spec.key)

    def _tell_nothing(self, output: Any) -> None:
        """Tell of an output that has no value."""
        self._execution.emit(
            events.STEP_OUTPUT,
            "Yielded output '%s' of type Nothing." % output.name,
            {"output_name": output.name, "type_check_passed": True},
        )

    # Checks

    def _take_check(self, result: Any, asset_key: Any = None) -> None:
        if not isinstance(result, AssetCheckResult):
            raise InvariantError(
                "'%s' gave back %s for a check" % (self.step.key, a(result)),
                code="output.wrong_yield",
                hint="give back AssetCheckResult(passed=...)",
            )
        output = self._known_checks[self._key_of(result, asset_key)]
        key = output.check.key
        if output.name in self._seen:
            raise InvariantError(
                "'%s' gave back the check '%s' twice" % (self.step.key, key.to_user_string()),
                code="output.twice",
            )
        self._seen.add(output.name)
        self._tell_nothing(output)
        partitions = self._execution.check_partitions(key.asset_key)
        for partition in partitions:
            self._tell_check(
                AssetCheckEvaluation(
                    key.asset_key,
                    key.name,
                    result.passed,
                    result.metadata,
                    severity=result.severity,
                    description=result.description,
                    blocking=output.check.blocking,
                    partition=partition,
                )
            )

    def _key_of(self, result: AssetCheckResult, asset_key: Any) -> AssetCheckKey:
        """The check that a result is of; one that is not asked for must be named in full."""
        named = (result.asset_key, result.check_name)
        if named in self._known_checks:
            return AssetCheckKey(*named)  # type: ignore[arg-type]
        names: Dict[Any, Set[str]] = {}
        for key in self._checks:
            names.setdefault(key.asset_key, set()).add(key.name)
        if result.asset_key is None and asset_key is not None and asset_key in names:
            names = {asset_key: names[asset_key]}
        return result.resolve_target_check_key(names)

    def _tell_check(self, found: AssetCheckEvaluation) -> None:
        if not found.passed and found.severity is AssetCheckSeverity.ERROR:
            self._failed_checks.append(found)
        key = found.asset_check_key.to_user_string()
        data: Dict[str, Any] = {
            "asset_key": found.asset_key.to_user_string(),
            "check_name": found.check_name,
            "passed": found.passed,
            "severity": found.severity.value,
            "metadata": to_wire(found.metadata),
            "blocking": bool(found.blocking),
            "partition": found.partition,
        }
        if found.description:
            data["description"] = found.description
        told = "Check '%s' %s." % (key, "passed" if found.passed else "did not pass")
        self._execution.emit(events.ASSET_CHECK_EVALUATION, told, data)

    def _declared_checks(self) -> Dict[Any, Any]:
        """The checks that the function may tell of, though the run does not ask for them."""
        assets = self.step.assets
        if assets is None or assets.graph is not None:
            return {}
        return {one.check.key: one for one in assets.every_check_output}

    # Names

    def _named(self, name: str) -> Any:
        for output in self.every:
            if output.name == name:
                return output
        if name == RESULT and len(self.selected) == 1:
            return self.selected[0]
        raise self.unknown(name, [output.name for output in self.every])

    def _keyed(self, key: Any) -> Any:
        if key is None:
            if len(self.selected) == 1:
                return self.selected[0]
            raise InvariantError(
                "'%s' makes several assets; this result names none" % self.step.key,
                code="output.unknown",
                hint="write MaterializeResult(asset_key=...)",
            )
        for output in self.selected:
            if output.spec is not None and output.spec.key == key:
                return output
        known = [str(one.spec.key) for one in self.selected if one.spec is not None]
        raise self.unknown(str(key), known)

    def unknown(self, name: str, known: List[str]) -> InvariantError:
        """What is raised of an output that is not asked for."""
        return InvariantError(
            "'%s' gave back '%s', which this run does not ask of it" % (self.step.key, name),
            code="output.unknown",
            hint=nearest(name, known) or "it is asked for: %s" % (", ".join(known) or "nothing"),
        )

    def _wrong_type(self, output: Any, check: TypeCheck) -> TypeCheckError:
        wrong = reason(check).replace("it is ", "is ", 1)
        return type_check_error(
            "'%s' is declared to be %s, but %s" % (shown(output), shown_type(output.type), wrong),
            output.type,
            check,
            code="output.wrong_type",
            hint=SPECS_HINT
            if output.type is None and self.step.is_multi
            else "change the return annotation, or what is returned",
        )


def _is_stored(output: Any, value: Any) -> bool:
    """Whether there is a value at all."""
    return value is not NO_VALUE and not (value is None and output.type is None)
