"""The steps of a run in an order in which each comes after those that it needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from atoll_server.core.run.plan import PlanError

StepName = tuple[str, str]
"""Location, and the key that a step has there."""


def in_order(
    needs: Mapping[StepName, Sequence[StepName]], names: Mapping[StepName, str]
) -> list[StepName]:
    """Every step after those that it needs (Kahn's algorithm, first come first served).

    Raises:
        PlanError: `plan.cycle`.
    """
    unmet = {step: len(needed) for step, needed in needs.items()}
    dependents: dict[StepName, list[StepName]] = {}
    for step, needed in needs.items():
        for one in needed:
            dependents.setdefault(one, []).append(step)
    ready = deque(step for step, count in unmet.items() if count == 0)
    order: list[StepName] = []
    while ready:
        step = ready.popleft()
        order.append(step)
        for dependent in dependents.get(step, ()):
            unmet[dependent] -= 1
            if unmet[dependent] == 0:
                ready.append(dependent)
    if len(order) < len(needs):
        raise _cycle_error(needs, {step for step, count in unmet.items() if count}, names)
    return order


def _cycle_error(
    needs: Mapping[StepName, Sequence[StepName]],
    stuck: set[StepName],
    names: Mapping[StepName, str],
) -> PlanError:
    path: dict[StepName, None] = {}
    step = next(iter(sorted(stuck)))
    while step not in path:  # every stuck step needs another stuck one: this ends in a cycle
        path[step] = None
        step = next(needed for needed in needs[step] if needed in stuck)
    cycle = list(path)[list(path).index(step) :]
    told = " needs ".join(f'"{names[one]}" (in {one[0]})' for one in [*cycle, step])
    return PlanError(
        f"the steps wait for each other: {told}",
        code="plan.cycle",
        hint="Break the cycle: one of these dependencies has to go.",
    )
