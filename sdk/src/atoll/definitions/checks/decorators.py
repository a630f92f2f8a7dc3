"""`@asset_check` and `@multi_asset_check`: functions that check assets."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.assets.asset_decorator import check_decorated
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import AssetInput
from atoll.definitions.assets.specs import AssetDep, AssetIn, unique_deps
from atoll.definitions.checks.specs import AssetCheckSpec
from atoll.definitions.function import FunctionSpec, Parameter, clean_doc, compute_function
from atoll.definitions.keys import AssetKey
from atoll.definitions.policies import check_policy
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError, nearest


class AssetChecksDefinition(AssetsDefinition):
    """One function and the checks that it evaluates. Made by `@asset_check`."""

    @property
    def name_of_check(self) -> str:
        """The name of the only check."""
        return str(self.check_key.name)


@tells_unknown_arguments("@asset_check")
def asset_check(
    *misplaced: Any,
    asset: Any = None,
    name: Optional[str] = None,
    description: Optional[str] = None,
    blocking: bool = False,
    additional_ins: Optional[Mapping[str, Any]] = None,
    additional_deps: Optional[Iterable[Any]] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    config_schema: Any = None,
    compute_kind: Optional[str] = None,
    op_tags: Optional[Mapping[str, Any]] = None,
    retry_policy: Any = None,
    metadata: Optional[Mapping[str, Any]] = None,
    automation_condition: Any = None,
    pool: Optional[str] = None,
    partitions_def: Any = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Declare that a function checks an asset; it gives back an `AssetCheckResult`.

    A parameter that is neither `context`, nor config, nor a resource takes the asset's value.

    Args:
        misplaced: refused: its arguments have names.
        asset: what is checked.
        name: the check's name, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        blocking: whether nothing downstream of the asset is made when the check fails with the
            severity ERROR.
        additional_ins: binds further parameters to other assets.
        additional_deps: other assets that it looks at without taking their values.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        resource_defs: resources of its own, by name.
        config_schema: fields of `context.op_config`; a `Config` parameter is the newer way.
        compute_kind: what it is made with; shown.
        op_tags: of the step; values that are not text become JSON.
        retry_policy: a `RetryPolicy`.
        metadata: facts about the check.
        automation_condition: when it is to be evaluated by itself.
        pool: the pool whose limit holds for the step.
        partitions_def: the asset's, where each partition is checked by itself.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    source = caller_source()
    if misplaced or asset is None:
        raise DefinitionError(
            "@asset_check does not say which asset it checks",
            code="definition.bad_check",
            hint="write @asset_check(asset=...)",
            source=source,
        )
    key = AssetDep(asset).asset_key

    def build(fn: Callable[..., Any]) -> AssetChecksDefinition:
        check_decorated(fn, "@asset_check")
        function = compute_function(fn)
        inputs = _inputs(function, key, additional_ins or {}, source)
        looked_at = unique_deps(additional_deps, source)
        additional = [one.key for one in inputs if one.name in (additional_ins or ())]
        _refuse_twice(function, key, [*additional, *(dep.asset_key for dep in looked_at)])
        others = [i for i in inputs if i.key != key]
        deps = [
            *(AssetDep(i.key, partition_mapping=i.partition_mapping) for i in others),
            *looked_at,
        ]
        own = check_name(name or function.name, "a check", function.source)
        spec = AssetCheckSpec(
            own,
            asset=key,
            description=clean_doc(function.doc) if description is None else description,
            additional_deps=deps,
            blocking=blocking,
            metadata=metadata,
            automation_condition=automation_condition,
            partitions_def=partitions_def,
            source=function.source,
        )
        return AssetChecksDefinition.made(
            name=spec.get_python_identifier(),
            function=function,
            outputs=[],
            inputs=inputs,
            source=function.source,
            required_resource_keys=required_resource_keys or (),
            resource_defs=resource_defs,
            config_schema=config_schema,
            retry_policy=check_policy(retry_policy, source),
            pool=pool,
            op_tags=op_tags,
            compute_kind=compute_kind,
            check_specs=[spec],
            check_output_names={spec.key: "result"},
        )

    return build


@tells_unknown_arguments("@multi_asset_check")
def multi_asset_check(
    *,
    name: Optional[str] = None,
    specs: Sequence[AssetCheckSpec],
    description: Optional[str] = None,
    can_subset: bool = False,
    compute_kind: Optional[str] = None,
    op_tags: Optional[Mapping[str, Any]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    retry_policy: Any = None,
    config_schema: Any = None,
    ins: Optional[Mapping[str, Any]] = None,
    pool: Optional[str] = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Declare that a function evaluates several checks; it yields an `AssetCheckResult` for each.

    Args:
        name: of the step, instead of the function's.
        specs: the checks.
        description: Markdown; the function's docstring where none is given.
        can_subset: whether a run may ask for some of them only; the function then reads
            `context.selected_asset_check_keys`.
        compute_kind: what they are made with; shown.
        op_tags: of the step; values that are not text become JSON.
        resource_defs: resources of its own, by name.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        retry_policy: a `RetryPolicy`.
        config_schema: fields of `context.op_config`; a `Config` parameter is the newer way.
        ins: binds parameters to assets of other names.
        pool: the pool whose limit holds for the step.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """
    source = caller_source()
    found = {spec.key: spec for spec in specs}
    if len(found) != len(list(specs)):
        raise DefinitionError(
            "@multi_asset_check has two checks of one asset with the same name",
            code="definition.bad_check",
            source=source,
        )

    def build(fn: Callable[..., Any]) -> AssetChecksDefinition:
        check_decorated(fn, "@multi_asset_check")
        function = compute_function(fn)
        bound: Dict[str, AssetInput] = {}
        for parameter in function.inputs:
            given = (ins or {}).get(parameter.name)
            value = given if isinstance(given, AssetIn) else AssetIn(key=given or parameter.name)
            bound[parameter.name] = _input(parameter, value)
            if given is None:
                _refuse_unknown(bound[parameter.name], found.values(), function)
        return AssetChecksDefinition.made(
            name=check_name(name or function.name, "a step", source),
            function=function,
            outputs=[],
            inputs=list(bound.values()),
            source=function.source,
            required_resource_keys=required_resource_keys or (),
            resource_defs=resource_defs,
            config_schema=config_schema,
            retry_policy=check_policy(retry_policy, source),
            pool=pool,
            op_tags=op_tags,
            can_subset=can_subset,
            compute_kind=compute_kind,
            check_specs=list(specs),
            is_multi=True,
            description=description,
        )

    return build


