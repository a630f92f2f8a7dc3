"""Which partitions of an asset a step needs, by the mapping between it and what the step makes."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from atoll.errors import InvariantError
from atoll.execution.partition_access import partitions_def_of
from atoll.io.partitioned import PartitionedValue


def input_facts(
    execution: Any, value: Any, partition_keys: Optional[List[str]] = None
) -> Dict[str, Any]:
    """What an IO manager is told of the partitions of the asset that it loads.

    Args:
        execution: of the step.
        value: the input.
        partition_keys: those that were asked for by hand; else what the step needs.
    """
    spec = execution.prepared.specs.get(value.key.to_user_string())
    if partition_keys is not None:
        return {
            "asset_partition_keys": partition_keys,
            "asset_partitions_def": None if spec is None else spec.partitions_def,
        }
    if spec is None:  # of another location: as the run is, as far as can be known here
        return {}
    if spec.partitions_def is None:
        return {"is_partitioned": False}
    return {
        "asset_partitions_def": spec.partitions_def,
        "asset_partition_keys": lambda: needed_keys(execution, value, spec.partitions_def),
    }


def partitions_of_input(execution: Any, value: Any) -> PartitionedValue:
    """What a step's context tells of the partitions of an input."""
    return PartitionedValue(execution.request.partition_key, **input_facts(execution, value))


def needed_keys(execution: Any, value: Any, upstream_def: Any) -> List[str]:
    """The partitions of an asset that the partitions which a step makes need.

    Raises:
        InvariantError: `partition.upstream_missing`, some of them are not there.
    """
    from atoll.definitions.partitions.context import partition_loading_context
    from atoll.definitions.partitions.mapping import infer_partition_mapping
    from atoll.execution.step import partitions_made

    if execution.step is None:  # loaded for nobody in a run
        return list(upstream_def.get_partition_keys(dynamic_partitions_store=execution.instance))
    own = partitions_def_of(execution.step)
    with partition_loading_context(dynamic_partitions_store=execution.instance):
        made = None
        if own is not None:
            keys = partitions_made(execution.request, own)
            if list(keys) == [None]:
                return list(upstream_def.get_partition_keys())
            made = own.subset_with_partition_keys(keys)
        mapping = infer_partition_mapping(_mapping(execution, value), own, upstream_def)
        found = mapping.get_upstream_mapped_partitions_result_for_partitions(
            made, own, upstream_def
        )
        missing = found.required_but_nonexistent_partition_keys
        if missing:
            raise InvariantError(
                "'%s' needs partitions of '%s' that are not there: %s"
                % (execution.step.key, value.key.to_user_string(), ", ".join(missing[:5])),
                code="partition.upstream_missing",
                hint="begin both at the same time, or allow_nonexistent_upstream_partitions in "
                "a TimeWindowPartitionMapping",
            )
        keys = found.partitions_subset.get_partition_keys()
        return in_order(upstream_def, keys)


def in_order(partitions_def: Any, keys: Any) -> List[str]:
    """Some keys in the order of their definition; those of windows of time are in it already."""
    listed = list(keys)
    if isinstance(keys, list) or len(listed) < 2:
        return listed
    places = {key: place for place, key in enumerate(partitions_def.get_partition_keys())}
    return sorted(listed, key=lambda key: places.get(key, len(places)))


def _mapping(execution: Any, value: Any) -> Any:
    """What was declared between the two: with the parameter, or with the dependency."""
    if getattr(value, "partition_mapping", None) is not None:
        return value.partition_mapping
    for output in execution.step.outputs:
        for dep in output.spec.deps if output.spec is not None else ():
            if dep.asset_key == value.key and dep.partition_mapping is not None:
                return dep.partition_mapping
    return None
