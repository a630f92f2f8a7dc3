"""One attempt at one step, from its first event to the one that closes it."""

from __future__ import annotations

import copy
import time
import types
from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from atoll.definitions.collection import Definitions
from atoll.definitions.metadata.values import MetadataValue, normalize, to_wire
from atoll.definitions.outcomes import Failure as UserFailure
from atoll.definitions.outcomes import RetryRequested
from atoll.errors import AtollError, DefinitionError, ExecutionInterrupted, nearest
from atoll.execution.context import OpExecutionContext
from atoll.execution.current_context import context_for, entered
from atoll.execution.exceeded import exceeded
from atoll.execution.failures import failure_code, failure_of, placed
from atoll.execution.hooks import run_hooks
from atoll.execution.inputs import load_inputs
from atoll.execution.log import StepLogging, loggers_of_run
from atoll.execution.outputs import Outputs
from atoll.execution.prepare import Prepared, prepare
from atoll.execution.resources import Resources, ResourceScope
from atoll.execution.run import Run
from atoll.execution.sink import Sink
from atoll.execution.step_config import config_argument, raw_config, step_entry
from atoll.execution.step_resources import (
    needed_by,
    open_resources,
    resource_scope,
    seen_by,
    teardown_failure,
)
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.graph_part import selected_outputs
from atoll.graph.steps import ALL, Step, Upstream
from atoll.io.typed import TypedIOManager
from atoll_wire import events
from atoll_wire.codec import to_wire as wire_form
from atoll_wire.failure import Failure
from atoll_wire.limits import NO_LIMITS, StepLimits
from atoll_wire.messages import StepRequest

Closing = Tuple[str, str, Dict[str, Any]]


def execute_step(
    definitions: Definitions,
    request: StepRequest,
    sink: Sink,
    limits: StepLimits = NO_LIMITS,
    instance: Any = None,
) -> None:
    """Execute one attempt at one step; whatever happens, exactly one closing event is emitted.

    Args:
        definitions: of the location; call `prepare` on them before forking.
        request: which step, and with what.
        sink: takes the events.
        limits: what this process is held to.
        instance: answers what user code asks of it.
    """
    prepared = prepare(definitions)
    StepExecution(prepared, request, sink, limits=limits, instance=instance).execute()


