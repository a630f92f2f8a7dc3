"""Values on their way to an IO manager, and what it tells of them."""

from __future__ import annotations

import types
from typing import Any, Dict, List, Mapping, Optional

from atoll.definitions.asset_events import AssetMaterialization, AssetObservation
from atoll.definitions.metadata.values import MetadataValue, normalize, to_wire
from atoll.errors import InvariantError
from atoll.execution.value_contexts import output_context
from atoll_wire import events


def store_value(
    execution: Any,
    output: Any,
    value: Any,
    mapping_key: Optional[str],
    facts: Mapping[str, MetadataValue],
    record: Any,
) -> Dict[str, MetadataValue]:
    """Have the IO manager of an output store a value; gives the facts that it tells of it.

    Args:
        execution: of the step.
        output: what was given back.
        value: its value.
        mapping_key: which value of a dynamic output it is.
        facts: what the function said of it.
        record: takes the events that the IO manager tells.

    Raises:
        InvariantError: `output.*`, the IO manager gave back what is neither fact nor event, or
            facts in two places.
    """
    manager = execution.io_manager(output.io_manager_key)
    context = output_context(execution, output, mapping_key, facts, record)
    given = manager.handle_output(context, value)
    if not isinstance(given, types.GeneratorType):
        given = [] if given is None else [given]
    told: Dict[str, MetadataValue] = {}
    made: List[AssetMaterialization] = []
    for item in given:
        told.update(context.consume_logged_metadata())
        if isinstance(item, AssetMaterialization):
            made.append(item)
        elif isinstance(item, AssetObservation):
            record(item)
        elif isinstance(item, Mapping):
            told.update(normalize(item))
        else:
            raise InvariantError(
                "%s.handle_output gave back %s for '%s'"
                % (type(manager).__name__, a(item), shown(output)),
                code="output.wrong_yield",
                hint="return nothing; or yield metadata as a dict, an AssetMaterialization or an "
                "AssetObservation",
            )
    told.update(context.consume_logged_metadata())
    for item in made:
        if item.metadata and told:
            raise InvariantError(
                "%s gave metadata of its own to a materialization of '%s', and added others to "
                "the output" % (type(manager).__name__, item.asset_key.to_user_string()),
                code="output.metadata_twice",
                hint="give all of it in one place",
            )
        record(item if item.metadata else item.with_metadata(told))
    return told


def tell_stored(execution: Any, output: Any, told: Mapping[str, MetadataValue]) -> None:
    """Tell that a value was stored."""
    data: Dict[str, Any] = {"output_name": output.name, "io_manager_key": output.io_manager_key}
    if told:
        data["metadata"] = to_wire(told)
    if output.spec is not None:
        data["asset_key"] = output.spec.key.to_user_string()
    execution.emit(
        events.HANDLED_OUTPUT,
        "Stored output '%s' with IO manager '%s'." % (output.name, output.io_manager_key),
        data,
    )


def shown(output: Any) -> str:
    """What an output is called in messages."""
    return str(output.spec.key) if output.spec is not None else str(output.name)


def a(value: Any) -> str:
    """What a value is, with its article."""
    if value is None:
        return "None"
    name = type(value).__qualname__
    return "%s %s" % ("an" if name[0] in "aeiouAEIO" else "a", name)