def _refuse_twice(function: FunctionSpec, key: AssetKey, others: Iterable[AssetKey]) -> None:
    """Raise where the asset that is checked is named among the others that are looked at."""
    if key in others:
        raise DefinitionError(
            "the check %s names '%s' twice: as its asset, and among the additional ones"
            % (function.name, key),
            code="definition.bad_check",
            hint="name it with asset=... only",
            source=function.source,
        )


def _refuse_unknown(
    value: AssetInput, specs: Iterable[AssetCheckSpec], function: FunctionSpec
) -> None:
    """Raise where a parameter of several checks is none of the assets that they look at."""
    known = [key for spec in specs for key in (spec.asset_key, *_deps_of(spec))]
    if value.key not in known:
        raise DefinitionError(
            "the checks of %s take the value of '%s', at which none of them looks"
            % (function.name, value.key),
            code="definition.unknown_parameter",
            hint=nearest(value.name, [key.to_python_identifier() for key in known])
            or "bind it with ins={'%s': ...}" % value.name,
            source=function.source,
        )


def _deps_of(spec: AssetCheckSpec) -> List[AssetKey]:
    return [dep.asset_key for dep in spec.additional_deps]


def _inputs(
    function: FunctionSpec, key: AssetKey, additional: Mapping[str, Any], source: Source
) -> List[AssetInput]:
    known = [parameter.name for parameter in function.inputs]
    for name in additional:
        if name not in known:
            raise DefinitionError(
                "additional_ins names '%s', but %s has no such parameter" % (name, function.name),
                code="definition.unknown_parameter",
                hint=nearest(name, known) or None,
                source=source,
            )
    own = [parameter for parameter in function.inputs if parameter.name not in additional]
    if len(own) > 1:
        raise DefinitionError(
            "the check %s takes the values '%s': only one can be that of '%s'"
            % (function.name, "', '".join(one.name for one in own), key),
            code="definition.bad_signature",
            hint="bind the others with additional_ins={'%s': AssetIn(...)}" % own[-1].name,
            source=function.source,
        )
    found = []
    for parameter in function.inputs:
        if parameter.name in additional:
            given = additional[parameter.name]
            value = given if isinstance(given, AssetIn) else AssetIn(key=given)
            found.append(_input(parameter, value))
        else:
            found.append(AssetInput(parameter.name, key, parameter.annotation))
    for other in found[1:]:
        if other.key == key and found[0].key == key:
            raise DefinitionError(
                "the check %s takes the value of '%s' twice" % (function.name, key),
                code="definition.bad_signature",
                source=function.source,
            )
    return found


def _input(parameter: Parameter, value: AssetIn) -> AssetInput:
    return AssetInput(
        parameter.name,
        value.key_for(parameter.name),
        value.dagster_type if value.has_type else parameter.annotation,
        value.input_manager_key,
        value.metadata,
        value.partition_mapping,
    )
