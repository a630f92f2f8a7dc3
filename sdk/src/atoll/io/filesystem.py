"""The plain IO manager that pickles values into files, as Dagster's does."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any, Optional

from atoll.definitions.config.fields import Field
from atoll.definitions.config.types import StringSource
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import IOManagerDefinition
from atoll.errors import MissingValueError
from atoll.io.contexts import InputContext, OutputContext, called
from atoll.io.formats import Pickled
from atoll.io.upath import UPathIOManager, path_of, without_steps_up


class PickledFiles(UPathIOManager):
    """Pickles each value into a file below a folder; see `UPathIOManager` for where.

    Args:
        base_dir: the folder, or an fsspec URL.
    """

    def __init__(self, base_dir: Optional[str] = None):
        super().__init__(path_of(base_dir or "."))
        self.base_dir = base_dir

    def make_safe_partition_path(self, base_path: Any, partition: str) -> Any:
        """A partition's path, which stays below its asset's."""
        return super().make_safe_partition_path(base_path, without_steps_up(partition))

    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Pickle the value beside its place, then move it there.

        Raises:
            StoredValueError: `value.not_storable`, it does not pickle.
        """
        data = Pickled(obj).data
        if not isinstance(path, Path):  # an object store shows a file when it is whole
            path.write_bytes(data)
            return
        temporary = path.with_name("%s.%s.tmp" % (path.name, os.urandom(4).hex()))
        try:
            temporary.write_bytes(data)
            with context.uninterruptible():
                os.replace(str(temporary), str(path))
        except BaseException:
            if temporary.exists():
                temporary.unlink()
            raise

    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """Read the value back."""
        with path.open("rb") as file:
            return pickle.load(file)

    def load_input(self, context: InputContext) -> Any:
        """Read the value back; of several partitions, a dict.

        Raises:
            MissingValueError: `value.missing`, there is none.
        """
        try:
            return super().load_input(context)
        except FileNotFoundError as error:
            if not error.filename or isinstance(error, MissingValueError):
                raise
            raise MissingValueError(
                "'%s' has no value: %s is missing" % (called(context), error.filename),
                code="value.missing",
                hint=context.missing_hint() or "materialize it first",
            ) from None


def _from_context(context: InitResourceContext) -> PickledFiles:
    config = context.resource_config or {}
    return PickledFiles(config.get("base_dir") or context.values_url or None)


fs_io_manager = IOManagerDefinition(
    _from_context,
    {"base_dir": Field(StringSource, is_required=False)},
    description=PickledFiles.__doc__,
)
"""Pickles each value into a file below its config's `base_dir`."""