class StepExecution:
    """The state of one attempt.

    Attributes:
        step: what is executed, once it is found.
        entry: what the run's config says under its name.
        values: what the function gave back, by output; of a dynamic one, by mapping key.
        error: the exception that ended it.
    """

    def __init__(
        self,
        prepared: Prepared,
        request: StepRequest,
        sink: Sink,
        shared: Optional[ResourceScope] = None,
        limits: StepLimits = NO_LIMITS,
        dynamic_keys: Optional[Mapping[str, Sequence[str]]] = None,
        instance: Any = None,
        loggers: Optional[Sequence[Any]] = None,
        step: Optional[Step] = None,
    ):
        self.prepared = prepared
        self.request = request
        self.sink = sink
        self.emit = sink.emit
        self._limits = limits
        self._loggers = loggers
        self.values: Dict[str, Any] = {}
        self.error: Optional[BaseException] = None
        self.log: Any = None
        self.context: Optional[OpExecutionContext] = None
        self.step: Any = None
        self._given_step = step
        self.instance = instance
        self.entry: Mapping[str, Any] = {}
        self.given_back: Set[str] = set()
        self._dynamic_keys = dynamic_keys or {}
        self.raw_config: Any = None
        self.resources = Resources({})
        self._is_shared = shared is not None
        self._scope = shared or resource_scope(prepared, request, instance)
        self._default_io_manager = TypedIOManager()
        self._closed = False

    def execute(self) -> None:
        """Execute, and close."""
        try:
            started = time.monotonic()
            self._run()
            taken = time.monotonic() - started
            message = "Step '%s' succeeded in %s." % (self.request.key.step, _duration(taken))
            self._close(events.STEP_SUCCESS, message, {"duration_s": taken})
        except BaseException as error:
            if not self._closed:  # else it is a cancellation that came too late
                self.error = error
                self._close(*self._failed(error))

    def _close(self, kind: str, message: str, data: Dict[str, Any]) -> None:
        with self.sink.uninterruptible():
            if not self._closed:
                self.emit(kind, message, data)
                self._closed = True

    def _run(self) -> None:
        self.step = self._find()
        with self._logging() as self.log:
            try:
                self._open_resources()
                self.emit(events.STEP_START, "Step '%s' started." % self.request.key.step, {})
                try:
                    self._compute()
                except Exception as error:
                    delay = self._retry_delay(error, is_retryable=False)
                    run_hooks(self, error, is_tried_again=delay is not None)
                    raise
                run_hooks(self, None)
            finally:
                self.close_resources()

    def _logging(self) -> StepLogging:
        request = self.request
        config = request.run_config.get("loggers")
        if self._loggers is None and config:
            self._loggers = loggers_of_run(
                self.prepared, request.job_name, request.key.run_id, config
            )
        settings = getattr(self.instance, "python_logs", None)
        loggers = self._loggers or ()
        return StepLogging(self.sink, loggers, request.key, request.job_name, settings)

    def _find(self) -> Step:
        key, job_name = self.request.key.step, self.request.job_name
        found = self._given_step or self.prepared.step(key, job_name)
        if found is None:
            name = self.request.key.step.partition("@")[0]
            raise DefinitionError(
                "this location has no step '%s'" % name,
                code="step.unknown",
                hint=nearest(name, list(self.prepared.steps)) or None,
            )
        return found

    @property
    def mapping_key(self) -> Optional[str]:
        """Which value of a dynamic output it is executed for."""
        _, bracket, rest = self.request.key.step.partition("[")
        return rest[:-1] if bracket else None

    def mapping_keys(self, upstream: Upstream) -> Sequence[Optional[str]]:
        """For which values of a dynamic output there is an output of an earlier step."""
        before = self.prepared.step(upstream.step, self.request.job_name)
        source = before.mapped_over if before is not None else None
        if upstream.mode == ALL:
            over = upstream if source is None else source
            return list(self._dynamic_keys.get("%s:%s" % (over.step, over.output), ()))
        return [self.mapping_key if upstream.mode != "one" or source is not None else None]

    def instance_key(self, upstream: Upstream, mapping_key: Optional[str]) -> str:
        """The key under which an earlier step was executed."""
        before = self.prepared.step(upstream.step, self.request.job_name)
        is_mapped = before is not None and before.mapped_over is not None
        return "%s[%s]" % (upstream.step, mapping_key) if is_mapped else upstream.step

    def was_given_back(self, upstream: Upstream, mapping_key: Optional[str]) -> bool:
        """Whether an earlier step gave that output back."""
        key = "%s:%s" % (self.instance_key(upstream, mapping_key), upstream.output)
        return key not in self.request.not_given_back

    def value_run(self, step: str) -> str:
        """The run in which an earlier step was executed; one for a mapped step by its key."""
        runs = self.request.value_runs
        return runs.get(step) or runs.get(step.partition("[")[0]) or self.request.key.run_id

    def _open_resources(self) -> None:
        needed = needed_by(self.step, self._selected(), self.prepared, self.request.job_name)
        open_resources(self._scope, needed, self.emit)
        ready = self._scope.ready
        managers = {one.io_manager_key for one in self.step.outputs}
        seen = [*seen_by(self.step), *sorted(managers)]
        self.resources = Resources({key: ready[key] for key in seen if key in ready})

    def close_resources(self) -> None:
        """Tear down what was made ready for this step alone."""
        for error in [] if self._is_shared else self._scope.close():
            if isinstance(error, ExecutionInterrupted):
                raise error
            self.emit(events.ENGINE_EVENT, *teardown_failure(error))

    def _selected(self) -> List[Any]:
        """The outputs that are asked for."""
        return selected_outputs(self.step, {*self.request.assets, *self.request.checks})

    def _compute(self) -> None:
        selected = self._selected()
        outputs = Outputs(self, self.step.outputs if self.step.is_part else selected)
        self.values, self.given_back = outputs.values, outputs.given_back
        self.entry = step_entry(self.request.run_config, self.step)
        self.raw_config = raw_config(self.entry, self.step)
        self.context = context_for(
            self.step,
            selected=selected,
            run=Run(
                self.request.key.run_id,
                self.request.job_name,
                self.request.run_tags,
                self.request.run_config,
            ),
            resources=self.resources.original_resource_dict,
            op_config=self.raw_config,
            partition_key=self.request.partition_key,
            retry_number=self.request.retry_number,
            emit=outputs.record,
            log=self.log,
            step_key=self.request.key.step,
            execution=self,
            instance=self.instance,
            definitions=self.prepared.definitions,
        )
        arguments: Dict[str, Any] = config_argument(self.entry, self.step, self.raw_config)
        for name in self.step.function.resources:
            arguments[name] = self.resources.original_resource_dict[name]
        arguments.update(load_inputs(self))
        with entered(self.context):
            _consume(self._call(arguments), outputs)
        outputs.finish()

    def _call(self, arguments: Dict[str, Any]) -> Any:
        function = self.step.function
        if getattr(self.step.definition, "takes_inputs_dict", False):
            return function.fn(self.context, arguments)
        return (
            function.fn(self.context, **arguments) if function.context else function.fn(**arguments)
        )

    def io_manager(self, key: str) -> Any:
        """The IO manager of that name; the typed one where the definitions have none."""
        if key == DEFAULT_IO_MANAGER and key not in self._scope.declared:
            return self._default_io_manager
        self._scope.open([key])
        return self._scope.ready[key]

    def declared_resource(self, key: str) -> Any:
        """The resource of that name as it was declared; None where there is none."""
        return self._scope.declared.get(key)

    def resources_of_type(self, kind: Any) -> Resources:
        """The resources that the check of a type asked for."""
        ready = self._scope.ready
        return Resources({k: ready[k] for k in kind.required_resource_keys if k in ready})

    def context_with(self, keys: Iterable[str]) -> Any:
        """The context of the step, for what sees these resources beside the step's own."""
        ready = self._scope.ready
        more = {key: ready[key] for key in keys if key in ready}
        if not more:
            return self.context
        made = copy.copy(self.context)
        made._resources = Resources({**self.resources.original_resource_dict, **more})  # type: ignore[union-attr]
        return made

    def manager_resources(self, key: str) -> Resources:
        """The resources that an IO manager asked for."""
        wanted = getattr(self.declared_resource(key), "required_resource_keys", ())
        return Resources({k: self._scope.ready[k] for k in wanted if k in self._scope.ready})

    def manager_config(self, key: str) -> Any:
        """The config of an IO manager, with defaults."""
        return self._scope.config_of(key)

    def output_partitions(self, output: Any) -> List[Optional[str]]:
        """The partitions that an output makes; None stands for the whole of what has none."""
        if output.spec is None:
            return [None]
        return list(partitions_made(self.request, output.spec.partitions_def))

    def output_partition_facts(self, output: Any) -> Dict[str, Any]:
        """What the IO manager is told of the partitions that an output makes."""
        if output.spec is None or output.spec.partitions_def is None:
            return {"partition_key": self.request.partition_key, "is_partitioned": False}
        made = output.spec.partitions_def
        read = getattr(made, "get_partition_key_from_str", str)
        return {
            "partition_key": self.request.partition_key,
            "asset_partitions_def": made,
            "asset_partition_keys": lambda: [
                read(key) for key in partitions_made(self.request, made)
            ],
            "is_partitioned": list(partitions_made(self.request, made)) != [None],
        }

    def check_partitions(self, asset_key: Any) -> List[Optional[str]]:
        """The partitions of an asset that its check is about."""
        spec = self.prepared.specs.get(asset_key.to_user_string())
        return list(partitions_made(self.request, None if spec is None else spec.partitions_def))

    def context_data_version(self, output_name: str) -> Any:
        """The version that the user's function has set for an output, or None."""
        return None if self.context is None else self.context._data_versions.get(output_name)

    def context_metadata(
        self, output_name: str, mapping_key: Optional[str] = None
    ) -> Dict[str, MetadataValue]:
        """The facts that the user's function added to an output."""
        told = self.context
        return {} if told is None else normalize(told.get_output_metadata(output_name, mapping_key))

    def _failed(self, error: BaseException) -> Closing:
        step = self.request.key.step
        over = exceeded(error, self._limits)
        failure = over or failure_of(error, failure_code(error))
        if self.step is not None and isinstance(error, AtollError):
            failure = placed(failure, self.step.source, self.step.function.name)
        data: Dict[str, Any] = {"failure": wire_form(failure)}
        if self.sink.starts_again:
            message = "Step '%s' was interrupted by a shutdown, and will be started again." % step
            return events.STEP_UP_FOR_RETRY, message, {"interrupted": True, **data}
        if isinstance(error, UserFailure) and error.metadata:
            data["metadata"] = to_wire(error.metadata)
        delay = self._retry_delay(error, is_retryable=over is not None)
        if delay is not None:
            data["delay_s"] = delay
            message = "Step '%s' failed and will be tried again in %s." % (step, _duration(delay))
            return events.STEP_UP_FOR_RETRY, message, data
        if isinstance(error, RetryRequested):
            told = "%s, %d times at most, and has been" % (failure.message, error.max_retries)
            failure = replace(failure, message=told)
            data["failure"] = wire_form(failure)
        return events.STEP_FAILURE, _failure_message(step, failure), data

    def _retry_delay(self, error: BaseException, is_retryable: bool) -> Optional[float]:
        """Seconds until the user's own policy has the step tried again, or None."""
        gone = self.request.retry_number
        if isinstance(error, RetryRequested):
            wait = error.seconds_to_wait or 0.0
            return float(wait) if gone < error.max_retries else None
        if not (isinstance(error, Exception) or is_retryable):
            return None
        if isinstance(error, DefinitionError) or getattr(error, "allow_retries", True) is False:
            return None
        return retry_delay(self.step, gone)


