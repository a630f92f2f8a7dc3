"""`@asset`: one function, one asset."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union, overload

from atoll.definitions.arguments import unknown_argument
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import RESULT, AssetInput, AssetOutput
from atoll.definitions.assets.specs import (
    AssetDep,
    AssetIn,
    AssetSpec,
    condition_of,
    unique_deps,
)
from atoll.definitions.checks.specs import bound_check_specs
from atoll.definitions.function import EMPTY, FunctionSpec, clean_doc, compute_function
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.outcomes import value_type
from atoll.definitions.policies import check_policy
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError, nearest
from atoll_wire.keys import step_key

_UNSET: Any = object()


@overload
def asset(compute_fn: Callable[..., Any]) -> AssetsDefinition: ...


@overload
def asset(
    compute_fn: None = ...,
    *,
    name: Optional[str] = ...,
    key_prefix: Union[str, Sequence[str], None] = ...,
    ins: Optional[Mapping[str, AssetIn]] = ...,
    deps: Optional[Iterable[Any]] = ...,
    non_argument_deps: Optional[Iterable[Any]] = ...,
    metadata: Optional[Mapping[str, Any]] = ...,
    tags: Optional[Mapping[str, str]] = ...,
    description: Optional[str] = ...,
    config_schema: Any = ...,
    required_resource_keys: Optional[Iterable[str]] = ...,
    resource_defs: Optional[Mapping[str, Any]] = ...,
    io_manager_def: Any = ...,
    io_manager_key: Optional[str] = ...,
    dagster_type: Any = ...,
    op_tags: Optional[Mapping[str, Any]] = ...,
    group_name: Optional[str] = ...,
    output_required: bool = ...,
    retry_policy: Any = ...,
    code_version: Optional[str] = ...,
    key: Any = ...,
    owners: Optional[Sequence[str]] = ...,
    kinds: Optional[Iterable[str]] = ...,
    compute_kind: Optional[str] = ...,
    pool: Optional[str] = ...,
    hooks: Optional[Iterable[Any]] = ...,
    partitions_def: Any = ...,
    automation_condition: Any = ...,
    auto_materialize_policy: Any = ...,
    freshness_policy: Any = ...,
    legacy_freshness_policy: Any = ...,
    backfill_policy: Any = ...,
    check_specs: Optional[Sequence[Any]] = ...,
    is_virtual: bool = ...,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def asset(compute_fn: Optional[Callable[..., Any]] = None, **arguments: Any) -> Any:
    """Declare that a function makes an asset.

    Its parameters take the values of the assets of the same name, except: the first, if it is
    named `context`; one annotated with a `Config`; those annotated with a `ConfigurableResource`
    or `ResourceParam`, which take the resource of their name.

    Args:
        compute_fn: the function.
        name: the asset's name, instead of the function's.
        key_prefix: parts put before the name.
        key: the whole key, instead of `name` and `key_prefix`.
        ins: binds parameters to assets of other names.
        deps: assets that it depends on without taking their values; `non_argument_deps` is the
            older name.
        metadata: facts that do not change from one materialization to the next.
        tags: for selections and filters.
        description: Markdown; the function's docstring where none is given.
        config_schema: fields of `context.op_config`; a `Config` parameter is the newer way.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        io_manager_key: the resource that stores the value.
        group_name: letters, digits and underscores.
        output_required: whether the function must always yield a value.
        retry_policy: a `RetryPolicy`.
        code_version: raise it when the logic changes.
        owners: e-mail addresses, or `team:NAME`.
        kinds: what it is made with, such as `duckdb`; `compute_kind`, the older way, is shown.
        pool: the pool whose limit holds for the step.
        hooks: functions to call when the step has succeeded or failed.
        partitions_def: the pieces in which it is made.
        automation_condition: when it is to be made by itself.
        freshness_policy: how old it may get.
        backfill_policy: how many partitions one run makes.
        check_specs: the checks that the function makes too, yielding `AssetCheckResult`s.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    if compute_fn is not None:
        return _build(compute_fn, arguments)
    return lambda fn: _build(fn, arguments)


