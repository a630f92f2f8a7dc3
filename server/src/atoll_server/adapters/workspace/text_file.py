"""The text of a file that somebody wrote by hand, within bounds."""

from __future__ import annotations

import os

from atoll_server.adapters.workspace.errors import WorkspaceError

MAX_BYTES = 1 << 20
"""Some five thousand locations; reading them takes seconds, and more is nobody's workspace."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: str) -> str:
    """The file's text, with line ends as `\\n` and without a byte order mark.

    Raises:
        WorkspaceError: `workspace.invalid`, it cannot be read, is too large, or is not UTF-8.
    """
    try:
        with open(os.path.expanduser(path), "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise WorkspaceError(f"cannot be read: {reason}", file=path) from None
    if len(data) > MAX_BYTES:
        raise WorkspaceError(f"is larger than {MAX_BYTES >> 20} MiB", file=path)
    if data.startswith(_UTF_16):
        raise WorkspaceError("is UTF-16; save it as UTF-8", file=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        raise WorkspaceError(
            f"is not UTF-8: the byte 0x{data[error.start]:02x} begins no character",
            file=path,
            line=before.count(b"\n") + 1,
            column=error.start - (before.rfind(b"\n") + 1) + 1,
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
