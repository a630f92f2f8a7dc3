"""One generation of a location: its process, its spares, the steps that wait for either."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
import time
from collections import deque
from typing import Callable, Deque, Dict, List, NamedTuple, Optional, Union

from atoll_supervisor import cgroups, lend, output, usage
from atoll_supervisor.attempts import CANCELED, Attempts
from atoll_supervisor.process import LocationProcess
from atoll_supervisor.restart import Restarts
from atoll_supervisor.target import loaded_from
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    GenerationUsage,
    Load,
    Loaded,
    LoadFailed,
    Message,
    Probed,
    SnapshotChunk,
    StartWorker,
    StepRequest,
    Target,
    WorkerExited,
    WorkerMode,
    WorkerStarted,
)

SPARES = 2
_WHY_EXITED = (
    "code that calls os._exit ends the whole process, and an `executable_path` that is no Python "
    "ends at once; what it printed: atoll location log %s"
)
_STACK_WAIT_S = 0.5


_Status = Union[GenerationStarting, GenerationLoaded, GenerationFailed, GenerationExited]


class Surroundings(NamedTuple):
    """What every generation of a location shares."""

    name: str
    lent: str
    logs: str
    """Folder for the output of the location's processes."""
    bell: socket.socket
    """The end of the doorbell that processes ring."""
    attempts: Attempts
    journal_path: Callable[[AttemptKey], str]
    output_base: Callable[[AttemptKey], str]
    deliver: Callable[[Message], None]
    instance: str = ""
    """Path of the socket at which workers ask the instance."""


