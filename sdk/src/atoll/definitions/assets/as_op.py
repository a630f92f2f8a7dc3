"""Between assets and ops: the op that is behind an asset, and assets made of ops and graphs."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.external import external_assets
from atoll.definitions.assets.ports import AssetInput, AssetOutput
from atoll.definitions.assets.specs import AssetDep, AssetSpec
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.op_definition import OpDefinition
from atoll.definitions.ops.ports import In, Out
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, nearest


def op_of(assets: AssetsDefinition) -> OpDefinition:
    """The op that is behind assets which are declared as one function."""
    values = {value.name: value for value in assets.inputs}
    ins = {
        name: In(values[name].type, metadata=values[name].metadata) if name in values else In(None)
        for name in assets.keys_by_input_name
    }
    outs: Dict[str, Out] = {}
    every: List[Any] = [*assets.outputs, *assets.check_outputs]
    for output in every:
        outs[output.name] = Out(
            output.type,
            is_required=output.is_required,
            io_manager_key=output.io_manager_key,
            metadata=output.metadata,
            code_version=output.code_version,
        )
    made = OpDefinition(
        assets.function.fn,
        assets.name,
        ins,
        outs,
        description=assets.description or assets.__doc__,
        config_schema=assets.config_schema,
        required_resource_keys=assets.required_resource_keys,
        tags=assets.op_tags,
        retry_policy=assets.retry_policy,
        pool=assets.pool,
    )
    made.function = assets.function
    made.takes_inputs_dict = False
    return made


def assets_of_node(
    node: Any,
    *,
    keys_by_input_name: Optional[Mapping[str, Any]] = None,
    keys_by_output_name: Optional[Mapping[str, Any]] = None,
    key_prefix: Any = None,
    internal_asset_deps: Optional[Mapping[str, Set[Any]]] = None,
    partition_mappings: Optional[Mapping[str, Any]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    can_subset: bool = False,
    by_output: Optional[Mapping[str, Mapping[str, Any]]] = None,
    common: Optional[Mapping[str, Any]] = None,
    check_specs: Sequence[Any] = (),
    backfill_policy: Any = None,
    hooks: Any = None,
) -> AssetsDefinition:
    """Assets that an op or a graph makes: each of its outputs is one.

    Args:
        node: the op or graph.
        keys_by_input_name: which asset each input takes; the one of its name by default.
        keys_by_output_name: which asset each output is.
        key_prefix: put before all keys.
        internal_asset_deps: by output, what it depends on, if not on all inputs.
        by_output: attributes of the assets' specs, by attribute, by output.
        common: attributes of all specs.
    """
    source = node.source or caller_source()
    checks = {spec.get_python_identifier(): spec for spec in check_specs}
    _check_names(node, keys_by_input_name, node.ins, "input", source)
    _check_names(node, keys_by_output_name, node.outs, "output", source)
    prefix = prefix_parts(key_prefix)
    inputs = _inputs(node, keys_by_input_name or {}, prefix, partition_mappings or {})
    names = [name for name in node.outs if name not in checks]
    every = [AssetDep(i.key, partition_mapping=i.partition_mapping) for i in inputs]
    outputs: List[AssetOutput] = []
    for name in names:
        key = (keys_by_output_name or {}).get(name)
        if key is None:
            key = AssetKey(node.name if name == "result" else name)
        internal = (internal_asset_deps or {}).get(name)
        spec = AssetSpec(
            AssetKey.from_coercible(key).with_prefix(prefix),
            deps=every if internal is None else [AssetKey.from_coercible(k) for k in internal],
            skippable=not node.outs[name].is_required,
            source=source,
            **_attributes(node, name, common or {}, by_output or {}, len(names) == 1),
        )
        outputs.append(_output(name, node.outs[name], spec))
    return AssetsDefinition.made(
        outputs=outputs,
        inputs=inputs,
        source=source,
        resource_defs=resource_defs,
        can_subset=can_subset,
        check_specs=list(check_specs),
        backfill_policy=backfill_policy,
        hooks=hooks,
        is_multi=len(node.outs) != 1,
        **_of_node(node),
    )


def _output(name: str, out: Out, spec: AssetSpec) -> AssetOutput:
    kind = None if out.is_nothing else out.type
    return AssetOutput(name, spec, kind, out.io_manager_key, out.is_required)


def _of_node(node: Any) -> Dict[str, Any]:
    """What assets have of the op or graph behind them."""
    found: Dict[str, Any] = {
        "name": node.name,
        "function": None,
        "op_tags": node.tags,
        "description": node.description,
    }
    if isinstance(node, GraphDefinition):
        found["graph"] = node
        return found
    found.update(
        function=node.function,
        required_resource_keys=node.required_resource_keys,
        config_schema=node.config_schema,
        retry_policy=node.retry_policy,
        pool=node.pool,
    )
    return found


def _attributes(
    node: Any,
    output: str,
    common: Mapping[str, Any],
    by_output: Mapping[str, Mapping[str, Any]],
    is_only: bool,
) -> Dict[str, Any]:
    """What the spec of an output says beside its key."""
    out = node.outs[output]
    found: Dict[str, Any] = dict(common)
    for attribute, values in by_output.items():
        if values and values.get(output) is not None:
            found[attribute] = values[output]
    found["metadata"] = {**out.metadata, **(found.get("metadata") or {})}
    if found.get("description") is None:
        found["description"] = out.description or (node.description if is_only else None)
    if found.get("code_version") is None:
        found["code_version"] = out.code_version or getattr(node, "version", None)
    return found


def _inputs(
    node: Any, keys: Mapping[str, Any], prefix: Sequence[str], mappings: Mapping[str, Any]
) -> List[AssetInput]:
    found = []
    for name, value in node.ins.items():
        given = keys.get(name, value.asset_key)
        if given is None:
            if value.has_default_value:
                continue
            given = AssetKey(name)
        key = AssetKey.from_coercible(given).with_prefix(prefix)
        made = AssetInput(
            name, key, value.type, value.input_manager_key, value.metadata, mappings.get(name)
        )
        found.append(made)
    return found


def _check_names(node: Any, keys: Any, known: Mapping[str, Any], what: str, source: Any) -> None:
    for name in keys or ():
        if name not in known:
            raise DefinitionError(
                "keys_by_%s_name names '%s', but '%s' has no such %s"
                % (what, name, node.name, what),
                code="definition.unknown_parameter",
                hint=nearest(name, list(known)) or "it has: %s" % ", ".join(known),
                source=source,
            )


_BY_OUTPUT = {
    "metadata_by_output_name": "metadata",
    "tags_by_output_name": "tags",
    "descriptions_by_output_name": "description",
    "owners_by_output_name": "owners",
    "code_versions_by_output_name": "code_version",
    "freshness_policies_by_output_name": "freshness_policy",
    "legacy_freshness_policies_by_output_name": "freshness_policy",
    "automation_conditions_by_output_name": "automation_condition",
    "group_names_by_output_name": "group_name",
}
_PASSED_ON = (
    *("keys_by_input_name", "keys_by_output_name", "key_prefix", "internal_asset_deps"),
    *("partition_mappings", "resource_defs", "can_subset", "backfill_policy"),
)


def from_node(node: Any, given: Mapping[str, Any]) -> AssetsDefinition:
    """What `AssetsDefinition.from_op` and `from_graph` make.

    Raises:
        DefinitionError: `definition.unknown_argument` and others.
    """
    arguments = {name: given[name] for name in _PASSED_ON if given.get(name) is not None}
    by_output = {_BY_OUTPUT[n]: value for n, value in given.items() if n in _BY_OUTPUT and value}
    policies = given.get("auto_materialize_policies_by_output_name") or {}
    if policies:
        by_output["automation_condition"] = {
            name: policy.to_automation_condition() for name, policy in policies.items()
        }
    common = {
        name: given[name]
        for name in ("partitions_def", "group_name", "automation_condition")
        if given.get(name) is not None
    }
    known = {
        *_PASSED_ON,
        *_BY_OUTPUT,
        *("auto_materialize_policies_by_output_name", "hook_defs", "check_specs"),
        *("partitions_def", "group_name", "automation_condition"),
    }
    for name in given:
        if name not in known:
            raise DefinitionError(
                "assets of a node do not take '%s'" % name,
                code="definition.unknown_argument",
                hint=nearest(name, sorted(known)) or None,
                source=caller_source(),
            )
    return assets_of_node(
        node,
        by_output=by_output,
        common=common,
        check_specs=given.get("check_specs") or (),
        hooks=given.get("hook_defs"),
        **arguments,
    )


_BY_KEY = {
    "group_names_by_key": "group_name",
    "metadata_by_key": "metadata",
    "tags_by_key": "tags",
    "descriptions_by_key": "description",
    "owners_by_key": "owners",
    "code_versions_by_key": "code_version",
    "legacy_freshness_policies_by_key": "freshness_policy",
    "automation_conditions_by_key": "automation_condition",
}


def from_arguments(
    cls: Any,
    node: Any,
    inputs: Mapping[str, AssetKey],
    outputs: Mapping[str, AssetKey],
    specs: Optional[Sequence[AssetSpec]],
    deps: Optional[Mapping[AssetKey, Any]],
    given: Mapping[str, Any],
) -> AssetsDefinition:
    """What `AssetsDefinition(...)` makes."""
    source = caller_source()
    if node is None:
        return external_assets(cls, specs or (), source)  # type: ignore[no-any-return]
    names = {key: name for name, key in outputs.items()}
    by_output: Dict[str, Dict[str, Any]] = {}
    for argument, attribute in _BY_KEY.items():
        for key, value in (given.get(argument) or {}).items():
            if key in names:
                by_output.setdefault(attribute, {})[names[key]] = value
    checks = given.get("check_specs_by_output_name") or {}
    made = assets_of_node(
        node,
        keys_by_input_name=inputs,
        keys_by_output_name=outputs,
        internal_asset_deps={names[key]: set(d) for key, d in (deps or {}).items() if key in names},
        partition_mappings=given.get("partition_mappings"),
        resource_defs=given.get("resource_defs"),
        can_subset=bool(given.get("can_subset")),
        by_output=by_output,
        common={"partitions_def": given.get("partitions_def")},
        check_specs=list(checks.values()),
        backfill_policy=given.get("backfill_policy"),
        hooks=given.get("hook_defs"),
    )
    by_key = {spec.key: spec for spec in specs or ()}
    return made.map_asset_specs(lambda spec: by_key.get(spec.key, spec)) if by_key else made
