"""Asset keys, step keys and attempts as they are written on the wire, on disk and on screen."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Sequence, Tuple
from urllib.parse import quote

STDOUT, STDERR, STACK = ".out", ".err", ".stack"
"""Suffixes of a process's output files; the last one holds what faulthandler writes."""

MARK = "ATOLL_ATTEMPT"
"""The variable that marks what a worker has started; its value is the attempt's `ring`."""

STREAMS = {"stdout": STDOUT, "stderr": STDERR}
FETCHING = "fetching"
"""Folder of a deployment's home with a note for each copy of output that is not complete."""

_LONGEST_STEP = 180
_NAME = re.compile(r"[A-Za-z0-9_]+\Z")


def join_key(parts: Sequence[str]) -> str:
    """The written form of an asset key: its parts joined by `/`, a `/` inside one as `\\/`."""
    return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in parts)


def split_key(key: str) -> Tuple[str, ...]:
    """The parts of a written asset key; the inverse of `join_key`."""
    parts, current, escaped = [], [], False
    for character in key:
        if escaped:
            current.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "/":
            parts.append("".join(current))
            current = []
        else:
            current.append(character)
    parts.append("".join(current))
    return tuple(parts)


def step_key(key: str) -> str:
    """The key of the step that makes a single asset: the parts joined by `__`."""
    return "__".join(split_key(key))


def location_folder(name: str) -> str:
    """The name of a location's folder on disk: whatever the location is called, one component."""
    folder = quote(name, safe=" :@+,=")
    if folder.startswith("."):
        folder = "%2E" + folder[1:]
    return _shortened(folder, name)


def _shortened(name: str, text: str) -> str:
    """A name on disk holds 255 bytes, suffixes included."""
    if len(name) <= _LONGEST_STEP:
        return name
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return "%s~%s" % (name[: _LONGEST_STEP - 17], digest)


def is_name(text: str) -> bool:
    """Whether `text` may name an op, a resource or a group: letters, digits, underscores."""
    return _NAME.match(text) is not None


@dataclass(frozen=True)
class AttemptKey:
    """One attempt at one step of one run; the unit that is started at most once."""

    run_id: str
    step: str
    attempt: int
    """Counted from 1."""

    @property
    def file_name(self) -> str:
        """Name of the attempt's files below its run's folder, without suffix."""
        return "%s.%d" % (_shortened(quote(self.step, safe=""), self.step), self.attempt)

    @property
    def note_name(self) -> str:
        """Name of the attempt's note in a folder that all runs share."""
        return "%s.%s" % (self.run_id, self.file_name)

    @property
    def ring(self) -> str:
        """What the attempt's worker rings the doorbell with."""
        return "%s/%s" % (self.run_id, self.file_name)

    def __str__(self) -> str:
        return "%s/%s.%d" % (self.run_id, self.step, self.attempt)
