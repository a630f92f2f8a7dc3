"""Some assets of a graph by themselves: which of its steps make them, and of what."""

from __future__ import annotations

import copy
from typing import Any, Collection, Dict, List, Set

from atoll.graph.steps import Step, StepInput, StepOutput, Upstream


def is_wanted(output: Any, wanted: Collection[str]) -> bool:
    """Whether an output is, or checks, one of the assets and checks that are wanted."""
    if output.check is not None and output.check.key.to_user_string() in wanted:
        return True
    return output.spec is not None and output.spec.key.to_user_string() in wanted


def selected_outputs(step: Step, wanted: Collection[str]) -> List[Any]:
    """The outputs that a run asks of a step.

    Args:
        step: as the run executes it.
        wanted: the assets and checks that are to be made, as text; none: all.
    """
    if step.is_part:
        return [one for one in step.outputs if one.is_selected]
    if not step.can_subset or not wanted:
        return list(step.outputs)
    return [one for one in step.outputs if is_wanted(one, wanted)]


def steps_making(steps: List[Step], wanted: Collection[str]) -> List[Step]:
    """Of the steps of one `AssetsDefinition`, those that make what is wanted.

    Where the graph behind it can be executed in part, a step is left out that nothing wanted
    needs, and the value of an asset that is not wanted is loaded instead of made.

    Args:
        steps: each after those that it needs.
        wanted: the assets and checks that are to be made, as text.
    """
    assets = steps[0].assets
    if assets is None or assets.graph is None or not assets.can_subset:
        return steps
    part = assets.subset_for(
        [one.key for one in assets.outputs if is_wanted(one, wanted)],
        [one.check.key for one in assets.check_outputs if is_wanted(one, wanted)],
    )
    if part is assets:
        return steps
    stored = {
        Upstream(step.key, output.name): output.spec.key
        for step in steps
        for output in step.outputs
        if output.spec is not None and not is_wanted(output, wanted)
    }
    found: List[Step] = []
    taken: Set[Upstream] = set()
    for step in reversed(steps):
        names = {
            one.name
            for one in step.outputs
            if is_wanted(one, wanted) or Upstream(step.key, one.name) in taken
        }
        if names:
            made = _narrowed(step, part, names, stored)
            taken.update(Upstream(*one[:2]) for value in made.inputs for one in value.upstream)
            found.append(made)
    return found[::-1]


def _narrowed(step: Step, part: Any, names: Set[str], stored: Dict[Upstream, Any]) -> Step:
    """A copy that gives back these outputs only, and loads the assets that nobody makes."""
    made = copy.copy(step)
    made.assets = part
    made.inputs = [_loading(value, stored) for value in step.inputs]
    made.needs = list(dict.fromkeys(one.step for i in made.inputs for one in i.upstream))
    made.outputs = [one if one.name in names else _left_out(one) for one in step.outputs]
    return made


def _loading(value: StepInput, stored: Dict[Upstream, Any]) -> StepInput:
    """The input as it loads an asset that is not made; a fan-in takes values of this run only."""
    if len(value.upstream) != 1 or value.is_fan_in or value.upstream[0] not in stored:
        return value
    made = copy.copy(value)
    made.key, made.upstream = stored[value.upstream[0]], ()
    return made


def _left_out(output: StepOutput) -> StepOutput:
    made = copy.copy(output)
    made.spec = made.check = None
    made.is_required = made.is_selected = False
    return made
