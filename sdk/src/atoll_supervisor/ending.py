"""Ending attempts before they end themselves: canceled ones, and those beyond their limits.

The worker is asked first: its user code sees an exception and may clean up. When the grace is
over, its process group is killed, and what has left the group with it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Callable, Dict, NamedTuple, Optional

from atoll_supervisor import cgroups, leftovers, usage
from atoll_supervisor.terms import Terms
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey
from atoll_wire.limits import duration_text, told_cpu_time, told_max_runtime, told_memory

_DROP_S, _DROP_AT_MOST_S = 0.1, 60.0

Pulse = Callable[[], Optional[int]]
"""The pid of an attempt's living worker, or None."""


class Broken(NamedTuple):
    """A limit that an attempt has broken."""

    code: str
    message: str


class _Ending:
    """What is known of one attempt's end that is to come, or has been asked for."""

    def __init__(self, terms: Terms, pulse: Pulse) -> None:
        self.terms = terms
        self.pulse = pulse
        self.deadline: Optional[asyncio.TimerHandle] = None
        self.kill: Optional[asyncio.TimerHandle] = None
        self.is_forced = False
        self.broken: Optional[Broken] = None


class Endings:
    """The attempts of one supervisor that have a limit of time, or are being ended."""

    def __init__(self, output_base: Callable[[AttemptKey], str]) -> None:
        self._output_base = output_base
        self._loop = asyncio.get_running_loop()
        self._known: Dict[AttemptKey, _Ending] = {}
        self._emptying: Dict[str, asyncio.TimerHandle] = {}
        """Control groups of attempts that are over, and when each is looked at again."""

    def begun(self, key: AttemptKey, terms: Terms, pulse: Pulse) -> None:
        """The attempt runs on these terms; watch the clock where they limit its time."""
        if terms == Terms() or key in self._known:
            return
        ending = self._known[key] = _Ending(terms, pulse)
        limit_s = terms.limits.max_runtime_s
        if limit_s is not None:
            # The moment after, so that the worker's clock says the same.
            left_s = terms.began + limit_s - time.monotonic() + 0.001
            broken = Broken("step.timed_out", told_max_runtime(limit_s))
            ending.deadline = self._loop.call_later(max(left_s, 0.0), self._break, key, broken)

    def interrupt(self, key: AttemptKey, grace_s: float, pulse: Pulse, again: bool = False) -> None:
        """Ask the worker to end; kill it after the grace. Asking twice is asking once.

        Args:
            again: whether its step is to start again, as this supervisor is about to end.
        """
        ending = self._known.setdefault(key, _Ending(Terms(), pulse))
        pid = pulse()
        if ending.is_forced or not pid:
            return
        ending.is_forced = True
        send(os.kill, pid, signal.SIGHUP if again else signal.SIGTERM)
        ending.kill = self._loop.call_later(grace_s, self._kill, key, pid)

    def check(self, key: AttemptKey) -> None:
        """Kill what has used far more CPU time than it may: code that sees no exception."""
        ending = self._known.get(key)
        limit_s = None if ending is None else ending.terms.limits.cpu_time_s
        if ending is None or limit_s is None or ending.broken is not None:
            return
        pid = ending.pulse()
        used = usage.of_process(pid) if pid else None
        most = ending.terms.began_cpu_s + (limit_s or 0.0) + ending.terms.grace_s
        if pid and used is not None and used[1] >= most:
            ending.is_forced, ending.broken = True, Broken("step.cpu_time", told_cpu_time(limit_s))
            self._kill(key, pid)

    def verdict(self, key: AttemptKey) -> Optional[Failure]:
        """Why the attempt's worker is dead, if that is because it broke a limit."""
        ending = self._known.get(key)
        if ending is None:
            return None
        terms, broken = ending.terms, ending.broken
        memory = terms.limits.memory_bytes
        if memory is not None and terms.cgroup and cgroups.has_run_out_of_memory(terms.cgroup):
            hint = "raise atoll/memory, or use less"
            return Failure("step.out_of_memory", told_memory(memory), hint=hint)
        if broken is None:
            return None
        grace = duration_text(terms.grace_s)
        return Failure(
            broken.code,
            "%s; it did not end within %s, and was killed" % (broken.message, grace),
            hint="raise the limit in the step's op_tags, or in step_limits of its location",
        )

    def terms(self, key: AttemptKey) -> Terms:
        """On which terms the attempt runs, as far as is known."""
        return self._known[key].terms if key in self._known else Terms()

    def ended(self, key: AttemptKey, pid: Optional[int], is_lost: bool = False) -> None:
        """The attempt is over: kill what it has left, unless it ended by itself."""
        ending = self._known.pop(key, None)
        cgroup = "" if ending is None else ending.terms.cgroup
        if ending is not None:
            for timer in (ending.deadline, ending.kill):
                if timer is not None:
                    timer.cancel()
        if pid and (is_lost or (ending is not None and ending.is_forced)):
            leftovers.kill(key, pid, self._output_base(key), cgroup)
        if cgroup:
            self._drop(cgroup, _DROP_S)

    def sweep(self, key: AttemptKey, pid: Optional[int]) -> None:
        """Kill what an attempt has left that was interrupted, whoever did that, and has ended.

        Args:
            pid: of its worker, which may be about to end.
        """
        is_ours = key in self._known and self._known[key].is_forced
        if not is_ours:  # else `ended` does
            leftovers.kill(key, pid, self._output_base(key), has_session=False)

    def _drop(self, cgroup: str, pause_s: float) -> None:
        """Drop a group as soon as its last process has ended; the worker itself is about to."""
        self._emptying.pop(cgroup, None)
        if not cgroups.remove(cgroup):
            later_s = min(pause_s * 2, _DROP_AT_MOST_S)
            self._emptying[cgroup] = self._loop.call_later(pause_s, self._drop, cgroup, later_s)

    def close(self) -> None:
        """Watch no clock any more."""
        for cgroup, dropping in self._emptying.items():
            dropping.cancel()
            cgroups.remove(cgroup)
        self._emptying.clear()
        for ending in self._known.values():
            for timer in (ending.deadline, ending.kill):
                if timer is not None:
                    timer.cancel()
        self._known.clear()

    def _break(self, key: AttemptKey, broken: Broken) -> None:
        ending = self._known[key]
        if not ending.is_forced:  # else it is being canceled
            ending.broken = broken
            self.interrupt(key, ending.terms.grace_s, ending.pulse)

    def _kill(self, key: AttemptKey, pid: int) -> None:
        ending = self._known.get(key)
        if ending is not None and ending.pulse() == pid:
            send(os.killpg, pid, signal.SIGKILL)


def send(by: Callable[[int, int], None], pid: int, number: int) -> None:
    """Send a signal to a process, or a group, that may have ended meanwhile."""
    try:
        by(pid, number)
    except (ProcessLookupError, PermissionError):
        pass
