"""What a function returned, told apart by the outputs that it is declared to have."""

from __future__ import annotations

from typing import Any, List, Optional

from atoll.definitions.assets.ports import RESULT
from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.ops.dynamic_output import DynamicOutput
from atoll.definitions.outcomes import MaterializeResult, ObserveResult, Output, ReportedResults
from atoll.errors import InvariantError
from atoll.execution.storing import a

RESULTS = (Output, MaterializeResult, AssetCheckResult, DynamicOutput, ObserveResult)
"""What says itself which output it is."""
SPECS_HINT = (
    "return or yield MaterializeResult(asset_key=...), with value=... if it is to be stored"
)


class Returned:
    """Tells apart what a function returned, and hands the values on.

    Args:
        outputs: takes them, and knows the step and its outputs.
    """

    def __init__(self, outputs: Any):
        self._outputs = outputs
        self._step = outputs.step
        self._selected: List[Any] = outputs.selected
        self._every: List[Any] = outputs.every
        self._several: bool = len(self._every) != 1 or self._step.is_multi

    def take(self, value: Any) -> None:
        """Take what the function returned.

        Raises:
            InvariantError: `output.*`, it is not what the outputs are declared to be.
        """
        if isinstance(value, RESULTS):
            self._take_result(value)
        elif isinstance(value, ReportedResults):
            for item in value:
                self._outputs.take(item)
        elif self._several and isinstance(value, tuple) and len(value) > 1:
            self._take_tuple(value)
        elif self._several and isinstance(value, (tuple, list)) and are_results(value):
            for item in value:
                self._outputs.take(item)
        elif not self._selected:
            if value is not None:
                raise self.wrong(value)
        elif value is None and not self._is_only_value():
            if self._several and not self._may_be_none():
                raise self.wrong(value)
        elif self._several and len(self._selected) > 1:
            raise self.wrong(value)
        else:
            self._take_value(self._selected[0], value)

    def _is_only_value(self) -> bool:
        """Whether None stands for the value of the one output that the function has."""
        only = self._selected[0]
        if not self._several:
            return only.type is not None
        has_one = len(self._step.every_output) == len(self._every) == 1
        return has_one and self._step.assets is not None and only.type is not None

    def _take_result(self, value: Any) -> None:
        if isinstance(value, Output) and not self._several and self._step.assets is None:
            self._take_value(self._selected[0], value)
        else:
            self._outputs.take(value)

    def _take_tuple(self, value: Any) -> None:
        if len(value) == len(self._selected):
            for output, item in zip(self._selected, value):
                self._take_value(output, item)
        elif are_results(value):
            for item in value:
                self._outputs.take(item)
        else:
            self._refuse_tuple(value)

    def _refuse_tuple(self, value: Any) -> None:
        """Raise; where there are values for outputs that this run does not ask for, say which."""
        declared = [output.name for output in self._step.every_output]
        asked = {output.name for output in self._selected}
        for name in declared if len(value) == len(declared) else ():
            if name not in asked:
                raise self._outputs.unknown(name, sorted(asked))
        raise self.wrong(value)

    def _may_be_none(self) -> bool:
        """Whether a function with several outputs may return nothing at all."""
        if self._step.assets is not None:
            return any(output.is_required for output in self._selected)
        return all(output.type is None and output.is_required for output in self._selected)

    def _take_value(self, output: Any, item: Any) -> None:
        """Take the value of one output, in an `Output` or by itself."""
        if output.is_dynamic and not isinstance(item, DynamicOutput):
            self._take_each(output, item)
        elif isinstance(item, Output) and item.output_name in (RESULT, output.name):
            if output.in_output is False:
                raise self._refused(
                    "an Output, yet the annotation of '%s' is that of the value" % output.name,
                    "annotate Output[...], or return the value by itself",
                )
            self._outputs.store(output, item.value, item.metadata, item.tags, item.data_version)
        elif isinstance(item, RESULTS):
            if self._step.assets is None and isinstance(item, Output):
                raise self._misnamed(output, item)
            self._outputs.take(item)
        elif output.in_output:
            raise self._refused(
                "%s, yet '%s' is annotated to be an Output" % (a(item), output.name),
                "return Output(value), or annotate the type of the value itself",
            )
        else:
            self._outputs.store(output, item, {}, {}, None)

    def _take_each(self, output: Any, items: Any) -> None:
        """Take the values of a dynamic output."""
        hint = "return a list of DynamicOutput(value, mapping_key=...), or yield them"
        if not isinstance(items, list):
            told = "%s for the dynamic output '%s'" % (a(items), output.name)
            raise self._refused(told, hint)
        for place, item in enumerate(items):
            if not isinstance(item, DynamicOutput):
                told = "a list for the dynamic output '%s' with %s at place %d"
                raise self._refused(told % (output.name, a(item), place), hint)
            if item.output_name not in (RESULT, output.name):
                raise self._misnamed(output, item)
            self._outputs.take_dynamic(output, item)

    def _misnamed(self, output: Any, item: Any) -> InvariantError:
        return InvariantError(
            "'%s' returned, in the place of the output '%s', one that is named '%s'"
            % (self._step.key, output.name, item.output_name),
            code="output.unknown",
            hint="leave output_name out, or yield the outputs in any order",
        )

    def _refused(self, told: str, hint: str) -> InvariantError:
        return InvariantError(
            "'%s' returned %s" % (self._step.key, told), code="output.wrong_return", hint=hint
        )

    def wrong(self, value: Any) -> InvariantError:
        """What is raised of a value that cannot be told apart."""
        count: Optional[int] = len(value) if isinstance(value, tuple) else None
        what = "%d values" % count if count is not None else a(value)
        is_assets = self._step.assets is not None
        if is_assets and self._step.assets.is_observable:
            hint = "return a DataVersion, or an ObserveResult"
        elif not self._selected:
            hint = "return AssetCheckResult(passed=...)"
        elif all(output.type is None for output in self._selected):
            hint = SPECS_HINT
        else:
            hint = "return a tuple in the order of '%s', or yield Output(value, output_name)" % (
                "outs" if is_assets else "out"
            )
        return InvariantError(
            "'%s' makes %d %s, but returned %s"
            % (self._step.key, len(self._selected), "assets" if is_assets else "outputs", what),
            code="output.wrong_return",
            hint=hint,
        )


def are_results(items: Any) -> bool:
    """Whether there are some, and each says itself which output it is."""
    return bool(items) and all(isinstance(item, RESULTS) for item in items)
