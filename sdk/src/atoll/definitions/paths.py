"""Paths beside the user's own files."""

from __future__ import annotations

import os


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """A path relative to a file: `file_relative_path(__file__, "data.csv")`.

    Args:
        dunderfile: `__file__` of the calling module.
        relative_path: from the folder of that file.
    """
    return os.path.join(os.path.dirname(os.path.abspath(dunderfile)), relative_path)