def _build(fn: Callable[..., Any], given: Mapping[str, Any]) -> AssetsDefinition:
    check_decorated(fn, "@asset")
    function = compute_function(fn)
    arguments = dict(_DEFAULTS)
    arguments.update(given)
    source = function.source
    if len(arguments) != len(_DEFAULTS):
        unknown = [name for name in given if name not in _DEFAULTS]
        raise unknown_argument("@asset", unknown[0], _DEFAULTS, source)
    key = _key(function, arguments, source)
    inputs = bind_inputs(function, arguments["ins"], source)
    deps = unique_deps(arguments["deps"] or arguments["non_argument_deps"], source)
    check_said_once(arguments["ins"], deps, source)
    spec = _spec(key, function, arguments, inputs, deps)
    return_type = arguments["dagster_type"]
    io_manager_key = arguments["io_manager_key"]
    resource_defs = dict(arguments["resource_defs"] or {})
    if arguments["io_manager_def"] is not None:
        io_manager_key = io_manager_key or "%s__io_manager" % step_key(key.to_user_string())
        resource_defs[io_manager_key] = arguments["io_manager_def"]
    output = AssetOutput(
        RESULT,
        spec,
        value_type(function.returns) if return_type is _UNSET else return_type,
        io_manager_key or "io_manager",
        arguments["output_required"],
    )
    return AssetsDefinition.made(
        name=step_key(key.to_user_string()),
        function=function,
        outputs=[output],
        inputs=inputs,
        source=source,
        required_resource_keys=arguments["required_resource_keys"] or (),
        resource_defs=resource_defs,
        config_schema=arguments["config_schema"],
        retry_policy=check_policy(arguments["retry_policy"], source),
        pool=arguments["pool"],
        op_tags=arguments["op_tags"],
        compute_kind=arguments["compute_kind"],
        check_specs=bound_check_specs(arguments["check_specs"], [key], source),
        backfill_policy=arguments["backfill_policy"],
        hooks=arguments["hooks"],
    )


def _key(function: FunctionSpec, arguments: Mapping[str, Any], source: Source) -> AssetKey:
    key, name, prefix = arguments["key"], arguments["name"], arguments["key_prefix"]
    if key is not None:
        if name is not None or prefix is not None:
            raise DefinitionError(
                "@asset takes a key, or a name and a key_prefix, not both",
                code="definition.bad_key",
                source=source,
            )
        return AssetKey.from_coercible(key)
    name = check_name(function.name if name is None else name, "an asset", source)
    return AssetKey((*prefix_parts(prefix), name)) if prefix else AssetKey(name)


def _spec(
    key: AssetKey,
    function: FunctionSpec,
    arguments: Mapping[str, Any],
    inputs: Sequence[AssetInput],
    given_deps: Sequence[AssetDep],
) -> AssetSpec:
    if arguments["kinds"] and arguments["compute_kind"] is not None:
        raise DefinitionError(
            "@asset takes 'kinds', or the older 'compute_kind', not both",
            code="definition.bad_kind",
            hint="write kinds={..., '%s'}" % arguments["compute_kind"],
            source=function.source,
        )
    deps: Dict[AssetKey, AssetDep] = {
        i.key: AssetDep(i.key, partition_mapping=i.partition_mapping) for i in inputs
    }
    for dep in given_deps:
        deps.setdefault(dep.asset_key, dep)
    description = arguments["description"]
    return AssetSpec(
        key,
        deps=deps.values(),
        description=clean_doc(function.doc) if description is None else description,
        metadata=arguments["metadata"],
        skippable=not arguments["output_required"],
        group_name=arguments["group_name"],
        code_version=arguments["code_version"],
        owners=arguments["owners"],
        tags=arguments["tags"],
        kinds=arguments["kinds"],
        partitions_def=arguments["partitions_def"],
        automation_condition=condition_of(
            arguments["automation_condition"], arguments["auto_materialize_policy"]
        ),
        freshness_policy=arguments["freshness_policy"] or arguments["legacy_freshness_policy"],
        is_virtual=arguments["is_virtual"],
        source=function.source,
    )


