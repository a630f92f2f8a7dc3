"""The plan of a run of a job of ops: its steps, or some of them.

Pure: from a catalog and the job's description.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Sequence

from atoll_server.core.catalog import Catalog
from atoll_server.core.run.asset_plan import refuse_unsupported, taken
from atoll_server.core.run.plan import Plan, PlanError, PlannedStep
from atoll_wire.snapshot import JobSnapshot


def plan_ops(
    catalog: Catalog,
    location: str,
    job: JobSnapshot,
    ops: Sequence[str] = (),
    kept: Collection[str] = (),
) -> Plan:
    """The plan of a job of ops; step keys are the job's own.

    Args:
        location: where it lies.
        ops: selections of steps; none: all.
        kept: steps that are not executed again.

    Raises:
        PlanError: `plan.not_supported`, `selection.unknown_op` or `plan.nothing_to_do`.
    """
    chosen = choose_ops(job, ops)
    serving = catalog.generations[location]
    names = {step.key: step.key for step in job.steps}
    planned = [one for one in job.steps if one.key in chosen and one.key not in kept]
    if not planned:
        raise PlanError("every step of the run has succeeded already", code="plan.nothing_to_do")
    keys = {one.key for one in planned}
    for step in planned:
        refuse_unsupported(step)
    return Plan(
        tuple(
            PlannedStep(
                key=step.key,
                assets=(),
                location=location,
                generation=serving.generation,
                identity=serving.identity,
                needs=tuple(key for key in step.deps if key in keys),
                pool=step.pool,
                inputs=taken(names, step),
                is_part=True,
            )
            for step in planned
        )
    )


def choose_ops(job: JobSnapshot, ops: Sequence[str]) -> set[str]:
    """The steps that selections mean: names of ops or of graphs, with `*` or `+` for those around.

    Raises:
        PlanError: `selection.unknown_op`.
    """
    steps = {step.key: step for step in job.steps}
    if not ops:
        return set(steps)
    after: dict[str, list[str]] = {}
    for step in job.steps:
        for before in step.deps:
            after.setdefault(before, []).append(step.key)
    chosen: set[str] = set()
    for text in ops:
        if text == "*":
            return set(steps)
        name = text.strip("*+")
        found = _named(steps, name)
        if not found:
            near = difflib.get_close_matches(name, list(steps), n=1, cutoff=0.5)
            hint = f'Did you mean "{near[0]}"?' if near else f"It has {', '.join(steps)}."
            raise PlanError(
                f'job "{job.name}" has no op "{name}"', code="selection.unknown_op", hint=hint
            )
        up = text[: len(text) - len(text.lstrip("*+"))]
        down = text[len(text.rstrip("*+")) :]
        chosen |= _around(found, lambda key: steps[key].deps, up)
        chosen |= _around(found, lambda key: after.get(key, ()), down)
    return chosen


def _named(steps: Collection[str], name: str) -> set[str]:
    return {key for key in steps if key == name or key.startswith(name + ".")}


def _around(keys: set[str], following: Callable[[str], Sequence[str]], marks: str) -> set[str]:
    """The steps, with as many layers around them as there are marks; `*` for all."""
    found, edge = set(keys), set(keys)
    layers = None if "*" in marks else len(marks)
    while edge and layers != 0:
        edge = {other for key in edge for other in following(key)} - found
        found |= edge
        layers = None if layers is None else layers - 1
    return found
