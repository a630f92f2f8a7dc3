"""A self-hosted server: one location, held for whichever deployments connect.

Each deployment has a supervisor of its own here, which stays when its host goes. One stream per
deployment is live: a later host's takes the place of an earlier one's. Knows no carrier.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import time
import uuid
from typing import Callable, Dict, List, NamedTuple, Optional, Set

from atoll_supervisor import locks
from atoll_supervisor.console import Console
from atoll_supervisor.supervisor import RELEASE, Supervisor
from atoll_supervisor.sweeping import sweep_logs, sweep_runs
from atoll_wire import PROTOCOL_VERSION
from atoll_wire.keys import AttemptKey, location_folder
from atoll_wire.messages import Hello, Message, Target

KEEP_OUTPUT_DAYS = 30.0
_DAY_S = 86_400.0
_LOCK_FILE = "server.lock"
_LOCK_FD = 200
_SWEEP_EVERY_S = 6 * 3600.0
_KEEP_S = 24 * 3600.0
"""How long what a deployment has loaded is kept while no host of it is there."""


class Refused(Exception):
    """A host cannot have a stream; says why."""


class StateInUse(Exception):
    """`server.state_in_use`: another server works in the state directory."""

    code = "server.state_in_use"


class Stream(NamedTuple):
    """The way to a host that is connected."""

    send: Callable[[Message], None]
    end: Callable[[str], None]
    """Ends the stream with a reason."""
    is_full: Callable[[], bool] = lambda: False
    """Whether much waits to be sent, so that what can wait should."""
    is_silent: Callable[[], bool] = lambda: False
    """Whether nothing has come for so long that the host may be gone."""


class Session:
    """One host's stream, from its `Hello` until it ends."""

    def __init__(self, deployment: _Deployment, stream: Stream, hello: Hello) -> None:
        self._deployment, self._stream = deployment, stream
        self.epoch = hello.epoch
        self.answer = deployment.supervisor.hello(hello)

    def handle(self, message: Message, epoch: int) -> None:
        """Carry out what the host asks."""
        self._deployment.supervisor.handle(message, epoch)

    def leave(self) -> None:
        """The stream has ended."""
        if self._deployment.stream is self._stream:
            self._deployment.left()


class _Deployment:
    """What is held for one deployment."""

    def __init__(self, server: Server) -> None:
        self.stream: Optional[Stream] = None
        self.epoch = 0
        self._host_id = ""
        self._is_passing = False
        self._leaving: Optional[asyncio.TimerHandle] = None
        self._server = server
        # Deployments count their generations alike; what their processes print must not meet.
        self.logs = os.path.join(server.logs, uuid.uuid4().hex)
        self.supervisor = Supervisor(
            server.name,
            server.state_dir,
            self._deliver,
            server.target,
            logs=self.logs,
            is_full=lambda: self.stream is not None and self.stream.is_full(),
        )

    def refuse(self, hello: Hello) -> None:
        """Refuse a host that would disturb another one.

        Raises:
            Refused: a later host has connected, or another one of the same epoch is there.
        """
        if hello.epoch < self.epoch:
            raise Refused(
                "a later host of this deployment (epoch %d, this one is %d) has connected already; "
                "was this one's home copied, or restored from a backup?" % (self.epoch, hello.epoch)
            )
        is_other = hello.epoch == self.epoch and hello.host_id != self._host_id
        if is_other and self.stream is not None and not self.stream.is_silent():
            raise Refused(
                "another host with the same deployment id is connected; a copy of a home must not "
                "run beside it: stop one of the two"
            )

    def joined(self, hello: Hello, stream: Stream) -> None:
        """A host is there."""
        if self._leaving is not None:
            self._leaving.cancel()
        if self.stream is not None:
            self.stream.end("another stream of the same deployment has taken its place")
        self.epoch, self._host_id, self._is_passing = hello.epoch, hello.host_id, hello.is_passing
        self.stream = stream

    def left(self) -> None:
        """The host has gone; it has a day to return, unless it said that it will not."""
        self.stream = None
        loop = asyncio.get_running_loop()
        keep_s = 0.0 if self._is_passing or self.supervisor.is_idle else _KEEP_S
        self._leaving = loop.call_later(keep_s, self._let_go)

    def _let_go(self) -> None:
        self.supervisor.let_generations_go()
        if self.supervisor.is_idle:
            self._server.forget(self)

    def _deliver(self, message: Message) -> None:
        self._server.console.told(message)
        if self.stream is not None:
            self.stream.send(message)