def check_said_once(
    ins: Optional[Mapping[str, Any]], deps: Sequence[AssetDep], source: Source
) -> None:
    """Refuse an asset that `deps` name, and of which `ins` say more than which parameter it is.

    Raises:
        DefinitionError: `definition.conflicting_deps`.
    """
    named = {dep.asset_key for dep in deps}
    for name, given in (ins or {}).items() if named else ():
        if not isinstance(given, AssetIn):
            continue
        if named.isdisjoint((given.key_for(name), AssetKey(name))):
            continue
        says_more = given.metadata or given.key_prefix or given.partition_mapping or given.has_type
        if says_more:
            raise DefinitionError(
                "'deps' names the asset of the parameter '%s', of which 'ins' says more" % name,
                code="definition.conflicting_deps",
                hint="leave it out of 'deps': a parameter is a dependency already",
                source=source,
            )


def check_decorated(fn: Any, decorator: str) -> None:
    """Refuse what is no function."""
    if isinstance(fn, type) or not callable(fn):
        what = "the class %s" % fn.__name__ if isinstance(fn, type) else "%.80r" % (fn,)
        raise DefinitionError(
            "%s decorates a function, not %s" % (decorator, what),
            code="definition.not_a_function",
            hint="write a function that makes the value"
            if isinstance(fn, type)
            else "its arguments have names: %s(name=...)" % decorator,
            source=caller_source(),
        )


def bind_inputs(
    function: FunctionSpec, ins: Optional[Mapping[str, Any]], source: Source
) -> List[AssetInput]:
    """The asset that each parameter takes its value from."""
    ins = ins or {}
    found = {}
    for parameter in function.inputs:
        given = ins.get(parameter.name)
        if given is None:
            found[parameter.name] = AssetInput(
                parameter.name, AssetKey(parameter.name), parameter.annotation
            )
        else:
            found[parameter.name] = _bound(parameter.name, given, parameter.annotation)
    for name, given in ins.items():
        if name in found:
            continue
        if not function.takes_any:
            known = [parameter.name for parameter in function.inputs]
            raise DefinitionError(
                "ins names '%s', but %s has no such parameter" % (name, function.name),
                code="definition.unknown_parameter",
                hint=nearest(name, known)
                or "its parameters are: %s" % (", ".join(known) or "none"),
                source=source,
            )
        found[name] = _bound(name, given, EMPTY)
    return list(found.values())


def _bound(name: str, given: Any, annotation: Any) -> AssetInput:
    value = given if isinstance(given, AssetIn) else AssetIn(key=given)
    kind = value.dagster_type if value.has_type else annotation
    return AssetInput(
        name,
        value.key_for(name),
        kind,
        value.input_manager_key,
        value.metadata,
        value.partition_mapping,
    )


_DEFAULTS: Dict[str, Any] = {
    "name": None,
    "key_prefix": None,
    "ins": None,
    "deps": None,
    "non_argument_deps": None,
    "metadata": None,
    "tags": None,
    "description": None,
    "config_schema": None,
    "required_resource_keys": None,
    "resource_defs": None,
    "io_manager_def": None,
    "io_manager_key": None,
    "dagster_type": _UNSET,
    "op_tags": None,
    "group_name": None,
    "output_required": True,
    "retry_policy": None,
    "code_version": None,
    "key": None,
    "owners": None,
    "kinds": None,
    "compute_kind": None,
    "pool": None,
    "hooks": None,
    "partitions_def": None,
    "automation_condition": None,
    "auto_materialize_policy": None,
    "freshness_policy": None,
    "legacy_freshness_policy": None,
    "backfill_policy": None,
    "check_specs": None,
    "is_virtual": False,
}
