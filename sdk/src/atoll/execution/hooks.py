"""Calls the functions that are to be called when a step has succeeded or failed."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Set

from atoll.definitions.logger import get_atoll_logger
from atoll.errors import PropertyError
from atoll.execution.failures import failure_of
from atoll.execution.resources import Resources
from atoll_wire import events
from atoll_wire.codec import to_wire


class HookContext:
    """What a hook is told of the step.

    Attributes:
        hook_def: the hook itself.
        log: a logger whose lines become events of the step.
        resources: those that the hook and the step asked for.
        op_exception: what the step raised, or None.
        op_output_values: what its function gave back, by output.
        op_output_metadata: the facts that its function added, by output.
    """

    def __init__(self, **facts: Any):
        self.hook_def = facts.get("hook_def")
        self.log = facts.get("log") or get_atoll_logger()
        self.resources = facts.get("resources") or Resources({})
        self.op_exception: Optional[BaseException] = facts.get("op_exception")
        self.op_output_values: Mapping[str, Any] = facts.get("op_output_values") or {}
        self.op_output_metadata: Mapping[str, Any] = facts.get("op_output_metadata") or {}
        self.op_config = facts.get("op_config")
        self._facts = facts

    def _fact(self, name: str) -> Any:
        if self._facts.get(name) is None:
            raise PropertyError(
                "this hook context was built without '%s'" % name,
                code="context.not_given",
                hint="pass it: build_hook_context(%s=...)" % name,
            )
        return self._facts[name]

    @property
    def required_resource_keys(self) -> Set[str]:
        """The resources that the hook asked for."""
        return set(getattr(self.hook_def, "required_resource_keys", ()))

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return str(self._fact("job_name"))

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return str(self._fact("run_id"))

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return str(self._fact("step_key"))

    @property
    def op(self) -> Any:
        """The node that was executed; has a `name`."""
        return self._fact("op")

    @property
    def instance(self) -> Any:
        """What has been recorded."""
        return self._fact("instance")


def build_hook_context(
    resources: Optional[Mapping[str, Any]] = None,
    op: Any = None,
    run_id: Optional[str] = None,
    job_name: Optional[str] = None,
    op_exception: Optional[Exception] = None,
    instance: Any = None,
) -> HookContext:
    """A `HookContext` for calling a hook in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        op: the op whose step has ended: `context.op`.
        run_id: what `context.run_id` says.
        job_name: what `context.job_name` says.
        op_exception: what `context.op_exception` gives: the error of a step that failed.
        instance: what `context.instance` gives.
    """
    from atoll.execution.built_contexts import made_ready

    return HookContext(
        resources=Resources(made_ready(resources, None)),
        op=op,
        run_id=run_id,
        job_name=job_name,
        op_exception=op_exception,
        instance=instance,
    )


def run_hooks(execution: Any, error: Optional[BaseException], is_tried_again: bool = False) -> None:
    """Call the hooks of a step that has ended; what they raise is told, and changes nothing.

    Args:
        execution: of the step.
        error: what it raised, or None.
        is_tried_again: whether it has not ended yet, so that none is called.
    """
    wanted = () if is_tried_again else ("success" if error is None else "failure", "event")
    for hook in sorted(execution.step.hooks, key=lambda one: str(one.name)):
        data: Dict[str, Any] = {"hook": hook.name}
        if hook.on not in wanted:
            execution.emit(events.HOOK_SKIPPED, "Hook '%s' does not apply." % hook.name, data)
            continue
        try:
            context = _context(execution, hook, error)
            if hook.on == "event":
                hook.hook_fn(context, getattr(execution.sink, "events", []))
            else:
                hook.hook_fn(context)
        except Exception as problem:
            data["failure"] = to_wire(failure_of(problem, "user_code.raised"))
            execution.emit(events.HOOK_ERRORED, "Hook '%s' raised." % hook.name, data)
        else:
            execution.emit(events.HOOK_COMPLETED, "Hook '%s' was called." % hook.name, data)


def _context(execution: Any, hook: Any, error: Optional[BaseException]) -> HookContext:
    told = execution.context
    return HookContext(
        hook_def=hook,
        log=execution.log,
        resources=execution.resources,
        job_name=execution.request.job_name,
        run_id=execution.request.key.run_id,
        step_key=execution.request.key.step,
        op=execution.step,
        op_config=execution.raw_config,
        op_exception=error,
        op_output_values=dict(execution.values),
        op_output_metadata={} if told is None else told.all_output_metadata,
        instance=execution.instance,
    )
