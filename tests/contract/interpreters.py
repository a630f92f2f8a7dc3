"""The CPythons of this machine, 3.8 and newer: every one must carry a location."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def _found() -> list[str]:
    versions = Path.home() / ".pyenv" / "versions"
    by_minor = {}
    for path in versions.glob("3.*/bin/python"):
        match = re.fullmatch(r"3\.(\d+)\.\d+", path.parts[-3])
        if match and int(match[1]) >= 8:
            by_minor[int(match[1])] = str(path)
    by_minor[sys.version_info.minor] = sys.executable
    return [by_minor[minor] for minor in sorted(by_minor)]


INTERPRETERS = _found()
"""Paths, oldest version first; the one that runs the tests is always among them."""

TOO_OLD = sorted((Path.home() / ".pyenv" / "versions").glob("[23].[67]*/bin/python"))
"""Interpreters of this machine that cannot carry a location."""
