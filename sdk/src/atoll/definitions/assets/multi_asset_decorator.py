"""`@multi_asset`: one function, several assets."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.assets.asset_decorator import (
    bind_inputs,
    check_decorated,
    check_said_once,
)
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import AssetInput, AssetOutput
from atoll.definitions.assets.specs import AssetDep, AssetIn, AssetOut, AssetSpec, unique_deps
from atoll.definitions.checks.specs import bound_check_specs
from atoll.definitions.function import EMPTY, FunctionSpec, clean_doc, compute_function
from atoll.definitions.keys import AssetKey
from atoll.definitions.outcomes import value_type
from atoll.definitions.policies import check_policy
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError, nearest


@tells_unknown_arguments("@multi_asset")
def multi_asset(
    *misplaced: Any,
    outs: Optional[Mapping[str, AssetOut]] = None,
    name: Optional[str] = None,
    ins: Optional[Mapping[str, AssetIn]] = None,
    deps: Optional[Iterable[Any]] = None,
    description: Optional[str] = None,
    config_schema: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    internal_asset_deps: Optional[Mapping[str, Set[AssetKey]]] = None,
    op_tags: Optional[Mapping[str, Any]] = None,
    can_subset: bool = False,
    group_name: Optional[str] = None,
    retry_policy: Any = None,
    code_version: Optional[str] = None,
    specs: Optional[Sequence[AssetSpec]] = None,
    compute_kind: Optional[str] = None,
    pool: Optional[str] = None,
    hooks: Any = None,
    check_specs: Any = None,
    partitions_def: Any = None,
    backfill_policy: Any = None,
    non_argument_deps: Optional[Iterable[Any]] = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare that a function makes several assets.

    Args:
        misplaced: refused: its arguments have names.
        outs: the assets by output name; the function returns a tuple in their order, or yields
            `Output(value, output_name)`.
        specs: the assets, where the function itself stores them; it yields
            `MaterializeResult(asset_key=...)`, or nothing.
        name: name of the step, instead of the function's.
        ins: binds parameters to assets of other names.
        deps: assets that all depend on without taking their values; only with `outs`.
            `non_argument_deps` is the older name.
        description: Markdown; the function's docstring where none is given.
        config_schema: fields of `context.op_config`; a `Config` parameter is the newer way.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        resource_defs: resources of its own, by name.
        internal_asset_deps: by output name, what each asset depends on, if not on everything.
        op_tags: of the step; values that are not text become JSON.
        partitions_def: the pieces in which all are made; an `AssetSpec` may name its own.
        backfill_policy: how many partitions one run makes.
        check_specs: the checks that the function makes too, yielding `AssetCheckResult`s.
        hooks: functions to call when the step has succeeded or failed.
        can_subset: whether a run may ask for some of the assets only; the function then reads
            `context.selected_asset_keys` or `context.selected_output_names`.
        group_name: the group of assets that name none; `code_version` likewise.
        retry_policy: a `RetryPolicy`.
        code_version: of the assets that name none; raise it when the logic changes.
        compute_kind: what they are made with; shown. `kinds` of an asset is the newer way.
        pool: the pool whose limit holds for the step.
        non_argument_deps: the older name of `deps`.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    arguments = dict(locals())
    if misplaced:
        _refuse(misplaced[0])
    arguments["source"] = caller_source()
    arguments["deps"] = deps or non_argument_deps
    _check_arguments(arguments)
    return lambda fn: _build(fn, arguments)


def _refuse(given: Any) -> None:
    raise DefinitionError(
        "@multi_asset takes no argument without a name, but got %.80r" % (given,),
        code="definition.no_assets",
        hint="say which assets it makes: @multi_asset(outs={'a': AssetOut(), 'b': AssetOut()})",
        source=caller_source(),
    )


def _check_arguments(arguments: Mapping[str, Any]) -> None:
    outs, specs, source = arguments["outs"], arguments["specs"], arguments["source"]
    if bool(outs) == bool(specs):
        raise DefinitionError(
            "@multi_asset takes either 'outs' or 'specs', and at least one asset",
            code="definition.invalid" if outs else "definition.no_assets",
            source=source,
        )
    if specs and (arguments["deps"] or arguments["internal_asset_deps"]):
        raise DefinitionError(
            "with 'specs', dependencies stand in each AssetSpec(deps=...)", source=source
        )
    for spec in specs or ():
        if not isinstance(spec, AssetSpec):
            raise DefinitionError("'specs' holds %r, not an AssetSpec" % (spec,), source=source)
        if spec.kinds and arguments["compute_kind"] is not None:
            raise DefinitionError(
                "@multi_asset takes the older 'compute_kind', and '%s' has kinds" % spec.key,
                code="definition.bad_kind",
                hint="write kinds={..., '%s'} in the AssetSpec" % arguments["compute_kind"],
                source=source,
            )


def _build(fn: Callable[..., Any], arguments: Mapping[str, Any]) -> AssetsDefinition:
    check_decorated(fn, "@multi_asset")
    function = compute_function(fn)
    outs = arguments["outs"]
    source = function.source or arguments["source"]
    inputs = bind_inputs(function, arguments["ins"], source)
    defaults = {
        "group_name": arguments["group_name"],
        "code_version": arguments["code_version"],
        "description": arguments["description"] if outs and len(outs) == 1 else None,
        "partitions_def": arguments["partitions_def"],
    }
    if outs:
        every = [AssetDep(i.key, partition_mapping=i.partition_mapping) for i in inputs]
        deps = unique_deps(arguments["deps"], source)
        check_said_once(arguments["ins"], deps, source)
        every += deps
        internal = arguments["internal_asset_deps"]
        outputs = _from_outs(outs, function, every, internal, defaults, source)
    else:
        deps = [dep for spec in arguments["specs"] for dep in spec.deps]
        check_said_once(arguments["ins"], deps, source)
        outputs = _from_specs(
            arguments["specs"], function, inputs, defaults, arguments["can_subset"]
        )
    return AssetsDefinition.made(
        name=check_name(arguments["name"] or function.name, "a step", source),
        function=function,
        outputs=outputs,
        inputs=inputs,
        source=source,
        required_resource_keys=arguments["required_resource_keys"] or (),
        resource_defs=arguments["resource_defs"],
        config_schema=arguments["config_schema"],
        retry_policy=check_policy(arguments["retry_policy"], source),
        pool=arguments["pool"],
        op_tags=arguments["op_tags"],
        can_subset=arguments["can_subset"],
        compute_kind=arguments["compute_kind"],
        check_specs=bound_check_specs(
            arguments["check_specs"], [output.key for output in outputs], source
        ),
        backfill_policy=arguments["backfill_policy"] or _backfill_policy(outs),
        hooks=arguments["hooks"],
        is_multi=True,
    )


def _backfill_policy(outs: Optional[Mapping[str, AssetOut]]) -> Any:
    given = [out.backfill_policy for out in (outs or {}).values()]
    return next((policy for policy in given if policy is not None), None)


def _from_outs(
    outs: Mapping[str, AssetOut],
    function: FunctionSpec,
    every: Sequence[AssetDep],
    internal: Optional[Mapping[str, Iterable[Any]]],
    defaults: Mapping[str, Any],
    source: Source,
) -> List[AssetOutput]:
    internal = internal or {}
    for name in internal:
        if name not in outs:
            raise DefinitionError(
                "internal_asset_deps names '%s', which is not among 'outs'" % name,
                code="definition.unknown_output",
                hint=nearest(name, list(outs)) or None,
                source=source,
            )
    types = _tuple_types(function.returns, len(outs))
    found = []
    for (name, out), kind in zip(outs.items(), types):
        if not isinstance(out, AssetOut):
            raise DefinitionError("outs['%s'] is %r, not an AssetOut" % (name, out), source=source)
        check_name(name, "an output", source)
        deps: Sequence[Any] = list(internal[name]) if name in internal else every
        spec = out.to_spec(name, deps, defaults)
        if spec.description is None and len(outs) == 1:
            spec.description = clean_doc(function.doc)
        found.append(
            AssetOutput(
                name,
                spec,
                out.dagster_type if out.has_type else kind,
                out.io_manager_key,
                out.is_required,
            )
        )
    return found


def _from_specs(
    specs: Sequence[AssetSpec],
    function: FunctionSpec,
    inputs: Sequence[AssetInput],
    defaults: Mapping[str, Any],
    can_subset: bool,
) -> List[AssetOutput]:
    """Outputs without a type: nothing is stored unless the function gives a value back.

    Raises:
        DefinitionError: `definition.unknown_parameter`, no spec depends on what a parameter takes.
    """
    named = {dep.asset_key for spec in specs for dep in spec.deps}
    named.update(spec.key for spec in specs)
    for value in inputs:
        if value.key not in named:
            raise DefinitionError(
                "%s takes the value of '%s', which no AssetSpec names as a dependency"
                % (function.name, value.key),
                code="definition.unknown_parameter",
                hint="write AssetSpec(..., deps=['%s']) for those that need it" % value.key,
                source=function.source,
            )
    found = []
    for spec in specs:
        changes: Dict[str, Any] = {
            name: value
            for name, value in defaults.items()
            if value is not None and not getattr(spec, name)
        }
        changed = spec.replace_attributes(**changes) if changes else spec
        found.append(
            AssetOutput(
                "__".join(spec.key.path),
                changed,
                None,
                spec.io_manager_key,
                not (can_subset or spec.skippable),
            )
        )
    return found


def _tuple_types(returns: Any, count: int) -> Sequence[Any]:
    """The annotated type of each output of a function that returns a tuple."""
    annotation = value_type(returns)
    if count == 1:
        return [annotation]
    arguments = getattr(annotation, "__args__", None)
    if getattr(annotation, "__origin__", None) is tuple and arguments and len(arguments) == count:
        return [value_type(argument) for argument in arguments]
    return [EMPTY] * count
