"""`@op`: a function as a node of graphs."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Union, overload

from atoll.definitions.ops.op_definition import OpDefinition, decorated_op
from atoll.definitions.ops.ports import In, Out
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError


@overload
def op(compute_fn: Callable[..., Any]) -> OpDefinition: ...


@overload
def op(
    compute_fn: None = ...,
    *,
    name: Optional[str] = ...,
    description: Optional[str] = ...,
    ins: Optional[Mapping[str, In]] = ...,
    out: Union[Out, Mapping[str, Out], None] = ...,
    config_schema: Any = ...,
    required_resource_keys: Optional[Iterable[str]] = ...,
    tags: Optional[Mapping[str, Any]] = ...,
    version: Optional[str] = ...,
    retry_policy: Any = ...,
    code_version: Optional[str] = ...,
    pool: Optional[str] = ...,
) -> Callable[[Callable[..., Any]], OpDefinition]: ...


def op(
    compute_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    ins: Optional[Mapping[str, In]] = None,
    out: Union[Out, Mapping[str, Out], None] = None,
    config_schema: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    version: Optional[str] = None,
    retry_policy: Any = None,
    code_version: Optional[str] = None,
    pool: Optional[str] = None,
) -> Any:
    """Declare that a function is an op: a step of jobs and of graphs behind assets.

    Its parameters are its inputs, except: the first, if it is named `context`; one annotated
    with a `Config`; those annotated with a `ConfigurableResource` or `ResourceParam`.

    Args:
        compute_fn: the function.
        name: the op's name, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        ins: says more about its inputs; those of type `Nothing` have no parameter.
        out: its output, or its outputs by name; the function then returns a tuple in their order,
            or yields `Output(value, output_name)`.
        config_schema: fields of `context.op_config`; a `Config` parameter is the newer way.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        tags: of the node; values that are not text become JSON.
        version: the older name of `code_version`.
        retry_policy: a `RetryPolicy`.
        code_version: raise it when the logic changes.
        pool: the pool whose limit holds for the step.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    arguments = {
        "name": name,
        "description": description,
        "ins": ins,
        "out": out,
        "config_schema": config_schema,
        "required_resource_keys": required_resource_keys,
        "tags": tags,
        "version": version,
        "retry_policy": retry_policy,
        "code_version": code_version,
        "pool": pool,
    }
    if compute_fn is None:
        return lambda fn: _build(fn, arguments)
    return _build(compute_fn, arguments)


def _build(fn: Any, arguments: Any) -> OpDefinition:
    if isinstance(fn, type) or not callable(fn):
        raise DefinitionError(
            "@op decorates a function, not %.80r" % (fn,),
            code="definition.not_a_function",
            hint="its arguments have names: @op(name=...)",
            source=caller_source(),
        )
    return decorated_op(fn, **arguments)
