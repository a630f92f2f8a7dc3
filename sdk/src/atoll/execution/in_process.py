"""Runs in the caller's own process: for tests, notebooks and scripts."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import replace
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.config.run_config import run_config_dict
from atoll.execution.log import StepLogging, loggers_of_run
from atoll.execution.prepare import Prepared
from atoll.execution.reexecution import Reexecution
from atoll.execution.resources import ResourceScope
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.sink import RecordingSink
from atoll.execution.step import StepExecution, is_wanted
from atoll.execution.step_resources import (
    needed_by,
    open_resources,
    resource_scope,
    teardown_failure,
)
from atoll.execution.versions import with_versions
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.steps import ALL, EACH, Step, Upstream
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
        self._missing: Set[str] = set()
        self._dynamic: Dict[str, List[str]] = {}
        self._resources: Optional[ResourceScope] = None
        self._waits: Dict[str, Sequence[str]] = {}
        self._loggers: Sequence[Any] = ()

    def wait_for(self, step: Step, before: Sequence[str]) -> None:
        """Say which steps must have succeeded before this one, beside those that it takes from."""
        self._waits[step.key] = before

    def narrowed(self, steps: List[Step]) -> List[Step]:
        """Those of its steps that it executes, where it executes some of another run again."""
        again = None if self._find_again is None else self._find_again(steps)
        if again is None:
            return steps
        self._again = again
        self._missing, self._dynamic = set(again.missing), dict(again.dynamic)
        self.facts = {**self.facts, "step_keys_to_execute": sorted(again.keys)}
        return [step for step in steps if again.touches(step.key)]

    def execute(self, steps: Sequence[Step], selected: Mapping[str, Sequence[str]]) -> None:
        """Execute the steps, each after those that it needs.

        Args:
            steps: in order.
            selected: by step, the assets and checks that it is to make; all, where it is absent.
        """
        self._loggers = loggers_of_run(
            self.prepared,
            self.job_name,
            self.run_id,
            self.run_config.get("loggers") or {},
            self.job,
        )
        self._begin()
        started = time.monotonic()
        try:
            with in_use(self.instance):
                if self._make_ready(steps, selected):
                    for step in steps:
                        for key in self._instances(step):
                            self._step(step, key, selected.get(step.key, ()))
        finally:
            self._close()
        told = "Executed %d steps in process %d in %.3g s."
        self._tell(told % (len(steps), os.getpid(), time.monotonic() - started))
        self._end()

    def _make_ready(self, steps: Sequence[Step], selected: Mapping[str, Sequence[str]]) -> bool:
        """Make ready what the steps need, once for all of them; whether that succeeded."""
        self._tell("Executes %d steps in process %d." % (len(steps), os.getpid()))
        needed: Dict[str, None] = {}
        for step in steps:
            wanted = selected.get(step.key) if step.can_subset else None
            outputs = [one for one in step.outputs if not wanted or is_wanted(one, wanted)]
            needed.update(dict.fromkeys(needed_by(step, outputs, self.prepared, self.job_name)))
        sink = RecordingSink()
        try:
            with StepLogging(sink, self._loggers, job_name=self.job_name):
                open_resources(self._scope(), list(needed), sink.emit, [DEFAULT_IO_MANAGER])
        except Exception as error:
            self.error = error
            self.failed.update(step.key for step in steps)
        finally:
            for event in sink.events:
                self._record(None, event)
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
        self._record(None, JournalEvent(1, kind, time.time(), told))

    def _close(self) -> None:
        """Tear the resources down: they are made ready once for the whole run.

        What goes wrong meanwhile is told as an event, and changes nothing about the run.
        """
        for error in self._resources.close() if self._resources else ():
            if not isinstance(error, Exception):
                self.error = self.error or error
            told, data = teardown_failure(error)
            self._record(None, JournalEvent(1, events.ENGINE_EVENT, time.time(), told, data))
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _record(self, step_key: Optional[str], event: JournalEvent) -> DagsterEvent:
        told = self.instance.record(self, step_key, event)
        if event.kind != events.LOG:
            self.events.append(told)
        return told

    # Dynamic outputs

    def _instances(self, step: Step) -> List[str]:
        """The keys under which a step is executed: one for each value of a dynamic output."""
        source = step.mapped_over
        keys = [step.key]
        if source is not None:
            mapped = self._dynamic.get("%s:%s" % (source.step, source.output), [])
            keys = ["%s[%s]" % (step.key, key) for key in mapped]
        return [key for key in keys if self._again is None or self._again.executes(key)]

    def _before(self, step: Step, key: str) -> List[str]:
        """The keys of the steps that must have succeeded before."""
        _, bracket, rest = key.partition("[")
        found: List[str] = list(self._waits.get(step.key, ()))
        for value in step.inputs:
            for one in value.upstream:
                before = self.prepared.step(one.step, self.job_name)
                mapped = before.mapped_over if before is not None else None
                if mapped is None or one.mode == EACH:
                    found.append(one.step)
                elif one.mode == ALL:
                    source = "%s:%s" % (mapped.step, mapped.output)
                    found += ["%s[%s]" % (one.step, k) for k in self._dynamic.get(source, ())]
                    found.append(mapped.step)
                else:
                    found.append("%s[%s" % (one.step, rest) if bracket else one.step)
        return found

    def _is_skipped(self, step: Step, key: str) -> bool:
        """Whether an input takes only values that no earlier step gave back."""
        _, bracket, rest = key.partition("[")
        for value in step.inputs:
            if value.upstream and all(
                self._is_absent(one, rest if bracket else None) for one in value.upstream
            ):
                return True
        return False

    def _is_absent(self, one: Upstream, rest: Optional[str]) -> bool:
        before = self.prepared.step(one.step, self.job_name)
        if one.mode == ALL:  # of no values at all, a list of none is taken
            source = before.mapped_over if before is not None else None
            source = source or one
            return "%s:%s" % (source.step, source.output) in self._missing
        is_mapped = before is not None and before.mapped_over is not None
        key = "%s[%s" % (one.step, rest) if is_mapped and rest else one.step
        return "%s:%s" % (key, one.output) in self._missing

    # Steps

    def _step(self, step: Step, key: str, selected: Sequence[str]) -> None:
        """Execute a step, with its retries; leave it out where something upstream failed."""
        if self.failed.intersection(self._before(step, key)):
            self.failed.add(key)
            return
        if self._is_skipped(step, key):
            told = "Step '%s' is skipped: an input has no value." % key
            self._record(key, JournalEvent(1, events.STEP_SKIPPED, time.time(), told))
            self._missing.update("%s:%s" % (key, output.name) for output in step.outputs)
            return
        retry = 0
        while True:
            execution, last = self._attempt(step, key, selected, retry)
            if last.event_type_value != events.STEP_UP_FOR_RETRY:
                break
            retry += 1
            time.sleep(last.data["delay_s"])
        if last.event_type_value == events.STEP_SUCCESS:
            self._keep(step, key, execution)
            return
        self.failed.add(key)
        if not isinstance(execution.error, Exception):
            raise execution.error or RuntimeError(render(from_wire(Failure, last.data["failure"])))
        self.error = self.error or execution.error

    def _keep(self, step: Step, key: str, execution: StepExecution) -> None:
        self.values[key] = execution.values
        given = execution.given_back
        for output in step.outputs:
            if output.is_dynamic:
                keys = list(execution.values.get(output.name, {}))
                self._dynamic["%s:%s" % (step.key, output.name)] = keys
            elif output.name not in given:
                self._missing.add("%s:%s" % (key, output.name))

    def _attempt(self, step: Step, key: str, selected: Sequence[str], retry: int) -> Any:
        sink = RecordingSink()
        execution = StepExecution(
            self.prepared,
            self._request(key, selected, retry),
            sink,
            self._scope(),
            dynamic_keys=self._dynamic,
            instance=self.instance,
            loggers=self._loggers,
        )
        execution.execute()
        for event in sink.events:
            if retry and event.kind == events.STEP_START:
                again = "Started step '%s' again (attempt %d)." % (key, retry + 1)
                event = replace(event, kind=events.STEP_RESTARTED, message=again)
            event = with_versions(event, self.prepared.specs, self.instance.storage, self.run_id)
            told = self._record(key, event)
        return execution, told

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
            not_given_back=sorted(self._missing),
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
