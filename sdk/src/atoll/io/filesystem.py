"""The plain IO manager that pickles values into files, as Dagster's does."""

from __future__ import annotations

import os
import pickle
from typing import Any, Optional

from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import IOManagerDefinition
from atoll.errors import StoredValueError
from atoll.io.contexts import InputContext, OutputContext
from atoll.io.manager import IOManager
from atoll.io.partitioned import load_each, store_each


class PickledFiles(IOManager):
    """Pickles each value into a file below a folder.

    Args:
        base_dir: the folder; the deployment's values, if none is given.
    """

    def __init__(self, base_dir: Optional[str] = None):
        self.base_dir = base_dir

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Pickle the value beside its place, then move it there; each partition's by itself."""
        store_each(context, obj, self._store)

    def _store(self, context: OutputContext, obj: Any) -> None:
        path = self._path(context)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = "%s.%s.%d.tmp" % (path, context.run_id or "0", os.getpid())
        try:
            with open(temporary, "wb") as file:
                pickle.dump(obj, file, protocol=4)
            with context.uninterruptible():
                os.replace(temporary, path)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
        context.add_output_metadata({"path": os.path.abspath(path)})

    def load_input(self, context: InputContext) -> Any:
        """Read the value back; of several partitions, a dict."""
        return load_each(context, self._load)

    def _load(self, context: InputContext) -> Any:
        path = self._path(context if context.has_asset_key else context.upstream_output or context)
        try:
            with open(path, "rb") as file:
                return pickle.load(file)
        except FileNotFoundError:
            raise StoredValueError(
                "the asset '%s' has no value: %s is missing" % (context.asset_key, path),
                code="value.missing",
                hint="materialize '%s' first" % context.asset_key,
            ) from None

    def _path(self, context: Any) -> str:
        base = self.base_dir or context.values_url or "."
        return os.path.join(base, *context.get_identifier())


def _from_context(context: InitResourceContext) -> PickledFiles:
    config = context.resource_config or {}
    return PickledFiles(config.get("base_dir"))


fs_io_manager = IOManagerDefinition(_from_context, description=PickledFiles.__doc__)
