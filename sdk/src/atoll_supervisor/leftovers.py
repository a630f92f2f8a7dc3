"""What an attempt has left running: found, and killed, when the attempt was ended by force.

Its session and process group are known by number. What has left them (`setsid`, a double fork)
is known by the variable that marks every program started by a worker, or, where no program was
started, by the attempt's own files that it still has open. What hides both is not found; in a
control group nothing hides. Linux only, elsewhere the process group is all.
"""

from __future__ import annotations

import os
import signal
from typing import Iterator, List, Optional, Set

from atoll_supervisor import cgroups
from atoll_wire.keys import MARK, STACK, STDERR, STDOUT, AttemptKey

_PASSES = 5
"""A process that is looked at while it forks escapes one look; not five."""


def kill(
    key: AttemptKey, pid: Optional[int], output_base: str, journal: str, cgroup: str = ""
) -> None:
    """Kill all that the attempt has started, but not its worker.

    Args:
        pid: of the worker, which led its session.
    """
    kept = {os.getpid(), pid or 0}
    for _ in range(_PASSES):
        found = _in_cgroup(cgroup, kept) if cgroup else set()
        found |= set(_belonging(key, pid, output_base, journal, kept))
        for one in found:
            try:
                os.kill(one, signal.SIGKILL)
            except OSError:
                kept.add(one)
        if not found - kept:
            return


def _in_cgroup(cgroup: str, kept: Set[int]) -> Set[int]:
    return set(cgroups.members(cgroup)) - kept


def _belonging(
    key: AttemptKey, worker: Optional[int], output_base: str, journal: str, kept: Set[int]
) -> Iterator[int]:
    mark = ("%s=%s" % (MARK, key.ring)).encode()
    files = {output_base + suffix for suffix in (STDOUT, STDERR, STACK)} | {journal}
    for pid in _pids():
        if pid in kept:
            continue
        state, group, session = _status(pid)
        if state in (None, "Z", "X"):
            continue
        is_near = bool(worker) and worker in (group, session)
        if is_near or mark in _environment(pid) or not files.isdisjoint(_open_files(pid)):
            yield pid


def _pids() -> List[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _status(pid: int) -> tuple:  # type: ignore[type-arg]
    """State, process group and session."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None, 0, 0
    return fields[0], int(fields[2]), int(fields[3])


def _environment(pid: int) -> List[bytes]:
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []


def _open_files(pid: int) -> List[str]:
    folder = "/proc/%d/fd" % pid
    found = []
    try:
        for name in os.listdir(folder):
            found.append(os.readlink(os.path.join(folder, name)))
    except OSError:
        pass
    return found
