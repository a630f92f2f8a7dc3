"""An IO manager that keeps values in the process; for tests."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from atoll.definitions.resources.resource import IOManagerDefinition
from atoll.errors import MissingValueError
from atoll.io.contexts import InputContext, OutputContext, place_in_run
from atoll.io.manager import IOManager
from atoll.io.partitioned import load_each, store_each


class InMemoryIOManager(IOManager):
    """Keeps values in a dict: they do not outlive the process, nor reach another."""

    def __init__(self) -> None:
        self.values: Dict[Tuple[str, ...], Any] = {}

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Keep the value; each partition's by itself."""
        store_each(context, obj, self._store)

    def _store(self, context: OutputContext, obj: Any) -> None:
        self.values[place_in_run(context)] = obj

    def load_input(self, context: InputContext) -> Any:
        """The value that was kept; of several partitions, a dict."""
        return load_each(context, self._load)

    def _load(self, context: InputContext) -> Any:
        key = place_in_run(context)
        if key not in self.values:
            raise MissingValueError(
                "the asset '%s' has no value in memory" % "/".join(key),
                code="value.missing",
                hint="values in memory do not reach another process: materialize both assets "
                "together in one process, or use another IO manager",
            )
        return self.values[key]


mem_io_manager = IOManagerDefinition(InMemoryIOManager, description=InMemoryIOManager.__doc__)
"""Keeps values in memory, for as long as the run lasts."""
