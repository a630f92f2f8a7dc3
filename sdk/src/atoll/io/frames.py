"""Data frames as Parquet: pandas, Polars and Arrow, each read as any of the others.

A library is imported only where a value or an annotation asks for it.
"""

from __future__ import annotations

import re
import sys
from typing import Any, List, Optional

from atoll.errors import StoredValueError
from atoll.io.annotations import ARROW, LAZY, PANDAS, POLARS, frame_kind
from atoll.io.places import Target

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__\Z")
_LIBRARY = {PANDAS: "pandas", POLARS: "polars", LAZY: "polars", ARROW: "pyarrow"}


class NotParquet(Exception):
    """The frame cannot be written as Parquet here; the message says why and what to do."""


def write_parquet(frame: Any, target: Target) -> None:
    """Write a frame.

    Raises:
        NotParquet: a library is missing, or Parquet has no such columns.
    """
    kind = frame_kind(type(frame))
    try:
        if kind == POLARS:
            frame.write_parquet(target)
        elif kind == LAZY:
            _write_lazy(frame, target)
        else:
            _write_arrow(frame, target, kind)
    except ImportError as error:
        raise NotParquet(
            "%s is missing, so the %s was pickled; install pyarrow, and any environment can "
            "read it" % (error.name or "pyarrow", kind)
        ) from None
    except Exception as error:
        if kind == LAZY:
            raise  # its plan failed, which is the user's code
        raise NotParquet(
            "the %s cannot be written as Parquet, so it was pickled: %s" % (kind, error)
        ) from error


def row_count(frame: Any) -> Optional[int]:
    """Rows of a frame, where that is cheap to say."""
    kind = frame_kind(type(frame))
    if kind == ARROW:
        return int(frame.num_rows)
    return len(frame) if kind in (PANDAS, POLARS) else None


def read_parquet(target: Target, wanted: List[str], written: str, asset: str) -> Any:
    """Read a frame as the first of the wanted kinds, or else as the kind that was written.

    Raises:
        StoredValueError: `value.no_library`, no library here can read it so.
    """
    kinds = wanted or _natural(written)
    missing: List[str] = []
    for kind in sorted(kinds, key=lambda kind: kind != written):
        try:
            return _READ[kind](target)
        except ImportError as error:
            missing.append(error.name or _LIBRARY[kind])
            if not isinstance(target, str):
                target.seek(0)
    raise StoredValueError(
        "the value of '%s' is a table, and reading it as %s needs %s, which is missing here"
        % (asset, " or ".join(kinds), " or ".join(dict.fromkeys(missing))),
        code="value.no_library",
        hint="install it in this location's environment, or annotate the parameter with the kind "
        "of table that this environment has",
    )


def _natural(written: str) -> List[str]:
    return list(dict.fromkeys([written, POLARS, PANDAS, ARROW]))


def _write_lazy(frame: Any, target: Target) -> None:
    if isinstance(target, str) and hasattr(frame, "sink_parquet"):
        frame.sink_parquet(target)
    else:
        frame.collect().write_parquet(target)


def _write_arrow(frame: Any, target: Target, kind: Optional[str]) -> None:
    from pyarrow import Table
    from pyarrow import parquet as pq

    pq.write_table(Table.from_pandas(frame) if kind == PANDAS else frame, target)


def _read_pandas(target: Target) -> Any:
    import pandas
    from pyarrow import parquet as pq

    del pandas
    return pq.ParquetFile(target).read().to_pandas()  # `read_table` imports three times as much


def _read_polars(target: Target) -> Any:
    import polars

    frame = polars.read_parquet(target)
    unnamed = [name for name in frame.columns if _UNNAMED_INDEX.match(name)]
    return frame.drop(unnamed) if unnamed else frame


def _read_lazy(target: Target) -> Any:
    import polars

    if not isinstance(target, str):
        return _read_polars(target).lazy()
    frame = polars.scan_parquet(_held_open(target))
    names = frame.collect_schema() if hasattr(frame, "collect_schema") else frame.columns
    unnamed = [name for name in names if _UNNAMED_INDEX.match(name)]
    return frame.drop(unnamed) if unnamed else frame


def _held_open(path: str) -> str:
    """A path that stays readable for this process, though a later value takes the file's place."""
    if not sys.platform.startswith("linux"):
        return path
    import os

    return "/proc/self/fd/%d" % os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _read_arrow(target: Target) -> Any:
    from pyarrow import parquet as pq

    table = pq.ParquetFile(target).read()
    unnamed = [name for name in table.column_names if _UNNAMED_INDEX.match(name)]
    return table.drop(unnamed) if unnamed else table


_READ = {PANDAS: _read_pandas, POLARS: _read_polars, LAZY: _read_lazy, ARROW: _read_arrow}