class Generation:
    """A generation from its first start until it is stopped.

    Its leader (the process that imported the code first) is started again when it dies; steps
    that are launched meanwhile wait.
    """

    def __init__(self, number: int, target: Target, surroundings: Surroundings) -> None:
        self.number = number
        self._target, self._around = target, surroundings
        self._loop = asyncio.get_running_loop()
        self._leader: Optional[LocationProcess] = None
        self._spares: Dict[LocationProcess, bool] = {}
        """Process, and whether it is ready."""
        self._busy: Dict[LocationProcess, AttemptKey] = {}
        self._loaded: Optional[Loaded] = None
        self._serving_since: Optional[float] = None
        self._identity: Optional[str] = None
        self._chunks: List[SnapshotChunk] = []
        self._mode: Optional[WorkerMode] = None
        self._status: Optional[_Status] = None
        """What the host was told last of how the generation stands."""
        self._started: Optional[GenerationStarting] = None
        self._usage: Optional[GenerationUsage] = None
        self._waiting: Deque[StepRequest] = deque()
        self._restarts = Restarts()
        self._timers: List[asyncio.TimerHandle] = []
        self._over = False
        self._starts = 0

    def start(self) -> None:
        """Start the leader; `GenerationLoaded` or `GenerationFailed` follows."""
        try:
            self._leader = self._spawn(spare=False)
        except OSError as error:
            self._fail(not_started(self._target, error), 0.0)
            return
        log = os.path.basename(self._leader.output_base)
        self._started = GenerationStarting(
            self.number, self._leader.pid, log, loaded_from(self._target)
        )
        self._tell(self._started)
        self._timers = [self._loop.call_later(self._target.load_timeout_s, self._timed_out)]

    @property
    def is_over(self) -> bool:
        """Whether it was stopped, or could not be loaded."""
        return self._over

    def claim(self, number: int, surroundings: Surroundings) -> None:
        """Become the generation that a host asks for, having been loaded before it asked."""
        self.number, self._around = number, surroundings
        if self._started is not None:
            self._started = dataclasses.replace(self._started, generation=number)
        if self._status is not None:
            self._status = dataclasses.replace(self._status, generation=number)
        if self._mode is not None:
            self._mode = dataclasses.replace(self._mode, generation=number)
        self.repeat()

    def stop(self) -> List[LocationProcess]:
        """Let its processes go; its workers finish their step.

        Returns:
            The processes that are about to end.
        """
        self._over = True
        for timer in self._timers:
            timer.cancel()
        going = [process for process in self._spares if process.alive]
        for process in going:
            process.stop()
        if self._leader is not None and self._leader.alive:
            if self._serving_since is None:
                self._leader.kill()
            else:
                self._leader.stop()
            going.append(self._leader)
        self._refuse_waiting("its generation was stopped")
        return going

    def snapshot(self, hash: str) -> List[SnapshotChunk]:
        """The chunks of the generation's snapshot, if that is its hash."""
        return [chunk for chunk in self._chunks if chunk.hash == hash]

    def launch(self, request: StepRequest) -> None:
        """Execute an attempt as soon as there is a process for it."""
        if self._over:
            self._around.attempts.never_start(request.key, _generation_gone("was stopped"))
            return
        self._waiting.append(request)
        self._dispatch()

    def cancel_waiting(self, key: AttemptKey, failure: Failure = CANCELED) -> bool:
        """Take back an attempt that no process has yet; whether there was one."""
        for request in self._waiting:
            if request.key == key:
                self._waiting.remove(request)
                self._around.attempts.never_start(key, failure)
                return True
        return False

    def forget(self, run_id: str) -> None:
        """Drop what waits here for a run that is over."""
        for request in [one for one in self._waiting if one.key.run_id == run_id]:
            self._waiting.remove(request)

    @property
    def waiting(self) -> List[AttemptKey]:
        """The attempts that no process has yet."""
        return [request.key for request in self._waiting]

    def attempt_ended(self, key: AttemptKey) -> None:
        """In a pool, the attempt's process is free again."""
        for process, busy_with in list(self._busy.items()):
            if busy_with != key or self._mode is None or self._mode.mode != "pool":
                continue
            del self._busy[process]
            if self._over:
                process.stop()
            elif process.alive:
                self._spares[process] = True
                self._dispatch()

    def _spawn(self, spare: bool) -> LocationProcess:
        self._starts += 1
        os.makedirs(self._around.logs, mode=0o700, exist_ok=True)
        base = os.path.join(self._around.logs, "%d.%d" % (self.number, self._starts))
        process = LocationProcess(
            self._around.name,
            self._target,
            self._around.lent,
            base,
            self._around.bell,
            self._received,
            self._exited,
        )
        process.send(Load(self._target, spare))
        return process

    def _received(self, process: LocationProcess, message: Message) -> None:
        attempts = self._around.attempts
        if isinstance(message, WorkerStarted):
            attempts.worker_started(message.key, message.pid)
        elif isinstance(message, WorkerExited):
            attempts.worker_exited(message.key, message.exit, message.max_rss_bytes)
        elif process is not self._leader:
            if isinstance(message, Loaded):
                self._spare_loaded(process, message)
        elif isinstance(message, Loaded):
            self._cancel_timers()
            self._loaded, self._chunks = message, []
        elif isinstance(message, SnapshotChunk):
            self._chunks.append(message)
            if message.index + 1 == message.total:
                self._serve(process)
        elif isinstance(message, LoadFailed):
            self._fail(message.failure, process.age_s)
        elif isinstance(message, Probed):
            self._choose(message)

    def repeat(self) -> None:
        """Tell the host once more how the generation stands: it has asked again."""
        self._usage = None
        for told in (self._started, self._status if self._status is not self._started else None):
            if told is not None:
                self._around.deliver(told)
        if self._mode is not None:
            self._around.deliver(self._mode)

    def measure(self) -> None:
        """Tell what the leading process uses, if that has changed noticeably."""
        if self._leader is None or self._serving_since is None:
            return
        used = usage.of_process(self._leader.pid)
        if used is None:
            return
        before = self._usage
        if before is None or usage.is_other((before.rss_bytes, before.cpu_seconds), used):
            self._usage = GenerationUsage(self.number, *used)
            self._around.deliver(self._usage)

    def _tell(self, status: _Status) -> None:
        self._status = status
        self._around.deliver(status)

    def _serve(self, process: LocationProcess) -> None:
        loaded = self._loaded
        assert loaded is not None
        if self._identity not in (None, loaded.identity):
            # Started again, and the code has changed meanwhile: this is another generation, on
            # which nothing may run that was planned on this one.
            failure = _generation_gone("its code has changed since it was loaded")
            self._fail(failure, process.age_s)
            return
        self._identity, self._serving_since = loaded.identity, time.monotonic()
        told = GenerationLoaded(
            generation=self.number,
            identity=loaded.identity,
            snapshot_hash=loaded.snapshot_hash,
            snapshot_chars=sum(len(chunk.text) for chunk in self._chunks),
            pid=process.pid,
            python_version=loaded.python_version,
            load_seconds=process.age_s,
            rss_bytes=loaded.rss_bytes,
            platform=loaded.platform,
            executable=loaded.executable or self._target.executable or "",
            notices=loaded.notices,
            packages=loaded.packages,
            slowest_imports=loaded.slowest_imports,
        )
        self._tell(told)

    def _choose(self, probed: Probed) -> None:
        """Settle how workers are made."""
        wanted = self._target.worker
        if wanted == "none":
            self._mode = WorkerMode(self.number, "none", "it is only described here")
        elif wanted in ("spawn", "pool"):
            self._mode = WorkerMode(self.number, wanted, "the workspace asks for it")
        elif probed.fork:
            self._mode = WorkerMode(self.number, "fork", probed.reason)
        else:
            self._mode = WorkerMode(self.number, "spawn", probed.reason)
        if wanted != "none":
            self._mode = dataclasses.replace(self._mode, limits=str(cgroups.permitted()))
        self._around.deliver(self._mode)
        self._dispatch()

    def _dispatch(self) -> None:
        """Hand waiting attempts to processes; keep spares where there are no forks."""
        if self._mode is None or self._over:
            return
        self._refuse_of_other_code()
        if self._mode.mode == "fork":
            while self._waiting and self._leader is not None and self._serving_since is not None:
                self._hand_over(self._waiting.popleft(), self._leader)
            return
        if self._mode.mode == "none":
            self._refuse_waiting(self._mode.reason)
            return
        ready = [process for process, is_ready in self._spares.items() if is_ready]
        while self._waiting and ready:
            process = ready.pop()
            del self._spares[process]
            request = self._waiting.popleft()
            self._busy[process] = request.key
            process.is_let_go = self._mode.mode == "spawn"
            self._hand_over(request, process)
        wanted = SPARES + len(self._waiting)
        if self._mode.mode == "pool":
            wanted = max(wanted - len(self._busy), len(self._waiting))
        while len(self._spares) < wanted:
            try:
                self._spares[self._spawn(spare=True)] = False
            except OSError as error:
                self._refuse_waiting("no worker could be started: %s" % error)
                return

    def _refuse_of_other_code(self) -> None:
        """Bury what was planned on code that this generation does not have (any more)."""
        for request in [r for r in self._waiting if r.identity not in ("", self._identity)]:
            self._waiting.remove(request)
            why = "another code has been loaded in its place"
            self._around.attempts.never_start(request.key, _generation_gone(why))

    def _hand_over(self, request: StepRequest, process: LocationProcess) -> None:
        key = request.key
        self._around.attempts.watch(key, process)
        base = self._around.output_base(key)
        journal, limits, folder = self._around.journal_path(key), None, cgroups.permitted().folder
        if not self._target.step_limits.is_empty:
            limits = self._target.step_limits
        cgroup = cgroups.path(folder, journal) if folder else ""
        around = self._around
        process.send(StartWorker(request, journal, base, limits, cgroup, around.instance))

    def _spare_loaded(self, process: LocationProcess, loaded: Loaded) -> None:
        if loaded.identity == self._identity:
            self._spares[process] = True
            self._dispatch()
            return
        self._spares.pop(process, None)
        process.stop()
        self._refuse_waiting(
            "its code is no longer what it was when the run was planned", changed=True
        )

    def _exited(self, process: LocationProcess, exit: ProcessExit) -> None:
        key = self._busy.pop(process, None)
        if key is not None:
            self._around.attempts.worker_exited(key, exit)
        self._around.attempts.parent_died(process)
        if process is not self._leader:
            was_ready = self._spares.pop(process, None)
            if was_ready is False and not self._over:
                self._refuse_waiting("a spare worker died while it loaded (%s)" % exit)
            elif not self._over:
                self._dispatch()
            return
        self._leader_exited(process, exit)

    def _leader_exited(self, process: LocationProcess, exit: ProcessExit) -> None:
        self._cancel_timers()
        if self._over:
            output.drop(process.output_base)
            return
        if self._identity is None:
            self._fail(_died_loading(process, exit, self._around.name), process.age_s)
            return
        served_s = 0.0 if self._serving_since is None else time.monotonic() - self._serving_since
        self._leader, self._serving_since, self._mode = None, None, None
        self._restarts = self._restarts.after_death(served_s)
        pause_s = self._restarts.pause_s
        self._tell(
            GenerationExited(
                self.number,
                exit,
                pause_s,
                self._restarts.in_a_row,
                self._restarts.crash_loop,
                _died(process, exit),
            )
        )
        self._timers = [self._loop.call_later(pause_s, self.start)]

    def _timed_out(self) -> None:
        """Loading takes too long: see where it hangs, then end it."""
        process = self._leader
        if process is None or not process.alive:
            return
        process.dump_stack()
        self._timers = [self._loop.call_later(_STACK_WAIT_S, self._give_up, process)]

    def _give_up(self, process: LocationProcess) -> None:
        limit_s = self._target.load_timeout_s
        failure = Failure(
            code="location.load_timeout",
            message="the code had not finished loading after %g s and was stopped" % limit_s,
            stack=output.stack(process.output_base),
            stderr=output.stderr_tail(process.output_base),
            hint="the stack shows where it was; a larger `load_timeout` gives it more time",
        )
        self._fail(failure, process.age_s)
        process.kill()

    def _fail(self, failure: Failure, load_seconds: float) -> None:
        """The generation cannot be loaded: it is over."""
        self._cancel_timers()
        self._tell(GenerationFailed(self.number, failure, load_seconds))
        self.stop()

    def _refuse_waiting(self, why: str, changed: bool = False) -> None:
        failure = _generation_gone(why) if changed or self._over else _no_worker(why)
        while self._waiting:
            self._around.attempts.never_start(self._waiting.popleft().key, failure)

    def _cancel_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []


