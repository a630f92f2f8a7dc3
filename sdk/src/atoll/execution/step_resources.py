"""Which resources a step needs, and how they are made ready and that told."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Sequence, Tuple

from atoll.definitions.resources.init_context import InitResourceContext
from atoll.execution.failures import failure_code, failure_of, message_of, type_name_of
from atoll.execution.prepare import Prepared
from atoll.execution.resources import ResourceScope
from atoll.execution.run import Run
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.steps import Step, Upstream, sources_of
from atoll_wire import events
from atoll_wire.codec import to_wire as wire_form
from atoll_wire.messages import StepRequest


def resource_scope(prepared: Prepared, request: StepRequest, instance: Any = None) -> ResourceScope:
    """The resources for a step of this request; nothing is made ready yet."""
    context = InitResourceContext(
        instance=instance,
        dagster_run=Run(request.key.run_id, request.job_name, request.run_tags, request.run_config),
        values_url=request.values_url,
    )
    declared = prepared.resources_of(request.job_name)
    return ResourceScope(declared, request.run_config.get("resources") or {}, context)


def open_resources(
    scope: ResourceScope,
    keys: Sequence[str],
    emit: Callable[..., Any],
    beside: Sequence[str] = (),
) -> None:
    """Make resources ready, and tell of it; of what is ready already nothing is told.

    Args:
        scope: makes them.
        keys: their names.
        emit: takes the kind of an event, its message and its data.
        beside: names of what is told of as well, and needs no making.

    Raises:
        AtollError: a resource could not be made ready.
    """
    missing = [key for key in keys if key not in scope.ready]
    named = list(dict.fromkeys([*missing, *beside]))
    if not named:
        return
    names, data = ", ".join(named), {"resources": named}
    emit(events.RESOURCE_INIT_STARTED, "Making ready: %s." % names, data)
    try:
        scope.open(missing)
    except BaseException as error:
        failure = wire_form(failure_of(error, failure_code(error)))
        message = "A resource could not be made ready."
        emit(events.RESOURCE_INIT_FAILURE, message, {"failure": failure})
        raise
    emit(events.RESOURCE_INIT_SUCCESS, "Ready: %s." % names, data)


def teardown_failure(error: BaseException) -> Tuple[str, Dict[str, Any]]:
    """Message and data of the event that tells that a resource could not be torn down."""
    failure = wire_form(failure_of(error, failure_code(error)))
    told = "A resource could not be torn down: %s: %s" % (type_name_of(error), message_of(error))
    return told, {"failure": failure}


def seen_by(step: Step) -> List[str]:
    """Names of what the function of a step and its hooks see of the resources."""
    wanted = set(step.required_resource_keys)
    for hook in step.hooks:
        wanted |= hook.required_resource_keys
    return sorted(wanted)


def needed_by(step: Step, outputs: Sequence[Any], prepared: Prepared, job_name: str) -> List[str]:
    """Names of all that a step needs: what it sees, and the IO managers of its values.

    Args:
        step: of the definitions.
        outputs: those of its outputs that are asked for.
        prepared: the definitions.
        job_name: of the run's job.
    """
    needed = dict.fromkeys([*seen_by(step), *sorted(step.type_resource_keys)])
    for value in (one for whole in step.inputs for one in sources_of(whole)):
        if value.key is not None:
            asset = value.key.to_user_string()
            needed[prepared.io_manager_key(asset, value.input_manager_key)] = None
        elif value.input_manager_key:
            needed[value.input_manager_key] = None
        for one in value.upstream:
            needed[_manager_of(one, prepared, job_name)] = None
    for output in outputs:
        if output.type is not None:
            needed[output.io_manager_key] = None
    if DEFAULT_IO_MANAGER not in prepared.resources_of(job_name):
        needed.pop(DEFAULT_IO_MANAGER, None)
    return list(needed)


def _manager_of(upstream: Upstream, prepared: Prepared, job_name: str) -> str:
    before = prepared.step(upstream.step, job_name)
    outputs = before.outputs if before is not None else ()
    return next(str(one.io_manager_key) for one in outputs if one.name == upstream.output)
