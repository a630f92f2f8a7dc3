"""`@graph_asset` and `@graph_multi_asset`: assets that several ops make together."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Sequence

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.assets.as_op import assets_of_node
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetIn, AssetOut, condition_of
from atoll.definitions.checks.specs import bound_check_specs
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.ops.composed import composed
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError


@tells_unknown_arguments("@graph_asset")
def graph_asset(
    compose_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    ins: Optional[Mapping[str, AssetIn]] = None,
    config: Any = None,
    key_prefix: Any = None,
    group_name: Optional[str] = None,
    partitions_def: Any = None,
    hooks: Optional[Iterable[Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    tags: Optional[Mapping[str, str]] = None,
    owners: Optional[Sequence[str]] = None,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    check_specs: Optional[Sequence[Any]] = None,
    code_version: Optional[str] = None,
    key: Any = None,
    kinds: Optional[Iterable[str]] = None,
    freshness_policy: Any = None,
    auto_materialize_policy: Any = None,
) -> Any:
    """Declare that a function connects ops which together make an asset.

    Args:
        compose_fn: the function; it is called once, when it is decorated. Its parameters take the
            values of assets, and it returns what the last op returned; with `check_specs`, a dict
            that has the check's `get_python_identifier()` beside `result`.
        name: the asset's name, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        ins: binds parameters to assets of other names.
        config: the config of its ops, or a `ConfigMapping`.
        key_prefix: parts put before the name.
        group_name: letters, digits and underscores; `default` where none is given.
        partitions_def: the pieces in which it is made.
        hooks: functions to call when one of its steps has succeeded or failed.
        metadata: facts that do not change from one materialization to the next.
        tags: for selections and filters.
        owners: e-mail addresses, or `team:NAME`.
        automation_condition: when it is to be made by itself.
        backfill_policy: how many partitions one run makes.
        resource_defs: resources of its own, by name.
        check_specs: the checks that its ops make too.
        code_version: raise it when the logic changes.
        key: the whole key, instead of `name` and `key_prefix`.
        kinds: what it is made with, such as `duckdb`.
        freshness_policy: how old it may get.
        auto_materialize_policy: the older way to say `automation_condition`.

    Raises:
        DefinitionError: `definition.*`.
    """

    def build(fn: Callable[..., Any]) -> AssetsDefinition:
        source = caller_source()
        if key is not None and (name is not None or key_prefix is not None):
            raise DefinitionError(
                "@graph_asset takes a key, or a name and a key_prefix, not both",
                code="definition.bad_key",
                source=source,
            )
        own: str = name or getattr(fn, "__name__", "") or "graph"
        asset_key = (
            AssetKey.from_coercible(key)
            if key is not None
            else AssetKey((*prefix_parts(key_prefix), own))
        )
        graph = composed(
            fn, "@graph_asset", name="__".join(asset_key.path), description=None, config=config
        )
        checks = bound_check_specs(check_specs, [asset_key], graph.source)
        results = [output for output in graph.outs if output not in _names(checks)]
        if len(results) != 1:
            raise DefinitionError(
                "@graph_asset %s: its function returns %s" % (own, _told(results)),
                code="definition.bad_graph",
                hint="return what the last op returned; for several assets use @graph_multi_asset",
                source=graph.source,
            )
        common = {
            "description": description if description is not None else graph.description,
            "group_name": group_name,
            "partitions_def": partitions_def,
            "metadata": metadata,
            "tags": tags,
            "owners": owners,
            "automation_condition": condition_of(automation_condition, auto_materialize_policy),
            "freshness_policy": freshness_policy,
            "code_version": code_version,
            "kinds": kinds,
        }
        return assets_of_node(
            graph,
            keys_by_input_name=_bound(graph, ins),
            keys_by_output_name={results[0]: asset_key},
            partition_mappings=_mappings(ins),
            common={name: value for name, value in common.items() if value is not None},
            resource_defs=resource_defs,
            check_specs=checks,
            backfill_policy=backfill_policy,
            hooks=hooks,
        )

    return build if compose_fn is None else build(compose_fn)


@tells_unknown_arguments("@graph_multi_asset")
def graph_multi_asset(
    *,
    outs: Mapping[str, AssetOut],
    name: Optional[str] = None,
    ins: Optional[Mapping[str, AssetIn]] = None,
    partitions_def: Any = None,
    hooks: Optional[Iterable[Any]] = None,
    backfill_policy: Any = None,
    group_name: Optional[str] = None,
    can_subset: bool = False,
    resource_defs: Optional[Mapping[str, Any]] = None,
    check_specs: Optional[Sequence[Any]] = None,
    config: Any = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare that a function connects ops which together make several assets.

    Args:
        outs: the assets by output; the function returns a dict by those names.
        name: of the graph, instead of the function's.
        ins: binds parameters to assets of other names.
        partitions_def: the pieces in which all are made.
        hooks: functions to call when one of the steps has succeeded or failed.
        backfill_policy: how many partitions one run makes.
        group_name: the group of assets that name none.
        can_subset: whether a run may ask for some of the assets only.
        resource_defs: resources of its own, by name.
        check_specs: the checks that its ops make too.
        config: the config of its ops, or a `ConfigMapping`.

    Raises:
        DefinitionError: `definition.*`.
    """

    def build(fn: Callable[..., Any]) -> AssetsDefinition:
        graph = composed(fn, "@graph_multi_asset", name=name, out=outs, config=config)
        keys: Dict[str, AssetKey] = {}
        by_output: Dict[str, Dict[str, Any]] = {}
        for output, out in outs.items():
            keys[output] = out.key or AssetKey((*out.key_prefix, output))
            for attribute, value in out.attributes.items():
                if value is not None:
                    by_output.setdefault(attribute, {})[output] = value
        common = {"group_name": group_name, "partitions_def": partitions_def}
        checks = bound_check_specs(check_specs, list(keys.values()), graph.source)
        made = assets_of_node(
            graph,
            keys_by_input_name=_bound(graph, ins),
            keys_by_output_name=keys,
            partition_mappings=_mappings(ins),
            by_output=by_output,
            common={name: value for name, value in common.items() if value is not None},
            resource_defs=resource_defs,
            can_subset=can_subset,
            check_specs=checks,
            backfill_policy=backfill_policy,
            hooks=hooks,
        )
        for asset in made.outputs:
            asset.is_required = asset.is_required and outs[asset.name].is_required
            if outs[asset.name].io_manager_key != "io_manager":
                asset.io_manager_key = outs[asset.name].io_manager_key
        return made

    return build


def _bound(graph: GraphDefinition, ins: Optional[Mapping[str, Any]]) -> Dict[str, AssetKey]:
    found: Dict[str, AssetKey] = {}
    for name, given in (ins or {}).items():
        value = given if isinstance(given, AssetIn) else AssetIn(key=given)
        found[name] = value.key_for(name)
    for name in graph.ins:
        found.setdefault(name, AssetKey(name))
    return found


def _mappings(ins: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    return {
        name: given.partition_mapping
        for name, given in (ins or {}).items()
        if isinstance(given, AssetIn) and given.partition_mapping is not None
    }


def _names(checks: Sequence[Any]) -> Sequence[str]:
    return [spec.get_python_identifier() for spec in checks]


def _told(results: Sequence[str]) -> str:
    return "nothing" if not results else "%d values" % len(results)
