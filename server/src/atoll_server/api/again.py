"""What a run that has ended is asked for with once more: what it does again, and what it keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.retry import done_for_good, kept_steps, left_to_make
from atoll_server.core.run.state import NO_VALUE
from atoll_server.ports.event_log import EventLog, StoredEvent
from atoll_wire import events as kinds

_ALL = 1 << 62


@dataclass
class Past:
    """What a run was asked for with, what it planned, and how far it came."""

    steps: Sequence[PlannedStep] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)
    """The data of RUN_ENQUEUED."""
    succeeded: set[str | None] = field(default_factory=set)
    passed_over: set[str | None] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    """What its steps gave back, as `step:output`; known if an input takes such."""

    def kept(self, again: Collection[str] = ()) -> dict[str, Any]:
        """What a run that goes on with it does not execute, as an intent `launch_run` has it.

        Args:
            again: steps that are executed again even if they have succeeded.
        """
        if not any(step.is_part for step in self.steps):
            return {}
        before: Mapping[str, str] = self.asked.get("kept") or {}
        run_id = str(self.asked.get("run_id"))
        done = (self.succeeded | self.passed_over) - set(again)
        kept = kept_steps(run_id, self.steps, done, before)
        absent = [one for one in self.asked.get("not_given_back") or () if _step(one) in before]
        taken = (one for step in self.steps for outputs in step.inputs.values() for one in outputs)
        own = {one for one in taken if kept.get(_step(one)) == run_id and one not in self.given}
        return {"kept": kept, "not_given_back": sorted({*absent, *own})}

    def left(self) -> tuple[list[str], list[str] | None]:
        """The assets and the checks of the steps that are still to do; None: it had no checks."""
        over = done_for_good(self.steps, self.succeeded, self.passed_over)
        assets = left_to_make(((step.key, step.assets) for step in self.steps), over)
        checks = left_to_make(((step.key, step.checks) for step in self.steps), over)
        has_checks = self.asked.get("checks") is not None or any(s.checks for s in self.steps)
        return assets, checks if has_checks else None

    @property
    def is_over(self) -> bool:
        """Whether every step has succeeded, or had nothing to do."""
        return all(s.key in self.succeeded or s.key in self.passed_over for s in self.steps)

    def behind(self, chosen: Collection[str]) -> tuple[list[str], list[str] | None]:
        """The assets and checks of these steps, and of those that their values end in."""
        wanted = set(chosen)
        for step in self.steps:
            if step.is_part and wanted.intersection(step.needs):
                wanted.add(step.key)
        own = [step for step in self.steps if step.key in wanted]
        of_parts = [step for step in own if step.key in chosen or step.is_part]
        checks = [key for step in of_parts for key in step.checks]
        has_checks = self.asked.get("checks") is not None or any(s.checks for s in self.steps)
        return [key for step in of_parts for key in step.assets], checks if has_checks else None


async def past_of(log: EventLog, run_id: str) -> Past:
    """What is stored of a run."""
    wanted = [kinds.RUN_ENQUEUED, kinds.RUN_STARTING, kinds.STEP_SUCCESS]
    past = Past()
    for event in await log.events(run_id=run_id, kinds=wanted, limit=_ALL):
        if event.kind == kinds.RUN_ENQUEUED:
            past.asked = {**event.data, "run_id": run_id}
        elif event.kind == kinds.RUN_STARTING:
            past.steps = Plan.from_data(event.data["plan"]).steps
        else:
            past.succeeded.add(event.step)
    if any(step.inputs for step in past.steps):
        more = [kinds.STEP_OUTPUT, kinds.STEP_SKIPPED]
        for event in await log.events(run_id=run_id, kinds=more, limit=_ALL):
            _note_output(past, event)
    return past


def _note_output(past: Past, event: StoredEvent) -> None:
    if event.kind == kinds.STEP_OUTPUT:
        past.given.add(f"{event.step}:{event.data.get('output_name')}")
    elif event.data.get(NO_VALUE) is not None:
        past.passed_over.add(event.step)


def _step(output: str) -> str:
    return output.rpartition(":")[0]
