"""`@multi_asset`: one function, several assets."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.asset_decorator import bind_inputs, clean_doc, output_type
from atoll.definitions.assets import AssetInput, AssetOutput, AssetsDefinition
from atoll.definitions.function import EMPTY, FunctionSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.source import Source, caller_source
from atoll.definitions.specs import AssetDep, AssetIn, AssetOut, AssetSpec, unique_deps
from atoll.definitions.validation import check_name, refuse_later
from atoll.errors import DefinitionError, nearest


def multi_asset(
    *,
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
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare that a function makes several assets.

    Args:
        outs: the assets by output name; the function returns a tuple in their order, or yields
            `Output(value, output_name)`.
        specs: the assets, where the function itself stores them; it yields
            `MaterializeResult(asset_key=...)`, or nothing.
        name: name of the step, instead of the function's.
        ins: binds parameters to assets of other names.
        deps: assets that all depend on without taking their values; only with `outs`.
        internal_asset_deps: by output name, what each asset depends on, if not on everything.
        can_subset: whether a run may ask for some of the assets only; the function then reads
            `context.selected_asset_keys` or `context.selected_output_names`.
        group_name: the group of assets that name none.
        code_version: the code version of assets that name none.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    source = caller_source()
    refuse_later(
        source,
        {
            "hooks": hooks,
            "check_specs": check_specs,
            "partitions_def": partitions_def,
            "backfill_policy": backfill_policy,
        },
    )
    if bool(outs) == bool(specs):
        raise DefinitionError(
            "@multi_asset takes either 'outs' or 'specs', and at least one asset",
            code="definition.no_assets" if not outs else "definition.invalid",
            source=source,
        )
    if specs and (deps or internal_asset_deps):
        raise DefinitionError(
            "with 'specs', dependencies stand in each AssetSpec(deps=...)", source=source
        )

    def decorate(fn: Callable[..., Any]) -> AssetsDefinition:
        function = FunctionSpec(fn)
        place = function.source or source
        inputs = bind_inputs(function, ins, place)
        defaults = {
            "group_name": group_name,
            "code_version": code_version,
            "description": description if outs is not None and len(outs) == 1 else None,
            "kinds": [compute_kind] if compute_kind else None,
        }
        if outs:
            every = [i.key for i in inputs] + [d.asset_key for d in unique_deps(deps, place)]
            outputs = _from_outs(outs, function, every, internal_asset_deps, defaults, place)
        else:
            outputs = _from_specs(specs or (), function, inputs, defaults)
        return AssetsDefinition(
            name=check_name(name or function.name, "a step", place),
            function=function,
            outputs=outputs,
            inputs=inputs,
            source=place,
            required_resource_keys=required_resource_keys or (),
            resource_defs=resource_defs,
            config_schema=config_schema,
            retry_policy=retry_policy,
            pool=pool,
            op_tags=op_tags,
            can_subset=can_subset,
            compute_kind=compute_kind,
            is_multi=True,
        )

    return decorate


def _from_outs(
    outs: Mapping[str, AssetOut],
    function: FunctionSpec,
    every: Sequence[AssetKey],
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
) -> List[AssetOutput]:
    """Outputs without a type: nothing is stored unless the function gives a value back.

    A parameter that no spec names as a dependency is one of all.
    """
    named = {dep.asset_key for spec in specs for dep in spec.deps}
    unnamed = [AssetDep(i.key) for i in inputs if i.key not in named]
    found = []
    for spec in specs:
        changes: Dict[str, Any] = {
            name: value
            for name, value in defaults.items()
            if value is not None and not getattr(spec, name)
        }
        if unnamed:
            changes["deps"] = [*spec.deps, *unnamed]
        changed = spec.replace_attributes(**changes) if changes else spec
        found.append(
            AssetOutput(
                "__".join(spec.key.path),
                changed,
                None,
                spec.io_manager_key,
                not spec.skippable,
            )
        )
    return found


def _tuple_types(returns: Any, count: int) -> Sequence[Any]:
    """The annotated type of each output of a function that returns a tuple."""
    annotation = output_type(returns)
    if count == 1:
        return [annotation]
    arguments = getattr(annotation, "__args__", None)
    if getattr(annotation, "__origin__", None) is tuple and arguments and len(arguments) == count:
        return [output_type(argument) for argument in arguments]
    return [EMPTY] * count
