"""Values of inputs that the config of a run gives: of ops, of graphs, of the job itself."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from atoll.definitions.config.reading import Path, Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.ops.ports import NO_DEFAULT
from atoll.definitions.ops.types import resolve_type
from atoll.errors import InvocationError
from atoll.execution.step_config import config_path, entry_at, step_entry
from atoll.graph.steps import Step, sources_of


def given_input(
    run_config: Mapping[str, Any], step: Step, entry: Mapping[str, Any], value: Any
) -> Any:
    """What the config says of an input: in its op's entry, or in that of a graph whose own
    input it is; UNSET where it says nothing.

    Args:
        run_config: of the run.
        step: whose input it is.
        entry: what stands in the config under the name of the step.
        value: the input.
    """
    own: Mapping[str, Any] = entry.get("inputs") or {}
    if value.name in own:
        return own[value.name]
    for path, name in getattr(value, "graph_inputs", ()):
        given: Mapping[str, Any] = entry_at(run_config, step, path).get("inputs") or {}
        if name in given:
            return given[name]
    return UNSET


def read_input(value: Any, given: Any, path: Path, reading: Reading) -> Any:
    """What an input's config is, as the loader of its type takes it."""
    loader = resolve_type(value.type).loader
    if loader is None or not hasattr(loader.schema_type, "read"):
        return given
    return loader.schema_type.read(given, path, reading)


def check_inputs(steps: Iterable[Step], run_config: Mapping[str, Any], reading: Reading) -> None:
    """Note what does not fit in the config of inputs, and which have no value at all.

    Raises:
        InvocationError: `invocation.missing_input`, no config could give an input its value.
    """
    for step in steps:
        entry: Any = None
        for value in (one for whole in step.inputs for one in sources_of(whole)):
            if not is_unconnected(value):
                continue
            entry = step_entry(run_config, step) if entry is None else entry
            given = given_input(run_config, step, entry, value)
            path = (*config_path(step), "inputs", value.name)
            if given is not UNSET:
                read_input(value, given, path, reading)
            elif value.default is NO_DEFAULT:
                _complain(step, value, path, reading)


def _complain(step: Step, value: Any, path: Path, reading: Reading) -> None:
    loader = resolve_type(value.type).loader
    if loader is not None:
        reading.problem(path, "missing", "it is missing: nothing is connected to the input")
        return
    raise InvocationError(
        "the input '%s' of '%s' has no value: nothing is connected to it, and no config can give "
        "one" % (value.name, step.key),
        code="invocation.missing_input",
        hint="pass input_values={'%s': ...}" % value.graph_inputs[0][1]
        if value.graph_inputs
        else "connect it to an op, or give it a default",
    )


def is_unconnected(value: Any) -> bool:
    """Whether an input takes its value from no op, no asset and no IO manager."""
    return not (
        value.is_nothing
        or value.upstream
        or value.key is not None
        or value.value is not NO_DEFAULT
        or value.input_manager_key
    )
