"""Runs in the caller's own process: for tests, notebooks and scripts."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.collection import Definitions
from atoll.definitions.config.run_config import CoercibleToRunConfig, run_config_dict
from atoll.definitions.validation import refuse_later
from atoll.execution.prepare import Prepared, prepare
from atoll.execution.resources import ResourceScope
from atoll.execution.result import ExecuteInProcessResult, StepEvent
from atoll.execution.run_config import check_run_config, needed_by
from atoll.execution.sink import RecordingSink
from atoll.execution.step import StepExecution, resource_scope
from atoll.graph.check import DEFAULT_IO_MANAGER, check
from atoll.graph.nodes import nodes_of, steps_in_order
from atoll_wire import events
from atoll_wire.codec import from_wire
from atoll_wire.failure import Failure, render
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import StepRequest
from atoll_wire.selection import resolve


def materialize(
    assets: Iterable[Any],
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    tags: Optional[Mapping[str, str]] = None,
    selection: Any = None,
    values_url: Optional[str] = None,
) -> ExecuteInProcessResult:
    """Make assets in this process, one step after the other, upstream first.

    Args:
        assets: assets, and `AssetSpec`s of assets that something else makes.
        run_config: a `RunConfig` or a dict.
        resources: by name.
        raise_on_error: whether an exception of the user's code comes out of this call.
        tags: tags of the run.
        selection: which of the assets to make; all by default.
        values_url: where values are kept, and where those of assets that are not made are found;
            a temporary folder, by default.

    Returns:
        What came of it.
    """
    refuse_later(None, {"partitions_def": partition_key})
    listed = list(assets)
    definitions = Definitions(listed, resources=resources)
    check(definitions)
    nodes = nodes_of(definitions)
    chosen: List[str] = list(nodes)
    if selection is not None:
        chosen = resolve([AssetSelection.from_coercible(selection).tree], nodes)
    config, prepared = run_config_dict(run_config), prepare(definitions)
    chosen_steps = {step: prepared.steps[step] for step, _ in steps_in_order(nodes, chosen)}
    check_run_config(prepared.steps, definitions.resources, config, needed_by(chosen_steps))
    folder = None
    if values_url is None:
        values_url = folder = tempfile.mkdtemp(prefix="atoll-values-")
    run = _Run(prepared, config, dict(tags or {}), values_url)
    try:
        for step, keys in steps_in_order(nodes, chosen):
            run.step(step, keys, [dep for key in keys for dep in nodes[key].deps])
    finally:
        run.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    if raise_on_error and run.error is not None:
        raise run.error
    return run.result()


def materialize_to_memory(
    assets: Iterable[Any],
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    tags: Optional[Mapping[str, str]] = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Like `materialize`, with every value kept in memory instead of stored."""
    from atoll.io.memory import InMemoryIOManager

    listed = list(assets)
    kept = InMemoryIOManager()
    keys: Set[str] = {DEFAULT_IO_MANAGER}
    for item in listed:
        for output in getattr(item, "outputs", ()):
            keys.add(output.io_manager_key)
    given = {**(resources or {}), **dict.fromkeys(keys, kept)}
    return materialize(
        listed, run_config, instance, given, partition_key, raise_on_error, tags, selection
    )


class _Run:
    """The state of a run in this process."""

    def __init__(
        self, prepared: Prepared, run_config: Dict[str, Any], tags: Dict[str, str], values_url: str
    ):
        self.prepared = prepared
        self.run_config = run_config
        self.tags = tags
        self.values_url = values_url
        self.run_id = os.urandom(16).hex()
        self.events: List[StepEvent] = []
        self.values: Dict[str, Dict[str, Any]] = {}
        self.failed: Set[str] = set()
        self.error: Optional[BaseException] = None
        self._resources: Optional[ResourceScope] = None

    def close(self) -> None:
        """Tear the resources down: they are made ready once for the whole run."""
        for error in self._resources.close() if self._resources else ():
            self.error = self.error or error

    def step(self, step: str, keys: List[str], upstream: List[str]) -> None:
        """Execute a step, with its retries; skip it where something upstream failed."""
        if self.failed.intersection(upstream):
            self.failed.update(keys)
            return
        retry = 0
        while True:
            execution = self._attempt(step, keys, retry)
            last = self.events[-1]
            if last.event_type_value != events.STEP_UP_FOR_RETRY:
                break
            retry += 1
            time.sleep(last.data["delay_s"])
        if last.event_type_value == events.STEP_SUCCESS:
            self.values[step] = execution.values
            return
        self.failed.update(keys)
        if not isinstance(execution.error, Exception):
            raise execution.error or RuntimeError(render(from_wire(Failure, last.data["failure"])))
        self.error = self.error or execution.error

    def _attempt(self, step: str, keys: List[str], retry: int) -> StepExecution:
        sink = RecordingSink()
        request = StepRequest(
            AttemptKey(self.run_id, step, retry + 1),
            assets=keys,
            run_config=self.run_config,
            run_tags=self.tags,
            job_name="__ephemeral_asset_job__",
            values_url=self.values_url,
            retry_number=retry,
        )
        self._resources = self._resources or resource_scope(self.prepared, request)
        execution = StepExecution(self.prepared, request, sink, self._resources)
        execution.execute()
        for event in sink.events:
            told = StepEvent(step, event)
            if retry and event.kind == events.STEP_START:
                told.event_type_value = events.STEP_RESTARTED
                told.message = "Started step '%s' again (attempt %d)." % (step, retry + 1)
            self.events.append(told)
        return execution

    def result(self) -> ExecuteInProcessResult:
        """What came of it."""
        keys = {
            name: {output.name: str(output.key) for output in assets.outputs}
            for name, assets in self.prepared.steps.items()
        }
        return ExecuteInProcessResult(self.run_id, self.events, self.values, keys)
