"""A peer's processes: start them, find all of them, weigh them, end them.

They are found by a variable that only they have in their environment, and by parentage; so one
that left for a session of its own, or whose parent died, is found all the same.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_MARK = "BENCHMARK_SESSION"
_TICKS = os.sysconf("SC_CLK_TCK")
_TROUBLE = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONHOME")
_GRACE_S = 20.0


def environment(own: Mapping[str, str], python: Path) -> dict[str, str]:
    """What a user's shell would have: nothing of this program's environment or the peers'."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in _TROUBLE and not name.startswith(("ATOLL_", "DAGSTER_", "VIRTUAL_ENV"))
    }
    env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return {**env, **own}


class Tree:
    """A program with everything that it has started."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path
    ) -> None:
        self._mark = f"{_MARK}={uuid.uuid4().hex}"
        name, _, value = self._mark.partition("=")
        self.log = log
        self.began = time.monotonic()
        with log.open("wb") as output:
            self._root = subprocess.Popen(
                command,
                env={**env, name: value},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self._root.poll() is None

    def pids(self) -> set[int]:
        """The root and everything it has started, except zombies."""
        parents, marked = {}, set()
        for pid in _all_pids():
            fields = _stat(pid)
            if fields is None or fields[0] in "ZX":
                continue
            parents[pid] = int(fields[1])
            if self._has_mark(pid):
                marked.add(pid)
        found = marked | ({self._root.pid} & parents.keys())
        while more := {pid for pid, ppid in parents.items() if ppid in found} - found:
            found |= more
        return found

    def pss_bytes(self) -> int:
        """Proportional set size: shared pages counted once, divided among those who share."""
        return sum(_pss_kib(pid) for pid in self.pids()) * 1024

    def cpu_seconds(self) -> float:
        """User and system time, with that of children that ended and were waited for."""
        ticks = 0
        for pid in self.pids():
            fields = _stat(pid)
            if fields is not None:
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / _TICKS

    def stop(self) -> None:
        """Ctrl-C for the root and its group; after a while, kill what is left."""
        with _held_back():
            if self.is_alive:
                _signal_group(self._root.pid, signal.SIGINT)
            deadline = time.monotonic() + _GRACE_S
            while self._remains() and time.monotonic() < deadline:
                time.sleep(0.1)
            while left := self._remains():
                for pid in left:
                    _kill(pid)
                time.sleep(0.05)

    def tail(self, lines: int = 20) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _remains(self) -> set[int]:
        self._root.poll()  # a zombie of ours is waited for
        return self.pids()

    def _has_mark(self, pid: int) -> bool:
        try:
            return self._mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False


@contextmanager
def _held_back() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended."""
    caught: list[int] = []
    previous = {
        number: signal.signal(number, lambda number, _: caught.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if caught:
        raise KeyboardInterrupt


def command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    """State, ppid and the rest of /proc/PID/stat; None where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        pass


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