def partitions_made(request: StepRequest, partitions_def: Any) -> Sequence[Optional[str]]:
    """The keys of the partitions that a step makes; [None] of what is made whole."""
    if partitions_def is None:
        return [None]
    start = request.run_tags.get(events.RANGE_START)
    if start is None:
        return [request.partition_key]
    from atoll.definitions.partitions.keys import PartitionKeyRange

    found: Sequence[str] = partitions_def.get_partition_keys_in_range(
        PartitionKeyRange(start, request.run_tags[events.RANGE_END])
    )
    return found


def retry_delay(step: Optional[Step], gone: int) -> Optional[float]:
    """Seconds until a step that fails is tried again after `gone` retries, or None: it is not."""
    policy = None if step is None else step.retry_policy
    if policy is None or gone >= policy.max_retries:
        return None
    return float(policy.calculate_delay(gone + 1))


def _consume(result: Any, outputs: Outputs) -> None:
    """Take a function's result: a value, or what a generator or coroutine makes of it."""
    if isinstance(result, types.GeneratorType):
        outputs.check_generator(result)
        for item in result:
            outputs.take(item)
    elif isinstance(result, types.CoroutineType):
        outputs.take_returned(_run_async(result))
    elif isinstance(result, types.AsyncGeneratorType):

        async def drain() -> None:
            async for item in result:
                outputs.take(item)

        _run_async(drain())
    else:
        outputs.take_returned(result)


def _run_async(coroutine: Any) -> Any:
    """Run a coroutine; in a thread of its own where a loop runs already, as in a notebook."""
    import asyncio

    if asyncio._get_running_loop() is None:
        return asyncio.run(coroutine)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _failure_message(step: str, failure: Failure) -> str:
    if failure.code == "step.interrupted":
        return "Step '%s' was interrupted." % step
    first = failure.message.split("\n", 1)[0][:500]
    return "Step '%s' failed: %s%s" % (
        step,
        "%s: " % failure.error_type if failure.code == "user_code.raised" else "",
        first,
    )


def _duration(seconds: float) -> str:
    return "%.0f ms" % (seconds * 1000) if seconds < 1 else "%.1f s" % seconds
