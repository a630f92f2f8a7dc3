"""Parquet: an IO manager that keeps each frame in a file of its own.

Needs the extra `atoll[parquet]` in the location's environment, once a step stores or loads.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, ClassVar, Dict, List, Optional

from pydantic import Field, PrivateAttr

from atoll.definitions.metadata.metadata_sets import TableMetadataSet
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.errors import StoredValueError, TypeCheckError
from atoll.io import frames
from atoll.io.annotations import ARROW, FRAMES, LAZY, PANDAS, POLARS, frame_kind, wanted_frames
from atoll.io.configurable import ConfigurableIOManager
from atoll.io.contexts import InputContext, OutputContext, called
from atoll.io.upath import UPathIOManager, path_of, without_steps_up

__all__ = ["ParquetIOManager"]


class ParquetIOManager(ConfigurableIOManager, UPathIOManager):
    """Keeps frames of pandas, Polars and Arrow as Parquet; see `UPathIOManager` for where.

    Each input is loaded as what its parameter is annotated with, whichever kind of frame was
    stored; without an annotation, as what the asset is annotated with, else as the first of
    Polars, pandas and Arrow that is installed. An input that needs several partitions is one
    frame of all their rows where it is annotated with a frame, else a dict from their keys to
    their frames.

    Attributes:
        base_dir: a folder, or an fsspec URL such as `s3://bucket/tables`; where the deployment
            keeps values by default.
    """

    base_dir: Optional[str] = Field(default=None, description="A folder, or an fsspec URL.")

    _base_path: Any = PrivateAttr(default=None)
    extension: ClassVar[Optional[str]] = ".parquet"

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Find the folder."""
        self._base_path = path_of(self.base_dir or context.values_url or ".")

    def make_safe_partition_path(self, base_path: Any, partition: str) -> Any:
        """A partition's path, which stays below its asset's."""
        return super().make_safe_partition_path(base_path, without_steps_up(partition))

    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Write the frame beside its place, then move it there.

        Raises:
            TypeCheckError: `value.no_handler`, it is no frame.
            StoredValueError: `value.not_storable`, Parquet has no such columns, or a library is
                missing.
        """
        if frame_kind(type(obj)) is None:
            raise TypeCheckError(
                "'%s' is a %s, and ParquetIOManager stores frames"
                % (called(context), type(obj).__qualname__),
                code="value.no_handler",
                hint="return a %s; or give the asset another io_manager_key" % " or ".join(FRAMES),
            )
        try:
            _write(context, obj, path)
        except frames.NotParquet as reason:
            raise StoredValueError(
                "'%s' cannot be stored as Parquet: %s"
                % (called(context), reason.__cause__ or reason),
                code="value.not_storable",
                hint="give each column one type, and install pyarrow: pip install 'atoll[parquet]'",
            ) from reason

    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """Read the frame."""
        if not self.path_exists(path):
            raise FileNotFoundError("%s is missing" % path)
        stored = context.upstream_output
        wanted = wanted_frames(context.annotation)
        written = wanted_frames(stored.annotation) if stored is not None else []
        target = str(path) if isinstance(path, Path) else io.BytesIO(path.read_bytes())
        return frames.read_parquet(target, wanted, (written or [POLARS])[0], called(context))

    def load_partitions(self, context: InputContext) -> Any:
        """The partitions that an input needs: one frame, or a dict of frames."""
        found = super().load_partitions(context)
        kinds = wanted_frames(context.annotation)
        if not kinds or not isinstance(found, dict):
            return found
        return _together(list(found.values()))

    def get_metadata(self, context: OutputContext, obj: Any) -> Dict[str, Any]:
        """The number of rows, where it is cheap to say."""
        rows = frames.row_count(obj)
        name = "partition_row_count" if context.has_asset_partitions else "row_count"
        return dict(TableMetadataSet(storage_kind="parquet", **{name: rows}))


def _write(context: OutputContext, frame: Any, path: Any) -> None:
    if not isinstance(path, Path):  # an object store shows a file when it is whole
        buffer = io.BytesIO()
        frames.write_parquet(frame, buffer)
        path.write_bytes(buffer.getvalue())
        return
    temporary = path.with_name("%s.%s.tmp" % (path.name, os.urandom(4).hex()))
    try:
        frames.write_parquet(frame, str(temporary))
        with context.uninterruptible():
            os.replace(str(temporary), str(path))
    finally:
        if temporary.exists():
            temporary.unlink()


def _together(found: List[Any]) -> Any:
    """All rows of some frames of one kind; columns that some of them lack are null there."""
    kind = frame_kind(type(found[0])) if found else None
    if kind in (POLARS, LAZY):
        import polars

        return polars.concat(found, how="diagonal_relaxed")
    if kind == PANDAS:
        import pandas

        return pandas.concat(found)
    if kind == ARROW:
        import pyarrow

        return pyarrow.concat_tables(found, promote_options="default")
    return None