class Server:
    """Holds one location.

    Args:
        name: the location's name, for people.
        state_dir: folder that keeps journals and output across restarts; made if missing.
        target: what is loaded.
        keep_output_days: for so long what runs have printed is kept after them; 0: for ever.

    Raises:
        StateInUse: `server.state_in_use`, another server has the folder.
        OSError: the folder cannot be used.
    """

    def __init__(
        self,
        name: str,
        state_dir: str,
        target: Target,
        console: Console,
        keep_output_days: float = KEEP_OUTPUT_DAYS,
    ) -> None:
        self.name, self.state_dir, self.target = name, os.path.abspath(state_dir), target
        self.console = console
        self.logs = os.path.join(self.state_dir, "logs", location_folder(name))
        _take(self.state_dir)
        shutil.rmtree(self.logs, ignore_errors=True)  # of processes that ended with the last server
        self._deployments: Dict[str, _Deployment] = {}
        self._closing: Set[asyncio.Future[None]] = set()
        self._keep_output_days = keep_output_days
        self._sweeping: Optional[asyncio.TimerHandle] = None
        self._spare: Optional[_Deployment] = _Deployment(self)
        """Holds what was loaded before anybody connected; the first deployment gets it."""

    def start(self) -> None:
        """Load the code; hosts may connect meanwhile."""
        assert self._spare is not None
        self._spare.supervisor.load_ahead()
        if self._keep_output_days:
            self._sweep()

    def _sweep(self) -> None:
        """Remove what runs have left that ended long ago; a day for what processes printed."""
        loop, now = asyncio.get_running_loop(), time.time()
        before = now - self._keep_output_days * _DAY_S
        loop.run_in_executor(None, sweep_runs, self.state_dir, before)
        for deployment in self._deployments.values():
            loop.run_in_executor(None, sweep_logs, deployment.logs, now - _DAY_S)
        self._sweeping = loop.call_later(_SWEEP_EVERY_S, self._sweep)

    def join(self, hello: Hello, stream: Stream) -> Session:
        """Give a host its stream; what is known here is told through it from now on.

        Raises:
            Refused: it speaks another protocol, or a later host of its deployment was here.
        """
        if hello.protocol != PROTOCOL_VERSION:
            raise Refused(
                "this server speaks protocol %d (atoll %s), the host protocol %d (atoll %s); "
                "install releases that fit each other"
                % (PROTOCOL_VERSION, RELEASE, hello.protocol, hello.release)
            )
        deployment = self._deployment(hello)
        deployment.refuse(hello)
        deployment.joined(hello, stream)
        return Session(deployment, stream, hello)

    def forget(self, deployment: _Deployment) -> None:
        """Nothing is held for the deployment any more."""
        for name in [name for name, one in self._deployments.items() if one is deployment]:
            del self._deployments[name]
        closing = asyncio.ensure_future(deployment.supervisor.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        shutil.rmtree(deployment.logs, ignore_errors=True)

    @property
    def under_way(self) -> List[AttemptKey]:
        """The attempts of all deployments that have not ended."""
        return [key for one in self._supervisors for key in one.under_way]

    async def attempts_ended(self) -> None:
        """Return when nothing is executed here any more."""
        for supervisor in self._supervisors:
            await supervisor.attempts_ended()

    def interrupt_all(self, grace_s: float) -> None:
        """Interrupt all attempts; hosts start their steps again when they find a server again."""
        for supervisor in self._supervisors:
            supervisor.interrupt_all(grace_s)

    async def close(self) -> None:
        """Let the location's processes go; workers that are left finish their step."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for supervisor in self._supervisors:
            await supervisor.close()

    @property
    def _supervisors(self) -> List[Supervisor]:
        spare = [] if self._spare is None else [self._spare]
        return [one.supervisor for one in [*self._deployments.values(), *spare]]

    def _deployment(self, hello: Hello) -> _Deployment:
        known = self._deployments.get(hello.deployment_id)
        if known is None and self._spare is not None and not hello.is_passing:
            known, self._spare = self._spare, None  # what was loaded ahead is for one that stays
        if known is None:
            known = _Deployment(self)
        self._deployments[hello.deployment_id] = known
        return known


def _take(state_dir: str) -> None:
    """Hold the folder until this process ends: two servers would read each other's journals."""
    os.makedirs(state_dir, mode=0o700, exist_ok=True)
    low = os.open(os.path.join(state_dir, _LOCK_FILE), os.O_RDWR | os.O_CREAT, 0o600)
    fd = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _LOCK_FD)
    if not locks.acquire(fd):
        pid = locks.holder(fd)
        raise StateInUse("another server (pid %s) works in %s" % (pid or "unknown", state_dir))
