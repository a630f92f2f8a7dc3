"""What happens to the attempts that run here: read from their journals, told to the host.

An attempt is watched from its launch (or from the host's question about it) until its journal
is closed. Who has died without closing it is known by its lock, and gets the loss appended.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
import weakref
from functools import partial
from typing import Callable, Dict, List, Optional, Set

from atoll_supervisor import output, reaper
from atoll_supervisor.ending import Endings, send
from atoll_supervisor.journals import Journal, JournalFolder
from atoll_supervisor.terms import Terms
from atoll_wire import events, journal
from atoll_wire.codec import to_wire
from atoll_wire.events import JournalEvent
from atoll_wire.failure import SHUT_DOWN, Failure, ProcessExit
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttemptEvents, AttemptNeverStarted, Message
from atoll_wire.pulse import start_time

SCAN_S = 0.25
_PATIENCE_SCANS = 4
"""How long a dead worker's living parent may take to tell how it died."""

NEVER_STARTED = Failure(
    code="step.never_started",
    message="the worker was gone before it began; none of the step's code has run",
)
_INTERRUPTIONS = frozenset(["step.interrupted", "step.timed_out", "step.cpu_time"])
OUTCOME_LOST = Failure(
    code="step.outcome_lost",
    message="the worker has ended, and what it told was stored in a database that is not there "
    "any more; was this one restored from a backup?",
)
CANCELED = Failure(code="step.canceled", message="canceled before it began")
NOT_BEGUN = Failure(code=SHUT_DOWN, message="it had not begun when its host or server ended")


class Attempt:
    """One watched attempt."""

    def __init__(self, key: AttemptKey, sent: int = 0) -> None:
        self.key = key
        self.sent = sent
        """The last sequence number that the host has or was sent."""
        self.journal: Optional[Journal] = None
        self.parent: Optional[object] = None
        """The process that makes the worker, while it lives; it will tell of the exit."""
        self.pid: Optional[int] = None
        self.start_time: Optional[int] = None
        self.exit: Optional[ProcessExit] = None
        self.max_rss_bytes: Optional[int] = None
        self.missed_scans = 0
        self.is_interrupted = False
        self.starts_again = False
        """Whether it was interrupted because this supervisor is about to end."""


_in_this_process: weakref.WeakSet[Attempts] = weakref.WeakSet()


def watched_pids() -> Set[int]:
    """The workers whose end is of interest to any supervisor of this process."""
    return {pid for attempts in _in_this_process for pid in attempts.pids()}


