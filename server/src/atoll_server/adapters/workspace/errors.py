"""Mistakes in a workspace, each with the place where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WorkspaceError(Exception):
    """`workspace.invalid`: the workspace cannot be used as it was written.

    Its text begins with the place, as compilers write it: `workspace.yaml:5:14: …`.
    """

    code = "workspace.invalid"

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        super().__init__(message)

    @property
    def place(self) -> str | None:
        """File, line and column, as far as they are known; lines and columns count from 1."""
        if self.file is None:
            return None
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        return ":".join([self.file, *numbers])

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message, self.file, self.line, self.column)


def _rebuild(
    message: str, file: str | None, line: int | None, column: int | None
) -> WorkspaceError:
    return WorkspaceError(message, file=file, line=line, column=column)


def nearest(word: str, words: Iterable[str]) -> str:
    """What to add to a message about an unknown word: the nearest known one, or all of them."""
    known = sorted(words)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.65)
    if close:
        return f'; did you mean "{close[0]}"?'
    return "; known here: " + ", ".join(known)
