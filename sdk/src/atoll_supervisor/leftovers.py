"""What an attempt has left running: found, and killed, when the attempt was ended by force.

Its session and process group are known by number. What has left them (`setsid`, a double fork)
is known by the variable that marks every program started by a worker, or, where no program was
started, by the attempt's output files that it still has open for writing (who reads them, as
`tail -f` does, is none of its). What hides both is not found; in a control group nothing hides.
Linux only, elsewhere the process group is all.
"""

from __future__ import annotations

import os
import signal
from typing import Iterator, List, Optional, Set, Tuple

from atoll_supervisor import cgroups
from atoll_wire.keys import MARK, STACK, STDERR, STDOUT, AttemptKey

_PASSES = 5
"""A process that is looked at while it forks escapes one look; not five."""


def kill(
    key: AttemptKey,
    pid: Optional[int],
    output_base: str,
    cgroup: str = "",
    has_session: bool = True,
) -> None:
    """Kill all that the attempt has started, but not its worker.

    Args:
        pid: of the worker, which led its session.
        has_session: whether that session is sure to be the worker's: where nobody has seen it
            end, its number may be somebody else's by now.
    """
    kept = {os.getpid(), pid or 0}
    for _ in range(_PASSES):
        found = _in_cgroup(cgroup, kept) if cgroup else set()
        found |= set(_belonging(key, pid if has_session else None, output_base, kept))
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
    key: AttemptKey, worker: Optional[int], output_base: str, kept: Set[int]
) -> Iterator[int]:
    mark = ("%s=%s" % (MARK, key.ring)).encode()
    files = {output_base + suffix for suffix in (STDOUT, STDERR, STACK)}
    for pid in _pids():
        if pid in kept:
            continue
        state, group, session = _status(pid)
        if state in (None, "Z", "X"):
            continue
        is_near = bool(worker) and worker in (group, session)
        if is_near or mark in _environment(pid) or _writes_to(pid, files):
            yield pid


def _pids() -> List[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _status(pid: int) -> Tuple[Optional[str], int, int]:
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


def _writes_to(pid: int, files: Set[str]) -> bool:
    """Whether a process has one of the files open for writing."""
    folder = "/proc/%d/fd" % pid
    try:
        for name in os.listdir(folder):
            if os.readlink(os.path.join(folder, name)) in files and _is_writable(pid, name):
                return True
    except OSError:
        pass  # it has ended, or is not ours to look at
    return False


def _is_writable(pid: int, fd: str) -> bool:
    with open("/proc/%d/fdinfo/%s" % (pid, fd)) as file:
        flags = next(line.split()[1] for line in file if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE != os.O_RDONLY