class Attempts:
    """The watched attempts of one supervisor.

    Args:
        deliver: takes messages for the host.
        on_end: told of each attempt that is over, whichever way.
        is_full: whether so much waits for the host that events stay in journals for now.
    """

    def __init__(
        self,
        journals: JournalFolder,
        output_base: Callable[[AttemptKey], str],
        deliver: Callable[[Message], None],
        on_end: Callable[[AttemptKey], None],
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._journals, self._output_base = journals, output_base
        self._deliver, self._on_end, self._is_full = deliver, on_end, is_full
        self._loop = asyncio.get_running_loop()
        self._watched: Dict[AttemptKey, Attempt] = {}
        self._by_ring: Dict[str, Attempt] = {}
        self._closed: Dict[AttemptKey, int] = {}
        self._orphans: Dict[int, AttemptKey] = {}
        self._timer: Optional[asyncio.TimerHandle] = None
        self._endings = Endings(output_base)
        _in_this_process.add(self)

    def watch(self, key: AttemptKey, parent: object) -> None:
        """Expect the attempt to be executed by `parent`, or by a child of it."""
        self._watch(Attempt(key)).parent = parent

    def attach(self, key: AttemptKey, after: int) -> None:
        """Tell what became of the attempt after event `after`; see that it cannot start late."""
        attempt = self._watched.get(key)
        if attempt is None:
            self._closed.pop(key, None)
            attempt = self._watch(Attempt(key))
        elif attempt.journal is not None:
            attempt.journal.close()
            attempt.journal = None
        attempt.sent = after
        self._check_if_possible(attempt)

    def rang(self, ring: str) -> None:
        """The worker of the attempt with this ring has written something."""
        attempt = self._by_ring.get(ring)
        if attempt is not None:
            self._check_if_possible(attempt, look_for_death=False)

    def worker_started(self, key: AttemptKey, pid: int) -> None:
        if key in self._watched:
            self._watched[key].pid = pid

    def worker_exited(
        self, key: AttemptKey, exit: ProcessExit, max_rss_bytes: Optional[int] = None
    ) -> None:
        """The worker's parent tells how it ended."""
        attempt = self._watched.get(key)
        if attempt is not None:
            attempt.parent, attempt.exit, attempt.max_rss_bytes = None, exit, max_rss_bytes
            self._check_if_possible(attempt)

    def parent_died(self, parent: object) -> None:
        """Its workers, if it made any, are orphans now."""
        for attempt in [a for a in self._watched.values() if a.parent is parent]:
            attempt.parent = None
            self._check_if_possible(attempt)

    def never_start(self, key: AttemptKey, failure: Failure) -> None:
        """Bury an attempt that no process was asked to execute, as soon as that can be done."""
        try:
            is_buried = self._journals.bury(key)
        except OSError:  # a full disk, a folder without rights
            self._loop.call_later(SCAN_S, self.never_start, key, failure)
            return
        if is_buried:
            self._deliver(AttemptNeverStarted(key, failure))
            self._on_end(key)
        else:
            self.attach(key, 0)

    def acknowledge(self, key: AttemptKey, seq: int) -> None:
        """The host has the events up to `seq`: a closed journal may shrink."""
        last = self._closed.get(key)
        if last is not None and seq >= last:
            del self._closed[key]
            self._journals.shrink(key, last)

    def forget(self, run_id: str) -> None:
        """The run is over: nothing of it is told or buried any more."""
        for key in [key for key in self._watched if key.run_id == run_id]:
            self._end(self._watched[key])
        for key in [key for key in self._closed if key.run_id == run_id]:
            del self._closed[key]
        self._journals.forget(run_id)

    def cancel(self, key: AttemptKey, grace_s: float, again: bool = False) -> None:
        """Interrupt the worker; kill its process group after the grace.

        Args:
            again: whether its step is to start again, as this supervisor is about to end.
        """
        attempt = self._watched.get(key)
        if attempt is None:
            return
        if attempt.journal is None:
            attempt.journal = self._journals.open(key)
        if attempt.journal is None:
            if self._journals.bury(key):
                self._end(attempt)
                self._deliver(AttemptNeverStarted(key, NOT_BEGUN if again else CANCELED))
                return
            attempt.journal = self._journals.open(key)
        if self._pulse(attempt) and not (again and attempt.is_interrupted):
            attempt.is_interrupted, attempt.starts_again = True, again
        self._endings.interrupt(key, grace_s, partial(self._pulse, attempt), again)

    def bury(self, key: AttemptKey, failure: Failure) -> None:
        """See that the attempt never starts; of one that has begun, tell how it stands."""
        attempt = self._watched.get(key)
        if not self._journals.bury(key):
            self.attach(key, 0 if attempt is None else attempt.sent)
            return
        if attempt is not None:
            if attempt.pid:
                send(os.kill, attempt.pid, signal.SIGKILL)  # it hangs, and must not run any more
            self._end(attempt)
        self._deliver(AttemptNeverStarted(key, failure))

    def interrupt_all(self, grace_s: float) -> None:
        """Interrupt every attempt that is under way here, to be started again."""
        for key in list(self._watched):
            self.cancel(key, grace_s, again=True)

    def pids(self) -> Set[int]:
        """The workers whose end is of interest here."""
        return {a.pid for a in self._watched.values() if a.pid} | set(self._orphans)

    @property
    def watched(self) -> List[AttemptKey]:
        """The attempts whose end is not known yet."""
        return list(self._watched)

    @property
    def is_watching(self) -> bool:
        """Whether any attempt is under way, as far as is known here."""
        return bool(self._watched or self._orphans)

    def close(self) -> None:
        """Stop watching; workers go on, and their journals with them."""
        if self._timer is not None:
            self._timer.cancel()
        for attempt in self._watched.values():
            if attempt.journal is not None:
                attempt.journal.close()
        self._watched.clear()
        self._endings.close()

    def _watch(self, attempt: Attempt) -> Attempt:
        self._watched[attempt.key] = self._by_ring[attempt.key.ring] = attempt
        self._ensure_scans()
        return attempt

    def _ensure_scans(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(SCAN_S, self._scan)

    def _scan(self) -> None:
        self._timer = None
        for attempt in list(self._watched.values()):
            self._check_if_possible(attempt)
            self._endings.check(attempt.key)
        for pid in [pid for pid in self._orphans if reaper.reap(pid) is not None]:
            del self._orphans[pid]
        if self._watched or self._orphans:
            self._ensure_scans()

    def _check_if_possible(self, attempt: Attempt, look_for_death: bool = True) -> None:
        try:
            self._check(attempt, look_for_death)
        except OSError:
            pass  # a full disk, a folder without rights: others are looked at, and this again

    def _check(self, attempt: Attempt, look_for_death: bool = True) -> None:
        """Read what is new; see whether the worker still lives."""
        if self._is_full():
            return  # the next scan does
        if attempt.journal is None and not self._find(attempt):
            return
        if not look_for_death:
            self._read(attempt)
            return
        if attempt.start_time is None and not self._read(attempt):
            return
        # The pulse is taken before the reading: who was dead then can have written nothing since.
        pid = self._pulse(attempt)
        if not self._read(attempt):
            return
        damaged = attempt.journal is not None and attempt.journal.is_damaged
        if pid is not None:
            if damaged:  # the scan that finds it dead tells the loss
                send(os.killpg, pid, signal.SIGKILL)
        elif damaged:
            self._lose(attempt, "the step's own code has overwritten its journal")
        elif not self._still_to_be_told(attempt):
            self._lose(attempt)

    def _read(self, attempt: Attempt) -> bool:
        """Tell what is new; whether all of it was read, and the attempt goes on.

        A long journal is read in parts, between which others have their turn: whoever asks
        whether this supervisor is there must not wait.
        """
        assert attempt.journal is not None
        part = attempt.journal.read()
        if part.tombstone is not None:
            self._end(attempt)
            if part.tombstone.why == journal.NEVER_STARTED:
                self._deliver(AttemptNeverStarted(attempt.key, NEVER_STARTED))
            elif part.tombstone.seq > attempt.sent:
                self._deliver(AttemptNeverStarted(attempt.key, OUTCOME_LOST))
            return False
        closing = journal.closing(part.events)
        if closing is not None and _was_interrupted(closing):
            # Whoever interrupted it may not have lived to see its end.
            pid = attempt.pid or part.events[0].data.get("pid")
            self._endings.sweep(attempt.key, pid)
        self._tell(attempt, part.events)
        if closing is not None:
            self._close(attempt)
            return False
        if part.has_more and not part.is_damaged:
            self._loop.call_soon(self._read_on, attempt.key)
            return False
        return True

    def _read_on(self, key: AttemptKey) -> None:
        attempt = self._watched.get(key)
        if attempt is not None:
            self._check_if_possible(attempt)

    def _pulse(self, attempt: Attempt) -> Optional[int]:
        """The pid of the living worker, or None.

        Its lock tells, and where user code has made it let go (by closing descriptors it did
        not open, or by reading the journal), the process itself.
        """
        pid = attempt.journal.worker() if attempt.journal is not None else None
        if pid is None and attempt.pid and attempt.start_time is not None:
            return attempt.pid if start_time(attempt.pid) == attempt.start_time else None
        return pid

    def _find(self, attempt: Attempt) -> bool:
        """Open the attempt's journal; bury the attempt where nobody will write one."""
        attempt.journal = self._journals.open(attempt.key)
        if attempt.journal is None and attempt.parent is None:
            if self._journals.bury(attempt.key):
                self._end(attempt)
                failure = NEVER_STARTED
                if attempt.exit is not None:
                    failure = self._loss(attempt, failure.message)
                self._deliver(AttemptNeverStarted(attempt.key, failure))
                return False
            attempt.journal = self._journals.open(attempt.key)
        return attempt.journal is not None

    def _still_to_be_told(self, attempt: Attempt) -> bool:
        if attempt.parent is None or attempt.exit is not None:
            return False
        attempt.missed_scans += 1
        return attempt.missed_scans <= _PATIENCE_SCANS

    def _tell(self, attempt: Attempt, found: List[JournalEvent]) -> None:
        if found and attempt.start_time is None:
            attempt.pid = found[0].data.get("pid", attempt.pid)
            attempt.start_time = found[0].data.get("start_time")
            terms = Terms.of(found[0].data)
            self._endings.begun(attempt.key, terms, partial(self._pulse, attempt))
        news = [event for event in found if event.seq > attempt.sent]
        if news:
            attempt.sent = news[-1].seq
            self._deliver(AttemptEvents(attempt.key, news))

    def _lose(self, attempt: Attempt, why: Optional[str] = None) -> None:
        """Append the loss to the journal of a dead worker, and tell it."""
        assert attempt.journal is not None
        if not attempt.journal.take_over():
            return  # somebody lives after all: the next scan tells
        attempt.journal.seq = max(attempt.journal.seq, attempt.sent)
        if attempt.exit is None and attempt.pid:
            attempt.exit = reaper.reap(attempt.pid)
        broken = self._endings.verdict(attempt.key)
        if broken is not None:
            terms = self._endings.terms(attempt.key)
            kind, message, data = terms.closing(attempt.key.step, broken)
        else:
            failure = self._loss(attempt, why or "the worker died before the step was over")
            kind, message = events.STEP_WORKER_LOST, failure.message
            data = {"failure": to_wire(failure)}
        if attempt.max_rss_bytes is not None:
            data["max_rss_bytes"] = attempt.max_rss_bytes
        try:
            lost = attempt.journal.append(kind, time.time(), message, data)
        except OSError:
            attempt.journal.close()  # a full disk, say: the next scan tries again
            attempt.journal = None
            return
        # Before anybody hears of it: the next attempt must not meet what this one has left.
        self._endings.ended(attempt.key, attempt.pid, is_lost=True)
        self._tell(attempt, lost)
        self._close(attempt)

    def _loss(self, attempt: Attempt, message: str) -> Failure:
        base = self._output_base(attempt.key)
        exit = attempt.exit or ProcessExit()
        if attempt.starts_again:
            message = "it was interrupted by a shutdown, and did not end by itself"
        return Failure(
            code=SHUT_DOWN if attempt.starts_again else "step.worker_lost",
            message="%s (%s)" % (message, exit),
            exit=exit,
            stack=output.stack(base),
            stderr=output.stderr_tail(base),
            hint=self._endings.terms(attempt.key).hint(exit),
        )

    def _close(self, attempt: Attempt) -> None:
        assert attempt.journal is not None
        self._closed[attempt.key] = attempt.journal.seq
        if attempt.parent is None and attempt.exit is None and attempt.pid:
            self._orphans[attempt.pid] = attempt.key
            self._ensure_scans()
        self._end(attempt)

    def _end(self, attempt: Attempt) -> None:
        if attempt.journal is not None:
            attempt.journal.close()
        self._endings.ended(attempt.key, attempt.pid)
        self._watched.pop(attempt.key, None)
        self._by_ring.pop(attempt.key.ring, None)
        self._on_end(attempt.key)


def _was_interrupted(closing: JournalEvent) -> bool:
    """Whether an attempt ended because somebody wanted it to."""
    code = (closing.data.get("failure") or {}).get("code")
    return bool(closing.data.get("interrupted")) or code in _INTERRUPTIONS
