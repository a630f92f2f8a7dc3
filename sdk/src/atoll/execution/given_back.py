"""What the steps of a run have given back so far, and what that means for those behind them."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from atoll.execution.prepare import Prepared
from atoll.graph.steps import ALL, EACH, Step, Upstream


class GivenBack:
    """What the steps of a run in this process have given back.

    Attributes:
        missing: outputs that an executed step has not given back, as `STEP:OUTPUT`.
        dynamic: by dynamic output, the mapping keys of its values.
    """

    def __init__(self, prepared: Prepared, job_name: str):
        self.missing: Set[str] = set()
        self.dynamic: Dict[str, List[str]] = {}
        self._prepared = prepared
        self._job_name = job_name
        self._waits: Dict[str, Sequence[str]] = {}
        self._assets: Dict[str, Sequence[str]] = {}

    def wait_for(self, step: Step, before: Sequence[str], assets: Sequence[str]) -> None:
        """Say what a step needs beside the outputs that it takes itself.

        Args:
            step: the step.
            before: keys of steps that must have succeeded before.
            assets: outputs that make the assets which it depends on, as `STEP:OUTPUT`.
        """
        self._waits[step.key] = before
        self._assets[step.key] = assets

    def needs(self, step: Step) -> List[str]:
        """The keys of all steps that a step needs, as they are in the graph."""
        return [*step.needs, *self._waits.get(step.key, ())]

    def instances(self, step: Step) -> List[str]:
        """The keys under which a step is executed: one for each value of a dynamic output."""
        source = step.mapped_over
        if source is None:
            return [step.key]
        mapped = self.dynamic.get("%s:%s" % (source.step, source.output), [])
        return ["%s[%s]" % (step.key, key) for key in mapped]

    def before(self, step: Step, key: str) -> List[str]:
        """The keys of the steps that must have succeeded before."""
        _, bracket, rest = key.partition("[")
        found: List[str] = list(self._waits.get(step.key, ()))
        for value in step.inputs:
            for one in value.upstream:
                before = self._prepared.step(one.step, self._job_name)
                mapped = before.mapped_over if before is not None else None
                if mapped is None or one.mode == EACH:
                    found.append(one.step)
                elif one.mode == ALL:
                    source = "%s:%s" % (mapped.step, mapped.output)
                    found.append(mapped.step)
                    found += ["%s[%s]" % (one.step, k) for k in self.dynamic.get(source, ())]
                else:
                    found.append("%s[%s" % (one.step, rest) if bracket else one.step)
        return found

    def is_skipped(self, step: Step, key: str) -> bool:
        """Whether an input takes only values that no earlier step gave back."""
        if self.missing.intersection(self._assets.get(step.key, ())):
            return True
        _, bracket, rest = key.partition("[")
        return any(
            value.upstream
            and all(self._is_absent(one, rest if bracket else None) for one in value.upstream)
            for value in step.inputs
        )

    def _is_absent(self, one: Upstream, rest: Optional[str]) -> bool:
        before = self._prepared.step(one.step, self._job_name)
        if one.mode == ALL:  # of no values at all, a list of none is taken
            source = before.mapped_over if before is not None else None
            source = source or one
            return "%s:%s" % (source.step, source.output) in self.missing
        is_mapped = before is not None and before.mapped_over is not None
        key = "%s[%s" % (one.step, rest) if is_mapped and rest else one.step
        return "%s:%s" % (key, one.output) in self.missing

    def skip(self, step: Step, key: str) -> None:
        """Note that a step is left out: it gives nothing back."""
        self.missing.update("%s:%s" % (key, output.name) for output in step.outputs)

    def keep(self, step: Step, key: str, values: Mapping[str, Any], given: Set[str]) -> None:
        """Note what a step that has succeeded has given back.

        Args:
            step: the step.
            key: under which it was executed.
            values: by output; of a dynamic one, by mapping key.
            given: the names of the outputs.
        """
        for output in step.outputs:
            if output.is_dynamic:
                self.dynamic["%s:%s" % (step.key, output.name)] = list(values.get(output.name, {}))
            elif output.name not in given:
                self.missing.add("%s:%s" % (key, output.name))
