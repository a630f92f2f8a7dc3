"""One attempt at one step, from its first event to the one that closes it."""

from __future__ import annotations

import time
import types
from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

from atoll.definitions.assets.assets_definition import AssetOutput, AssetsDefinition
from atoll.definitions.collection import Definitions
from atoll.definitions.config.steps import step_config
from atoll.definitions.metadata.values import MetadataValue, to_wire
from atoll.definitions.outcomes import Failure as UserFailure
from atoll.definitions.outcomes import RetryRequested
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.errors import AtollError, DefinitionError, ExecutionInterrupted, nearest
from atoll.execution.context import AssetExecutionContext, Run
from atoll.execution.exceeded import exceeded
from atoll.execution.failures import code_of, failure_of, placed
from atoll.execution.inputs import config_for, load_input
from atoll.execution.log import StepLogging
from atoll.execution.outputs import Outputs
from atoll.execution.prepare import Prepared, prepare
from atoll.execution.resources import Resources, ResourceScope
from atoll.execution.sink import Sink
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.io.typed import TypedIOManager
from atoll_wire import events
from atoll_wire.codec import to_wire as wire_form
from atoll_wire.failure import Failure
from atoll_wire.limits import NO_LIMITS, StepLimits
from atoll_wire.messages import StepRequest

Closing = Tuple[str, str, Dict[str, Any]]


def execute_step(
    definitions: Definitions, request: StepRequest, sink: Sink, limits: StepLimits = NO_LIMITS
) -> None:
    """Execute one attempt at one step; whatever happens, exactly one closing event is emitted.

    Args:
        definitions: of the location; call `prepare` on them before forking.
        request: which step, and with what.
        sink: takes the events.
        limits: what this process is held to.
    """
    StepExecution(prepare(definitions), request, sink, limits=limits).execute()


