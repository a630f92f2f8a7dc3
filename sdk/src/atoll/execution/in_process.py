"""Runs in the caller's own process: for tests, notebooks and scripts."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.config.run_config import run_config_dict
from atoll.execution.console import ConsoleSink, console_loggers, tell_event
from atoll.execution.given_back import GivenBack
from atoll.execution.log import StepLogging, loggers_of_run
from atoll.execution.prepare import Prepared
from atoll.execution.reexecution import Reexecution
from atoll.execution.resources import ResourceScope
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.step import StepExecution
from atoll.execution.step_resources import (
    needed_by,
    open_resources,
    resource_scope,
    teardown_failure,
)
from atoll.execution.turns import Turns
from atoll.execution.versions import with_versions
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.graph_part import selected_outputs
from atoll.graph.steps import Step
from atoll.instance.events import DagsterEvent
from atoll.instance.instance import DagsterInstance, in_use
from atoll_wire import events
from atoll_wire.codec import from_wire
from atoll_wire.events import JournalEvent
from atoll_wire.failure import Failure, render
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import StepRequest

RUN_ITSELF = ""
"""Stands for a step's key where the run itself is meant."""
_HOOK_KINDS = (events.HOOK_COMPLETED, events.HOOK_SKIPPED, events.HOOK_ERRORED)
"""Told behind the event that closes the step, although hooks are called before it is written."""


