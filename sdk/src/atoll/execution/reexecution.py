"""Executing steps of an earlier run again, with the values that its other steps have stored."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set

from atoll.errors import InvariantError, StepNotFoundError, nearest
from atoll.graph.op_selection import around
from atoll.graph.steps import ALL, EACH, Step
from atoll.instance.runs import DagsterRun
from atoll_wire import events
from atoll_wire.recorded import EventQuery

_CLOSINGS = (events.STEP_SUCCESS, events.STEP_FAILURE, events.STEP_SKIPPED)
_DONE = (events.STEP_SUCCESS, events.STEP_SKIPPED)
EVERY = "[?]"
"""Behind the name of a step: all steps that are executed of it, one for each dynamic value."""


class ReexecutionOptions(NamedTuple):
    """Which steps of an earlier run are executed again.

    Args:
        parent_run_id: the earlier run.
        step_selection: keys of its steps, with `*` or `+` for those around them; all by default.
            `step[key]` is one of a step that is executed for each value of a dynamic output,
            `step[?]` all of these.
    """

    parent_run_id: str
    step_selection: Sequence[str] = ()

    @staticmethod
    def from_failure(run_id: str, instance: Any) -> ReexecutionOptions:
        """All steps of a failed run that have not succeeded in it.

        Args:
            run_id: of the run.
            instance: in which it is recorded.
        """
        return _FromFailure(run_id)


class _FromFailure(ReexecutionOptions):
    """Which steps these are is found when they are executed."""


class Reexecution:
    """What a run executes of an earlier one, and what it takes over from that.

    Attributes:
        keys: the steps that it executes.
        dynamic: by dynamic output, the keys of its values.
        missing: the outputs that were not given back.
        value_runs: by step, the run that has stored its values.
    """

    def __init__(self, keys: Iterable[str], past: _Past, steps: Sequence[Step]):
        self.keys = set(keys)
        self.dynamic: Dict[str, List[str]] = {}
        self.missing: Set[str] = set()
        self.value_runs: Dict[str, str] = {}
        for step in steps:
            for key in past.instances(step):
                if not self.executes(key) and past.is_done(key):
                    self._take_over(step, key, past)

    def executes(self, key: str) -> bool:
        """Whether the step of that key is executed."""
        return key in self.keys or key.partition("[")[0] + EVERY in self.keys

    def touches(self, step: str) -> bool:
        """Whether a step is executed, or one of those that are executed of it."""
        return any(key.partition("[")[0] == step for key in self.keys)

    def _take_over(self, step: Step, key: str, past: _Past) -> None:
        self.value_runs[key] = past.runs[key]
        given = past.given.get(key, {})
        for output in step.outputs:
            name = "%s:%s" % (key, output.name)
            if output.name not in given:
                self.missing.add(name)
            elif output.is_dynamic:
                self.dynamic[name] = given[output.name]


class _Past:
    """What became of the steps of a run, and of those that it took over from earlier ones.

    Attributes:
        outcomes: by step, the kind of the event that closed it.
        runs: by step, the run in which it was executed.
        given: by step and output, the keys of the values that were given back.
    """

    def __init__(self, instance: Any, run: DagsterRun):
        self.outcomes: Dict[str, str] = {}
        self.runs: Dict[str, str] = {}
        self.given: Dict[str, Dict[str, List[str]]] = {}
        chain = [run]
        while chain[0].step_keys_to_execute is not None and chain[0].parent_run_id is not None:
            chain.insert(0, parent_run(instance, chain[0].parent_run_id))
        for one in chain:
            for told in instance.storage.events(EventQuery(run_id=one.run_id, ascending=True)):
                self._take(told)

    def _take(self, told: Any) -> None:
        kind, data, key = told.event.kind, told.event.data, told.step
        if kind == events.STEP_OUTPUT:
            keys = self.given.setdefault(key, {}).setdefault(data["output_name"], [])
            if "mapping_key" in data:
                keys.append(data["mapping_key"])
        elif kind in _CLOSINGS:
            self.outcomes[key], self.runs[key] = kind, told.run_id
        elif kind in (events.STEP_START, events.STEP_RESTARTED):
            self.outcomes.pop(key, None)
            self.given.pop(key, None)

    def instances(self, step: Step) -> List[str]:
        """The keys under which a step was executed, as far as they are known."""
        source = step.mapped_over
        if source is None:
            return [step.key]
        found = self.given.get(source.step, {}) if self.is_done(source.step) else {}
        return ["%s[%s]" % (step.key, key) for key in found.get(source.output, ())]

    def is_done(self, key: str) -> bool:
        """Whether a step has succeeded, or was skipped."""
        return self.outcomes.get(key) in _DONE


def parent_run(instance: Any, run_id: str) -> DagsterRun:
    """The run that is executed again.

    Raises:
        InvariantError: `instance.unknown_run`.
    """
    found: Optional[DagsterRun] = instance.get_run_by_id(run_id)
    if found is None:
        raise InvariantError(
            "there is no run '%s' to execute again" % run_id,
            code="instance.unknown_run",
            hint="pass the instance in which it is recorded",
        )
    return found


def reexecution(
    options: ReexecutionOptions, instance: Any, parent: DagsterRun, steps: Sequence[Step]
) -> Optional[Reexecution]:
    """What is executed again of `parent`; None: everything.

    Args:
        options: say what.
        instance: in which the run is recorded.
        parent: the run.
        steps: its steps, each after those that it needs.

    Raises:
        InvariantError: `reexecution.not_failed`, the run has not failed.
        StepNotFoundError: the run has no such step.
    """
    if isinstance(options, _FromFailure):
        if not parent.is_failure:
            raise InvariantError(
                "the run '%s' has not failed: it is %s" % (parent.run_id, parent.status.value),
                code="reexecution.not_failed",
                hint="write ReexecutionOptions(parent_run_id) to execute all of it again",
            )
        past = _Past(instance, parent)
        return Reexecution(_undone(past, parent, steps), past, steps)
    if not options.step_selection:
        return None
    past = _Past(instance, parent)
    return Reexecution(_selected(options.step_selection, past, parent, steps), past, steps)


def _undone(past: _Past, parent: DagsterRun, steps: Sequence[Step]) -> List[str]:
    """The steps that the run was to execute, and that have not succeeded."""
    asked = parent.step_keys_to_execute
    found: List[str] = []
    for step in steps:
        source = step.mapped_over
        if source is not None and not past.is_done(source.step):
            keys = [step.key + EVERY]
        else:
            keys = [key for key in past.instances(step) if not past.is_done(key)]
        every = step.key + EVERY
        found += [key for key in keys if asked is None or key in asked or every in asked]
    return found


def _selected(
    selection: Sequence[str], past: _Past, parent: DagsterRun, steps: Sequence[Step]
) -> Set[str]:
    """The steps that a selection means."""
    before = _needs(past, steps)
    after: Dict[str, List[str]] = {}
    for key, needed in before.items():
        for one in needed:
            after.setdefault(one, []).append(key)
    unknown = [text for text in selection if text.strip("*+") not in before and text != "*"]
    if unknown:
        raise StepNotFoundError(
            "the run '%s' of '%s' has no step '%s'"
            % (parent.run_id, parent.job_name, "', '".join(unknown)),
            step_keys=unknown,
            hint=nearest(unknown[0].strip("*+"), list(before)) or "it has: %s" % ", ".join(before),
        )
    found: Set[str] = set()
    for text in selection:
        found |= set(before) if text == "*" else around(text, before, after)
    return found


def _needs(past: _Past, steps: Sequence[Step]) -> Dict[str, List[str]]:
    """By step, those that it takes from; of what is executed for each value, each and all."""
    by_key = {step.key: step for step in steps}
    found: Dict[str, List[str]] = {}
    for step in steps:
        keys = past.instances(step)
        if step.mapped_over is not None:
            keys = [step.key + EVERY, *keys]
        for key in keys:
            mapping = key[len(step.key) :]
            found[key] = []
            for one in (one for value in step.inputs for one in getattr(value, "upstream", ())):
                earlier = by_key.get(one.step)
                if earlier is None:
                    continue
                if earlier.mapped_over is None or one.mode == EACH:
                    found[key].append(one.step)
                elif one.mode == ALL:
                    found[key] += [one.step + EVERY, *past.instances(earlier)]
                else:
                    found[key].append(one.step + mapping)
    return found
