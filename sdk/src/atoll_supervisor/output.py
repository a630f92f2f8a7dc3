"""Output files of processes: where they lie, and their last lines.

stdout and stderr are files rather than pipes: a pipe would break, or block, a worker that
outlives its supervisor.
"""

from __future__ import annotations

import base64
import os
import re
from typing import List, Optional

from atoll_wire.keys import STACK, STDERR, STDOUT, STREAMS
from atoll_wire.messages import FetchOutput, OutputPiece

_TAIL_BYTES = 16 * 1024
TAIL_LINES = 20
_PIECE_BYTES = 256 * 1024
_OURS = re.compile(
    r'File "(<frozen |.*/atoll/(location|execution|graph)/|.*/atoll_supervisor/bootstrap\.py)'
)


def stderr_tail(base: str) -> List[str]:
    """The last lines that a process wrote to stderr."""
    return _tail(base + STDERR)[-TAIL_LINES:]


def stack(base: str) -> Optional[str]:
    """What faulthandler left, without the frames that brought user code to run; or None."""
    lines = _tail(base + STACK)
    return "\n".join(line for line in lines if not _OURS.search(line)) or None


def piece(base: str, request: FetchOutput) -> OutputPiece:
    """What was asked for of the files at `base`; empty where there are none."""
    size, data = 0, b""
    try:
        with open(base + STREAMS[request.stream], "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(request.offset)
            data = file.read(_PIECE_BYTES)
    except (OSError, KeyError, ValueError):
        pass
    return OutputPiece(request, base64.b64encode(data).decode(), size)


def drop(base: str) -> None:
    """Remove the files of a process that ended well."""
    for suffix in (STDOUT, STDERR, STACK):
        try:
            os.unlink(base + suffix)
        except OSError:
            pass


def _tail(path: str) -> List[str]:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode(errors="replace").splitlines()
    except OSError:
        return []