class InProcessRun:
    """A run in this process: its steps one after the other, each with its retries.

    Args:
        prepared: the location's definitions.
        job_name: of the job that is run.
        run_config: as a dict.
        tags: of the run.
        instance: takes the run and its events; one in memory, where none is given.
        partition_key: the partition that is made.
        run_id: a new one, where none is given.
        values_url: where values are kept; where none is given, in the folder of the instance, or a
            temporary one.
        facts: more arguments of its `DagsterRun`.
        again: says of all its steps which of another run's it executes again, and what it takes
            over from that; None: all, and nothing.
    """

    def __init__(
        self,
        prepared: Prepared,
        job_name: str,
        *,
        run_config: Any = None,
        tags: Optional[Mapping[str, str]] = None,
        instance: Any = None,
        partition_key: Optional[str] = None,
        run_id: Optional[str] = None,
        values_url: Optional[str] = None,
        job: Any = None,
        facts: Optional[Mapping[str, Any]] = None,
        again: Optional[Callable[[Sequence[Step]], Optional[Reexecution]]] = None,
    ):
        self.prepared = prepared
        self.job_name = job_name
        self.job = job
        self.run_config: Dict[str, Any] = run_config_dict(run_config)
        self.tags = dict(tags or {})
        if values_url is None and instance is not None:
            values_url = instance.storage_directory()
        self.instance: DagsterInstance = instance or DagsterInstance.ephemeral()
        self.partition_key = partition_key
        self.facts: Mapping[str, Any] = facts or {}
        self.run_id = run_id or _new_id()
        self.events: List[DagsterEvent] = []
        self.values: Dict[str, Dict[str, Any]] = {}
        self.failed: Set[str] = set()
        self.error: Optional[BaseException] = None
        self._values_url = values_url
        self._folder: Optional[str] = None
        self._find_again = again
        self._again: Optional[Reexecution] = None
        self.given = GivenBack(prepared, job_name)
        self._resources: Optional[ResourceScope] = None
        self._only: Optional[str] = None
        self._loggers: Sequence[Any] = ()
        self._console: List[Any] = []

    def narrowed(self, steps: List[Step]) -> List[Step]:
        """Those of its steps that it executes, where it executes some of another run again."""
        again = None if self._find_again is None else self._find_again(steps)
        if again is None:
            return steps
        self._again = again
        self.given.missing, self.given.dynamic = set(again.missing), dict(again.dynamic)
        self.facts = {**self.facts, "step_keys_to_execute": sorted(again.keys)}
        return [step for step in steps if again.touches(step.key)]

    def execute(self, steps: Sequence[Step], selected: Mapping[str, Sequence[str]]) -> None:
        """Execute the steps, each after those that it needs.

        Args:
            steps: in order.
            selected: by step, the assets and checks that it is to make; all, where it is absent.
        """
        named = self.run_config.get("loggers") or {}
        self._loggers = loggers_of_run(self.prepared, self.job_name, self.run_id, named, self.job)
        if not named:
            self._loggers = self._console = console_loggers(self.instance)
        self._only = steps[0].key if len(steps) == 1 else None
        self._begin()
        started = time.monotonic()
        is_ready = False
        try:
            with in_use(self.instance):
                is_ready = self._make_ready(steps, selected)
                if is_ready:
                    self._take_turns(steps, selected)
        finally:
            self._close()
        if is_ready:
            told = "Executed %d steps in process %d in %.3g s."
            self._tell(told % (len(steps), os.getpid(), time.monotonic() - started))
        self._end()

    def _take_turns(self, steps: Sequence[Step], selected: Mapping[str, Sequence[str]]) -> None:
        """Execute one step after the other, as each has become ready."""
        given, retries = self.given, {}  # type: GivenBack, Dict[str, int]
        turns = Turns(steps, given.needs, self._instances, given.before, self._is_left_out)
        for step, key in turns:
            gone = retries.get(key, 0)
            execution, last = self._attempt(step, key, selected.get(step.key, ()), gone)
            if last.event_type_value == events.STEP_UP_FOR_RETRY:
                retries[key] = gone + 1
                turns.again((step, key), last.data["delay_s"])
                continue
            self._take(step, key, execution, last)
            turns.ended(key)

    def _make_ready(self, steps: Sequence[Step], selected: Mapping[str, Sequence[str]]) -> bool:
        """Make ready what the steps need, once for all of them; whether that succeeded."""
        self._tell("Executes %d steps in process %d." % (len(steps), os.getpid()))
        needed: Dict[str, None] = {}
        for step in steps:
            outputs = selected_outputs(step, selected.get(step.key, ()))
            needed.update(dict.fromkeys(needed_by(step, outputs, self.prepared, self.job_name)))
        sink = ConsoleSink(self._console, self, self._only)
        try:
            with StepLogging(sink, self._loggers, job_name=self.job_name):
                open_resources(self._scope(), list(needed), sink.emit, [DEFAULT_IO_MANAGER])
        except Exception as error:
            self.error = error
            self.failed.update(step.key for step in steps)
        finally:
            for event in sink.events:
                self._keep(self._only, event)
        told = "stdout and stderr are those of this process"
        if self.error is None:
            self._record(None, JournalEvent(1, events.LOGS_CAPTURED, time.time(), told))
        return self.error is None

    def _scope(self) -> ResourceScope:
        """Takes the resources for all steps; they are told of the run only."""
        if self._resources is None:
            request = self._request(RUN_ITSELF, (), 0)
            self._resources = resource_scope(self.prepared, request, self.instance)
        return self._resources

    def _tell(self, told: str) -> None:
        self._record(None, JournalEvent(1, events.ENGINE_EVENT, time.time(), told))

    def _begin(self) -> None:
        if self._values_url is None:
            self._values_url = self._folder = tempfile.mkdtemp(prefix="atoll-values-")
        self.instance.start_run(self)
        told = "Started the run of '%s'." % self.job_name
        self._record(None, JournalEvent(1, events.RUN_START, time.time(), told))

    def _end(self) -> None:
        kind = events.RUN_FAILURE if self.failed else events.RUN_SUCCESS
        told = "The run of '%s' %s." % (
            self.job_name,
            "failed: %s" % ", ".join(sorted(self.failed)) if self.failed else "succeeded",
        )
        self._record(None, JournalEvent(1, kind, time.time(), told, self._first_failure()))

    def _first_failure(self) -> Dict[str, Any]:
        """Why the first step failed that did, as the run's own failure tells it."""
        for event in self.events:
            if event.event_type_value == events.STEP_FAILURE:
                return {"failure": event.data["failure"]}
        return {}

    def _close(self) -> None:
        """Tear the resources down: they are made ready once for the whole run.

        What goes wrong meanwhile is told as an event, and changes nothing about the run.
        """
        for error in self._resources.close() if self._resources else ():
            if not isinstance(error, Exception):
                self.error = self.error or error
            told, data = teardown_failure(error)
            event = JournalEvent(1, events.ENGINE_EVENT, time.time(), told, data)
            self._record(self._only, event)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _record(self, step_key: Optional[str], event: JournalEvent) -> DagsterEvent:
        tell_event(self._console, self, step_key, event)
        return self._keep(step_key, event)

    def _keep(self, step_key: Optional[str], event: JournalEvent) -> DagsterEvent:
        told = self.instance.record(self, step_key, event)
        if event.kind != events.LOG:
            self.events.append(told)
        return told

    # Steps

    def _instances(self, step: Step) -> List[str]:
        keys = self.given.instances(step)
        return [key for key in keys if self._again is None or self._again.executes(key)]

    def _is_left_out(self, step: Step, key: str) -> bool:
        """Whether a step is not executed: something upstream failed, or it lacks an input."""
        if self.failed.intersection(self.given.before(step, key)):
            self.failed.add(key)
            return True
        if not self.given.is_skipped(step, key):
            return False
        told = "Step '%s' is skipped: an input has no value." % key
        self._record(key, JournalEvent(1, events.STEP_SKIPPED, time.time(), told))
        self.given.skip(step, key)
        return True

    def _take(self, step: Step, key: str, execution: StepExecution, last: DagsterEvent) -> None:
        """Take what a step has given back, or why it failed."""
        if last.event_type_value == events.STEP_SUCCESS:
            self.values[key] = execution.values
            self.given.keep(step, key, execution.values, execution.given_back)
            return
        self.failed.add(key)
        if not isinstance(execution.error, Exception):
            raise execution.error or RuntimeError(render(from_wire(Failure, last.data["failure"])))
        self.error = self.error or execution.error

    def _attempt(self, step: Step, key: str, selected: Sequence[str], retry: int) -> Any:
        sink = ConsoleSink(self._console, self, key, retry)
        execution = StepExecution(
            self.prepared,
            self._request(key, selected, retry),
            sink,
            self._scope(),
            dynamic_keys=self.given.dynamic,
            instance=self.instance,
            loggers=self._loggers,
            step=step,
        )
        execution.execute()
        closing, last = sink.events[-1], None
        for event in sorted(sink.events, key=lambda one: one.kind in _HOOK_KINDS):
            event = with_versions(event, self.prepared.specs, self.instance.storage, self.run_id)
            told = self._keep(key, event)
            last = told if event.kind == closing.kind else last
        return execution, last

    def _request(self, key: str, selected: Sequence[str], retry: int) -> StepRequest:
        return StepRequest(
            AttemptKey(self.run_id, key, retry + 1),
            assets=[one for one in selected if ":" not in one],
            checks=[one for one in selected if ":" in one],
            run_config=self.run_config,
            run_tags=self.tags,
            job_name=self.job_name,
            partition_key=self.partition_key,
            values_url=str(self._values_url),
            value_runs=dict(self._again.value_runs) if self._again else {},
            retry_number=retry,
            not_given_back=sorted(self.given.missing),
        )

    def result(self) -> ExecuteInProcessResult:
        """What came of it."""
        keys: Dict[str, Dict[str, str]] = {}
        for key in self.values:
            step = self.prepared.step(key, self.job_name)
            outputs: Iterable[Any] = step.outputs if step is not None else ()
            keys[key] = {one.name: str(one.spec.key) for one in outputs if one.spec is not None}
        run = self.instance.get_run_by_id(self.run_id)
        assert run is not None
        return ExecuteInProcessResult(run, self.events, self.values, keys, self.job)


def _new_id() -> str:
    """A random UUID, as runs are known by."""
    import uuid

    return str(uuid.UUID(bytes=os.urandom(16), version=4))
