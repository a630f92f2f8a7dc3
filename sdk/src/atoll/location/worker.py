"""A worker: the process, forked or spare, that executes one attempt at one step."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import sys
from typing import Any, Dict, List, Optional

from atoll.definitions.collection import Definitions
from atoll.execution.prepare import prepare
from atoll.execution.step import execute_step, retry_delay
from atoll.instance.hosted import HostedStorage
from atoll.instance.instance import DagsterInstance, in_use
from atoll.location.confinement import Confinement
from atoll.location.descriptors import moved_up
from atoll.location.journal import Journal
from atoll_wire import events
from atoll_wire.events import ASSET_JOB
from atoll_wire.keys import MARK, STACK, STDERR, STDOUT
from atoll_wire.limits import NO_LIMITS, StepLimits
from atoll_wire.messages import StartWorker

_STACK_FD = 400
_INTERRUPTING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_forks_are_spared = False
_masks: List[Any] = []


def execute(
    order: StartWorker, definitions: Definitions, bell: Optional[socket.socket], forked: bool
) -> None:
    """Execute the attempt in this process, if it is the first to begin it."""
    if forked:
        os.setsid()
        _forget_the_parent()
    stack = _redirect_output(order.output)
    limits = limits_of(order, definitions)
    confinement = Confinement(limits)
    data = _first_event(order, definitions, limits, forked)
    if order.cgroup and not limits.is_empty and confinement.join(order.cgroup):
        data["cgroup"] = order.cgroup
    journal = Journal.begin(order.journal, order.request.key, bell, data, limits)
    if journal is None:
        return
    interrupting = _INTERRUPTING if limits.cpu_time_s is None else (*_INTERRUPTING, signal.SIGXCPU)
    for number in interrupting:
        signal.signal(number, journal.interrupt)
    _spare_forks_our_handlers()
    os.environ[MARK] = order.request.key.ring
    try:
        confinement.begin()
        message = "stdout and stderr go to files"
        journal.emit(events.LOGS_CAPTURED, message, {"stdout": STDOUT, "stderr": STDERR})
        storage = HostedStorage(order.instance, order.request.key, journal.emit)
        with in_use(DagsterInstance(storage)) as instance:
            execute_step(definitions, order.request, journal, limits, instance)
    finally:
        for number in interrupting:
            signal.signal(number, signal.SIG_DFL)
        confinement.end()
        flush_output()
        faulthandler.disable()
        os.close(stack)
        journal.close()


def limits_of(order: StartWorker, definitions: Definitions) -> StepLimits:
    """The step's own limits, and those of its location where it says nothing."""
    assets = prepare(definitions).step(order.request.key.step)
    own = NO_LIMITS if assets is None else assets.limits
    return own.over(order.limits or NO_LIMITS)


def _first_event(
    order: StartWorker, definitions: Definitions, limits: StepLimits, forked: bool
) -> Dict[str, Any]:
    """What the journal begins with: also all that a supervisor needs to enforce the limits."""
    request = order.request
    data: Dict[str, Any] = {
        "python_version": "%d.%d.%d" % sys.version_info[:3],
        "worker": "fork" if forked else "spawn",
    }
    if request.job_name != ASSET_JOB:
        data["job_name"] = request.job_name
    if not limits.is_empty:
        data["limits"] = {name: value for name, value in vars(limits).items() if value is not None}
        data["grace_s"] = request.grace_s
        delay = retry_delay(prepare(definitions).step(request.key.step), request.retry_number)
        if delay is not None:
            data["retry_delay_s"] = delay
    return data


def _spare_forks_our_handlers() -> None:
    """Let what user code forks die of a signal, as everybody expects of it.

    A handler of Python's does not run while C code waits for a lock, and an interpreter forgets
    what it was sent before it had come to itself after a fork: `Pool.terminate()` would wait for
    ever. So signals wait, in parent and child, until the child has the default handlers.
    """
    global _forks_are_spared
    if not _forks_are_spared:
        _forks_are_spared = True
        os.register_at_fork(
            before=_hold_signals,
            after_in_parent=_release_signals,
            after_in_child=_default_handlers,
        )


def _hold_signals() -> None:
    _masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTING))


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, _masks.pop())


def _default_handlers() -> None:
    for number in (*_INTERRUPTING, signal.SIGXCPU):
        if getattr(signal.getsignal(number), "__func__", None) is Journal.interrupt:
            signal.signal(number, signal.SIG_DFL)
    _release_signals()


def flush_output() -> None:
    """Write out what is buffered; user code may have put anything in place of the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def _forget_the_parent() -> None:
    """Undo what a fork inherits and must not share."""
    for number in (signal.SIGCHLD, signal.SIGUSR2):
        signal.signal(number, signal.SIG_DFL)
    numpy = sys.modules.get("numpy.random")  # the standard library reseeds its own
    if numpy is not None:
        numpy.seed()


def _redirect_output(base: str) -> int:
    """Let stdout, stderr and the stacks of a crash go to the attempt's own files."""
    for number, suffix in ((1, STDOUT), (2, STDERR)):
        fd = os.open(base + suffix, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(fd, number)
        os.close(fd)
    low = os.open(base + STACK, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    stack = moved_up(low, _STACK_FD)
    faulthandler.enable(stack)
    return stack
