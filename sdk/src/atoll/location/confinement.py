"""What holds this process, a worker, to the limits of its step.

A control group (cgroup v2) where the supervisor says that one is permitted, else resource limits
of the process. Only soft ones are set: they hold code that is careless, not code that is hostile.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Dict, Set, Tuple

from atoll_wire.limits import StepLimits

_PERIOD_US = 100_000


class Confinement:
    """The limits that are in force; `end` gives a process that goes on what it had before."""

    def __init__(self, limits: StepLimits) -> None:
        self._limits = limits
        self._before: Dict[int, Tuple[int, int]] = {}
        self._held: Set[str] = set()

    def join(self, cgroup: str) -> bool:
        """Make the control group and go into it; whether that worked.

        What it cannot hold is left for `begin`; so is everything where it cannot be made.
        """
        limits, settings = self._limits, {}
        if limits.memory_bytes is not None:
            settings["memory.max"] = str(limits.memory_bytes)
        if limits.cpus is not None:
            settings["cpu.max"] = "%d %d" % (limits.cpus * _PERIOD_US, _PERIOD_US)
        try:
            os.mkdir(cgroup)
            for name, value in settings.items():
                if os.path.exists(os.path.join(cgroup, name)):
                    _write(cgroup, name, value)
                    self._held.add(name)
            if "memory.max" in self._held:
                _write(cgroup, "memory.oom.group", "1")  # all of it goes, or none
            _write(cgroup, "cgroup.procs", "0")
        except OSError:
            self._held.clear()
            return False
        return True

    def begin(self) -> None:
        """Set resource limits for what nothing holds yet."""
        limits = self._limits
        is_heeded = sys.platform.startswith("linux")
        if limits.memory_bytes is not None and is_heeded and "memory.max" not in self._held:
            self._set(resource.RLIMIT_DATA, limits.memory_bytes)
        if limits.cpu_time_s is not None:
            used = resource.getrusage(resource.RUSAGE_SELF)
            gone = used.ru_utime + used.ru_stime
            self._set(resource.RLIMIT_CPU, int(gone + limits.cpu_time_s + 0.999))
        if limits.open_files is not None:
            self._set(resource.RLIMIT_NOFILE, limits.open_files)

    def end(self) -> None:
        """Lift the resource limits."""
        for kind, before in self._before.items():
            resource.setrlimit(kind, before)

    def _set(self, kind: int, most: int) -> None:
        self._before[kind] = resource.getrlimit(kind)
        hard = self._before[kind][1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))


def _write(folder: str, name: str, value: str) -> None:
    fd = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)
