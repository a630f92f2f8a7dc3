"""Some steps of a job by themselves."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.ops.ports import NO_DEFAULT
from atoll.definitions.ops.types import resolve_type
from atoll.errors import SubsetError, nearest

if TYPE_CHECKING:
    from atoll.definitions.ops.job_definition import JobDefinition
    from atoll.graph.steps import Step


def steps_by_themselves(steps: List[Step], job: JobDefinition) -> List[Step]:
    """The steps, as if there were no others: what they took from those must come from config.

    Raises:
        SubsetError: `selection.no_value`, an input can have no value then;
            `selection.dynamic`, a step is executed for each value of an output that nobody makes.
    """
    keys = {step.key for step in steps}
    return [_by_itself(step, keys, job) for step in steps]


def _by_itself(step: Step, keys: Set[str], job: JobDefinition) -> Step:
    if step.mapped_over is not None and step.mapped_over.step not in keys:
        raise SubsetError(
            "'%s' is executed for each value of '%s', which is not selected"
            % (step.key, step.mapped_over.step),
            code="selection.dynamic",
            hint="select both",
            source=job.source,
        )
    if all(before in keys for before in step.needs):
        return step
    made = copy.copy(step)
    made.inputs = []
    for value in step.inputs:
        kept = value.taking_only_from(keys)
        if value.upstream and not kept.upstream and not _has_other_value(kept):
            raise SubsetError(
                "the input '%s' of '%s' takes the value of '%s', which is not selected, and can "
                "have no other" % (value.name, step.key, value.upstream[0].step),
                code="selection.no_value",
                hint="select it too, or give the input a default",
                source=job.source,
            )
        made.inputs.append(kept)
    made.needs = [before for before in step.needs if before in keys]
    return made


def _has_other_value(value: Any) -> bool:
    return bool(
        value.is_nothing
        or value.default is not NO_DEFAULT
        or value.key is not None
        or value.input_manager_key
        or resolve_type(value.type).loader is not None
    )


def selected_steps(steps: List[Step], selection: Iterable[str], job: JobDefinition) -> List[Step]:
    """The steps of a job that `selection` means: names, with `*` or `+` for those around them.

    Raises:
        DefinitionError: `selection.unknown_op`.
    """
    by_key = {step.key: step for step in steps}
    after: Dict[str, List[str]] = {}
    for step in steps:
        for before in step.needs:
            after.setdefault(before, []).append(step.key)
    chosen: Set[str] = set()
    for text in selection:
        name = text.strip("*+")
        found = [key for key in by_key if key == name or key.startswith(name + ".")]
        if text == "*":
            found = list(by_key)
        if not found:
            raise SubsetError(
                "the job '%s' has no op '%s'" % (job.name, name),
                code="selection.unknown_op",
                hint=nearest(name, list(by_key)) or "it has: %s" % ", ".join(by_key),
                source=job.source,
            )
        chosen.update(found)
        if text != "*":
            needs = {step.key: step.needs for step in steps}
            chosen.update(around(text, needs, after, found))
    return [step for step in steps if step.key in chosen]


def around(
    text: str,
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
    keys: Optional[Sequence[str]] = None,
) -> Set[str]:
    """The steps that a name means with the `*` or `+` about it.

    Args:
        text: the name with its marks.
        before: by step, those that it needs.
        after: by step, those that need it.
        keys: the steps of that name; the one that has it as its key, by default.
    """
    up, down = text[: len(text) - len(text.lstrip("*+"))], text[len(text.rstrip("*+")) :]
    found = [text.strip("*+")] if keys is None else keys
    return _walk(found, before, up) | _walk(found, after, down)


def _walk(keys: Sequence[str], following: Mapping[str, Sequence[str]], marks: str) -> Set[str]:
    found: Set[str] = set(keys)
    edge, layers = set(keys), len(marks) if "*" not in marks else None
    while edge and (layers is None or layers > 0):
        edge = {other for key in edge for other in following.get(key, ())} - found
        found |= edge
        layers = None if layers is None else layers - 1
    return found
