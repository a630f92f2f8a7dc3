"""Control groups (cgroup v2), where this process may make some: one for each limited attempt.

Looked for once. Nothing depends on them: where they are not permitted, resource limits hold a
worker, and what it leaves behind is searched for. Joining one may wait for the kernel for some
milliseconds, so that an attempt without limits has none.
"""

from __future__ import annotations

import hashlib
import os
from typing import List, NamedTuple, Optional, Tuple

_FOLDER = "atoll"
_CONTROLLERS = ("memory", "cpu")


class Permitted(NamedTuple):
    """What is possible here."""

    folder: str
    """Where attempts have theirs; empty: nowhere."""
    controllers: Tuple[str, ...]
    """Which limits they can hold."""
    why: str
    """Why not more, as a clause; empty where all is possible."""

    def __str__(self) -> str:
        if not self.folder:
            return "resource limits of each process (no cgroups: %s)" % self.why
        if not self.controllers:
            return "resource limits; cgroups only to end what a step leaves (%s)" % self.why
        by = " and ".join(self.controllers)
        return "cgroups (%s)%s" % (by, "; " + self.why if self.why else "")


_permitted: Optional[Permitted] = None


def permitted() -> Permitted:
    """What is possible here, as it was found the first time."""
    global _permitted
    if _permitted is None:
        _permitted = look("/proc/self")
    return _permitted


def look(proc: str) -> Permitted:
    """Find, and make ready, the group below which attempts get theirs.

    Args:
        proc: the folder that describes this process.
    """
    base = _own_group(proc)
    if base is None:
        return Permitted("", (), "there is no cgroup v2 file system")
    if _is_delegated(os.path.dirname(base)):
        base = os.path.dirname(base)  # as `DelegateSubgroup=` of systemd has it
    folder = os.path.join(base, _FOLDER)
    try:
        os.makedirs(folder, exist_ok=True)
        if not os.access(os.path.join(folder, "cgroup.procs"), os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        return Permitted("", (), "%s: %s" % (folder, error.strerror))
    offered = [one for one in _CONTROLLERS if one in _words(base, "cgroup.controllers")]
    for group in (base, folder):
        for one in offered:
            try:
                with open(os.path.join(group, "cgroup.subtree_control"), "w") as file:
                    file.write("+" + one)
            except OSError:
                pass
    held = tuple(one for one in offered if one in _words(folder, "cgroup.subtree_control"))
    _drop_empty(folder)
    missing = " and ".join(one for one in _CONTROLLERS if one not in held)
    return Permitted(folder, held, "%s: not delegated to %s" % (missing, base) if missing else "")


def path(folder: str, journal: str) -> str:
    """Where the attempt with this journal has its group."""
    return os.path.join(folder, hashlib.sha256(journal.encode()).hexdigest()[:24])


def members(cgroup: str) -> List[int]:
    """The processes in a group."""
    try:
        return [int(pid) for pid in _words(cgroup, "cgroup.procs")]
    except ValueError:
        return []


def has_run_out_of_memory(cgroup: str) -> bool:
    """Whether the kernel has killed in the group, because the group itself used too much."""
    words = _words(cgroup, "memory.events")
    counts = dict(zip(words[::2], words[1::2]))
    return counts.get("oom", "0") != "0" and counts.get("oom_kill", "0") != "0"


def remove(cgroup: str) -> bool:
    """Drop a group; False where something in it still runs."""
    try:
        os.rmdir(cgroup)
    except OSError:
        return not os.path.isdir(cgroup)
    return True


def _own_group(proc: str) -> Optional[str]:
    try:
        with open(os.path.join(proc, "mounts")) as file:
            mounts = [line.split() for line in file]
        with open(os.path.join(proc, "cgroup")) as file:
            own = [line.rstrip("\n")[len("0::") :] for line in file if line.startswith("0::")]
    except OSError:
        return None
    root = next((fields[1] for fields in mounts if fields[2] == "cgroup2"), None)
    return None if root is None or not own else os.path.normpath(root + own[0])


def _is_delegated(group: str) -> bool:
    for name in ("user.delegate", "trusted.delegate"):
        try:
            if os.getxattr(group, name) == b"1":  # type: ignore[attr-defined,unused-ignore]
                return True
        except (OSError, AttributeError):
            pass
    return False


def _drop_empty(folder: str) -> None:
    """Drop the groups of attempts that are over; those in use cannot be dropped."""
    for entry in os.scandir(folder):
        if entry.is_dir():
            remove(entry.path)


def _words(group: str, name: str) -> List[str]:
    try:
        with open(os.path.join(group, name)) as file:
            return file.read().split()
    except OSError:
        return []