def _generation_gone(why: str) -> Failure:
    return Failure(
        code="location.generation_lost",
        message="the generation of code that the step was to run on is gone: %s" % why,
        hint="start the run again; it will use the code as it is now",
    )


def _no_worker(why: str) -> Failure:
    return Failure(code="step.no_worker", message=why)


def not_started(target: Optional[Target], error: OSError) -> Failure:
    """Why there is no process at all."""
    hint = None
    if target is None:
        pass
    elif target.executable and not os.path.exists(target.executable):
        hint = "there is no interpreter at %s: check `executable_path`" % target.executable
    elif target.executable and isinstance(error, PermissionError):
        hint = "%s cannot be executed; name an interpreter with `executable_path`, such as %s" % (
            target.executable,
            ".venv/bin/python",
        )
    elif target.working_directory and not os.path.isdir(target.working_directory):
        hint = "there is no folder %s: check `working_directory`" % target.working_directory
    return Failure(
        code="location.not_started",
        message="its process could not be started: %s" % error,
        error_type=type(error).__name__,
        hint=hint,
    )


def _died(process: LocationProcess, exit: ProcessExit) -> Failure:
    return Failure(
        code="location.died",
        message="its process died after it had loaded (%s)" % exit,
        exit=exit,
        stack=output.stack(process.output_base),
        stderr=output.stderr_tail(process.output_base),
    )


def _died_loading(process: LocationProcess, exit: ProcessExit, location: str) -> Failure:
    stderr = output.stderr_tail(process.output_base)
    if exit.code == lend.TOO_OLD_EXIT and stderr:
        return Failure(
            code="location.python_too_old",
            message=stderr[-1],
            hint="point `executable_path` to a newer interpreter",
        )
    return Failure(
        code="location.exited",
        message="the process ended while it loaded the code (%s)" % exit,
        exit=exit,
        stack=output.stack(process.output_base),
        stderr=stderr,
        hint=None if exit.code is None else _WHY_EXITED % location,
    )
