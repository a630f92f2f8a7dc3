"""What steps and locations' processes wrote to stdout and stderr, in pieces.

The files lie at `<home>/output/<run>/<attempt>.out` and `.err`, and below `<home>/logs/<location>`,
where the processes write them, or where a copy is kept of what is written elsewhere. Names out of
a request are quoted, so that no path leaves the folder.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from atoll_wire.keys import FETCHING, STREAMS, AttemptKey, location_folder

PIECE_BYTES = 256 * 1024
_LOG = re.compile(r"\d+\.\d+\Z")
_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


@dataclass(frozen=True)
class Piece:
    """A part of an output file."""

    text: str
    next_offset: int
    size: int
    is_complete: bool = True
    """Whether the file holds all that was written so far, as far as is known: a copy of what a
    step behind a server writes may not, and has a note beside it."""


def newest_attempt(home: Path, run_id: str, step: str) -> int | None:
    """The highest attempt of a step that has output."""
    if _RUN_ID.match(run_id) is None:
        return None
    try:
        names = os.listdir(home / "output" / run_id)
    except OSError:
        return None
    prefix = AttemptKey(run_id, step, 0).file_name.removesuffix("0")
    numbers = [name.removeprefix(prefix).partition(".")[0] for name in names if prefix in name]
    return max((int(number) for number in numbers if number.isdigit()), default=None)


def read_output(
    home: Path, run_id: str, step: str, attempt: int, stream: str, offset: int
) -> Piece | None:
    """The output from byte `offset` on, at most `PIECE_BYTES`; None where there is no file.

    A character that is not written to its end yet is left for the next piece.
    """
    if _RUN_ID.match(run_id) is None:
        return None
    key = AttemptKey(run_id, step, attempt)
    base = home / "output" / run_id / key.file_name
    is_complete = not os.path.exists(home / FETCHING / key.note_name)
    piece = _read(Path(f"{base}{STREAMS[stream]}"), offset)
    if piece is None:
        return None if is_complete else Piece("", 0, 0, is_complete=False)
    return replace(piece, is_complete=is_complete)


def read_log(home: Path, location: str, log: str, stream: str, offset: int) -> Piece | None:
    """The same of a location's process; see `read_output`."""
    if _LOG.match(log) is None:
        return None
    return _read(home / "logs" / location_folder(location) / (log + STREAMS[stream]), offset)


def _read(path: Path, offset: int) -> Piece | None:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(min(offset, size))
            data = file.read(PIECE_BYTES)
    except (OSError, ValueError):
        return None
    data = data[: len(data) - _unfinished(data)]
    return Piece(data.decode(errors="replace"), min(offset, size) + len(data), size)


def _unfinished(data: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character without finishing it."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            return 0
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
    return 0