class StepExecution:
    """The state of one attempt.

    Attributes:
        values: what the function gave back, by output.
        error: the exception that ended it.
    """

    def __init__(
        self,
        prepared: Prepared,
        request: StepRequest,
        sink: Sink,
        shared: Optional[ResourceScope] = None,
        limits: StepLimits = NO_LIMITS,
    ):
        self.prepared = prepared
        self.request = request
        self.sink = sink
        self.emit = sink.emit
        self._limits = limits
        self.values: Dict[str, Any] = {}
        self.error: Optional[BaseException] = None
        self.log: Any = None
        self.context: Optional[AssetExecutionContext] = None
        self.raw_config: Any = None
        self.resources = Resources({})
        self._is_shared = shared is not None
        self._scope = shared or resource_scope(prepared, request)
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
        self.assets = self._find()
        with StepLogging(self.sink) as self.log:
            try:
                self._open_resources()
                self.emit(events.STEP_START, "Step '%s' started." % self.assets.name, {})
                self._compute()
            finally:
                self._close_resources()

    def _find(self) -> AssetsDefinition:
        found = self.prepared.step(self.request.key.step)
        if found is None:
            name = self.request.key.step.partition("@")[0]
            raise DefinitionError(
                "this location has no step '%s'" % name,
                code="step.unknown",
                hint=nearest(name, list(self.prepared.steps)) or None,
            )
        return found

    def _open_resources(self) -> None:
        keys = self._needed_resources()
        missing = [key for key in keys if key not in self._scope.ready]
        if missing:
            names, data = ", ".join(missing), {"resources": missing}
            self.emit(events.RESOURCE_INIT_STARTED, "Making ready: %s." % names, data)
            try:
                self._scope.open(missing)
            except BaseException as error:
                failure = wire_form(failure_of(error, _failure_code(error)))
                message = "A resource could not be made ready."
                self.emit(events.RESOURCE_INIT_FAILURE, message, {"failure": failure})
                raise
            self.emit(events.RESOURCE_INIT_SUCCESS, "Ready: %s." % names, data)
        ready = self._scope.ready
        self.resources = Resources(
            {key: ready[key] for key in self.assets.required_resource_keys if key in ready}
        )

    def _needed_resources(self) -> List[str]:
        needed = dict.fromkeys(sorted(self.assets.required_resource_keys))
        for value in self.assets.inputs:
            key = self.prepared.io_manager_key(value.key.to_user_string(), value.input_manager_key)
            needed[key] = None
        for output in self._selected():
            if output.type is not None:
                needed[output.io_manager_key] = None
        if DEFAULT_IO_MANAGER not in self.prepared.resources:
            needed.pop(DEFAULT_IO_MANAGER, None)
        return list(needed)

    def _close_resources(self) -> None:
        for error in [] if self._is_shared else self._scope.close():
            if isinstance(error, ExecutionInterrupted):
                raise error
            failure = wire_form(failure_of(error, _failure_code(error)))
            message = "A resource could not be torn down: %s" % type(error).__name__
            self.emit(events.ENGINE_EVENT, message, {"failure": failure})

    def _selected(self) -> List[AssetOutput]:
        wanted = set(self.request.assets)
        if not wanted or not self.assets.can_subset:
            return self.assets.outputs
        return [o for o in self.assets.outputs if o.spec.key.to_user_string() in wanted]

    def _compute(self) -> None:
        selected = self._selected()
        outputs = Outputs(self, selected)
        self.values = outputs.values
        self._read_config()
        self.context = AssetExecutionContext(
            assets=self.assets,
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
        )
        arguments: Dict[str, Any] = config_for(self)
        for name in self.assets.function.resources:
            arguments[name] = self.resources.original_resource_dict[name]
        for value in self.assets.inputs:
            arguments[value.name] = load_input(self, value)
        fn = self.assets.function.fn
        first = (self.context,) if self.assets.function.context else ()
        _consume(fn(*first, **arguments), outputs)
        outputs.finish()

    def _read_config(self) -> None:
        self.raw_config = step_config(self.assets, self.request.run_config)

    def io_manager(self, key: str) -> Any:
        """The IO manager of that name; the typed one where the definitions have none."""
        if key == DEFAULT_IO_MANAGER and key not in self.prepared.resources:
            return self._default_io_manager
        self._scope.open([key])
        return self._scope.ready[key]

    def context_metadata(self, output_name: str) -> Dict[str, MetadataValue]:
        """The facts that the user's function added to an output."""
        return {} if self.context is None else self.context.get_output_metadata(output_name)

    def _failed(self, error: BaseException) -> Closing:
        step = self.request.key.step
        over = exceeded(error, self._limits)
        failure = over or failure_of(error, _failure_code(error))
        assets: Optional[AssetsDefinition] = getattr(self, "assets", None)
        if assets is not None and isinstance(error, AtollError):
            failure = placed(failure, assets.source, assets.function.name)
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
        return retry_delay(getattr(self, "assets", None), gone)


def retry_delay(assets: Optional[AssetsDefinition], gone: int) -> Optional[float]:
    """Seconds until a step that fails is tried again after `gone` retries, or None: it is not."""
    policy = None if assets is None else assets.retry_policy
    if policy is None or gone >= policy.max_retries:
        return None
    return float(policy.calculate_delay(gone + 1))


def resource_scope(prepared: Prepared, request: StepRequest) -> ResourceScope:
    """The resources for a step of this request; nothing is made ready yet."""
    context = InitResourceContext(
        dagster_run=Run(request.key.run_id, request.job_name, request.run_tags, request.run_config),
        values_url=request.values_url,
    )
    return ResourceScope(prepared.resources, request.run_config.get("resources") or {}, context)


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


def _failure_code(error: BaseException) -> str:
    if isinstance(error, ExecutionInterrupted):
        return "step.interrupted"
    return code_of(error) if isinstance(error, AtollError) else "user_code.raised"


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
