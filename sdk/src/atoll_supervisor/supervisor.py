"""The supervisor of one code location: host messages in, host messages out.

One instance lives in the host for each local location, and one in each self-hosted server.
It runs on an asyncio loop and calls nothing that blocks.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import uuid
from typing import Callable, Dict, List, Optional

from atoll_supervisor import lend, output, reaper
from atoll_supervisor.attempts import CANCELED, NOT_BEGUN, SCAN_S, Attempts, watched_pids
from atoll_supervisor.generation import Generation, Surroundings, not_started
from atoll_supervisor.instance_desk import InstanceDesk, desk_path
from atoll_supervisor.journals import JournalFolder
from atoll_supervisor.process import LIVING, LocationProcess
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey, location_folder
from atoll_wire.messages import (
    VALUES_MARK,
    AcknowledgeEvents,
    AttachAttempts,
    BuryAttempt,
    CancelStep,
    FetchOutput,
    FetchSnapshot,
    ForgetRun,
    GenerationFailed,
    Hello,
    InstanceAnswer,
    LaunchStep,
    Message,
    Ping,
    Pong,
    StartGeneration,
    StopGeneration,
    Target,
)

RELEASE = "0.1.0"
_BELL_BYTES = 4096
_SUBREAPER_AFTER_S = 2.0
_CLOSE_S = 10.0
_REAP_S = 5.0
_LOG = re.compile(r"\d+\.\d+\Z")


class Supervisor:
    """Watches over one location on behalf of a host.

    Args:
        name: the location's name, for people.
        state_dir: folder that keeps journals and output across restarts.
        target: what a `StartGeneration` without a target loads.
        deliver: takes messages for the host, in order.
        logs: folder for what location processes print; by default one in `state_dir`.
        is_full: whether so much waits to be delivered that events had better stay in journals.
    """

    def __init__(
        self,
        name: str,
        state_dir: str,
        deliver: Callable[[Message], None],
        target: Optional[Target] = None,
        *,
        logs: Optional[str] = None,
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._name, self._state_dir, self._target = name, os.path.abspath(state_dir), target
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._epoch = 0
        self._attempts: Optional[Attempts] = None
        self._journals: Optional[JournalFolder] = None
        self._desk: Optional[InstanceDesk] = None
        self._generations: Dict[int, Generation] = {}
        self._ahead: Optional[Generation] = None
        self._logs = logs or os.path.join(self._state_dir, "logs", location_folder(name))
        self._is_full = is_full
        self._reaping: Optional[asyncio.TimerHandle] = None
        self._bell, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._bell.setblocking(False)
        self._theirs.setblocking(False)
        self._loop.add_reader(self._bell, self._rang)

    def load_ahead(self) -> None:
        """Load the code before any host is there: the first generation that one wants is this."""
        try:
            self._ahead = self._generation(0, self._target, JournalFolder(self._state_dir, ""))
        except OSError as error:
            self._deliver(GenerationFailed(0, not_started(self._target, error), 0.0))
        else:
            self._ahead.start()

    def hello(self, hello: Hello) -> Hello:
        """Accept a host: from now on, frames of earlier ones are dropped."""
        self._epoch = max(self._epoch, hello.epoch)
        if self._journals is None:
            self._journals = JournalFolder(self._state_dir, hello.deployment_id)
            self._attempts = self._attempts_in(self._journals)
            self._desk = self._open_desk(hello.deployment_id)
        return Hello(
            release=RELEASE,
            deployment_id=hello.deployment_id,
            epoch=self._epoch,
            server_id=_server_id(self._state_dir),
            reaches_values=_reaches_values(hello),
            generations=[n for n, one in sorted(self._generations.items()) if not one.is_over],
        )

    def _open_desk(self, deployment_id: str) -> Optional[InstanceDesk]:
        try:
            path = desk_path(_server_id(self._state_dir), deployment_id, self._name)
            return InstanceDesk(path, self._deliver)
        except OSError:
            return None  # steps that ask the instance are told that they cannot

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be missed without it: no generation, no attempt under way."""
        is_watching = self._attempts is not None and self._attempts.is_watching
        return not is_watching and all(one.is_over for one in self._generations.values())

    @property
    def under_way(self) -> List[AttemptKey]:
        """The attempts that have been ordered and have not ended, in order of starting."""
        watched = [] if self._attempts is None else self._attempts.watched
        waiting = [key for one in self._generations.values() for key in one.waiting]
        return watched + waiting

    def interrupt_all(self, grace_s: float) -> None:
        """Interrupt every attempt that is under way here; each starts again later."""
        for generation in self._generations.values():
            for key in generation.waiting:
                generation.cancel_waiting(key, NOT_BEGUN)
        if self._attempts is not None:
            self._attempts.interrupt_all(grace_s)

    async def attempts_ended(self) -> None:
        """Return when no attempt is under way, and no worker is left."""
        while True:
            is_watching = self._attempts is not None and self._attempts.is_watching
            if not (is_watching or self.under_way):
                return
            await asyncio.sleep(SCAN_S)  # it is scans that notice deaths

    def handle(self, message: Message, epoch: int) -> None:
        """Carry out one order of the host; dropped if a later host has spoken already."""
        if epoch < self._epoch or self._attempts is None:
            return
        if isinstance(message, LaunchStep):
            self._launch(message)
        elif isinstance(message, AcknowledgeEvents):
            self._attempts.acknowledge(message.key, message.seq)
        elif isinstance(message, AttachAttempts):
            for key, after in zip(message.attempts, message.after):
                self._attempts.attach(key, after)
            if self._desk is not None:
                self._desk.ask_again()
        elif isinstance(message, CancelStep):
            failure = NOT_BEGUN if message.again else CANCELED
            generations = self._generations.values()
            if not any(g.cancel_waiting(message.key, failure) for g in generations):
                self._attempts.cancel(message.key, message.grace_s, message.again)
        elif isinstance(message, BuryAttempt):
            key, failure = message.key, message.failure
            if not any(g.cancel_waiting(key, failure) for g in self._generations.values()):
                self._attempts.bury(key, failure)
        elif isinstance(message, ForgetRun):
            for one in self._generations.values():
                one.forget(message.run_id)
            self._attempts.forget(message.run_id)
        elif isinstance(message, StartGeneration):
            self._start(message)
        elif isinstance(message, StopGeneration):
            generation = self._generations.pop(message.generation, None)
            if generation is not None:
                generation.stop()
        elif isinstance(message, FetchSnapshot):
            self._send_snapshot(message.hash)
        elif isinstance(message, FetchOutput):
            self._send_output(message)
        elif isinstance(message, InstanceAnswer):
            if self._desk is not None:
                self._desk.answer(message)
        elif isinstance(message, Ping):
            self._deliver(Pong())

    def let_generations_go(self) -> List[LocationProcess]:
        """Stop all generations; workers finish their step and leave their journals.

        Returns:
            The processes that are about to end.
        """
        generations = [*self._generations.values(), *filter(None, [self._ahead])]
        self._generations.clear()
        self._ahead = None
        return [process for generation in generations for process in generation.stop()]

    async def close(self) -> None:
        """Let all generations go; returns when their processes have ended."""
        if self._reaping is not None:
            self._reaping.cancel()
        going = [process.exited for process in self.let_generations_go()]
        if going:
            await asyncio.wait(going, timeout=_CLOSE_S)
        if self._attempts is not None:
            self._attempts.close()
        if self._desk is not None:
            self._desk.close()
        self._loop.remove_reader(self._bell)
        self._bell.close()
        self._theirs.close()

    def _start(self, order: StartGeneration) -> None:
        known = self._generations.get(order.generation)
        if known is not None:
            known.repeat()
            return
        assert self._journals is not None
        ahead, self._ahead = self._ahead, None
        if ahead is not None and not ahead.is_over and order.target is None:
            around = self._surroundings(self._journals, self._attempts)
            self._generations[order.generation] = ahead
            ahead.claim(order.generation, around)
            return
        target = order.target or self._target
        try:
            generation = self._generation(order.generation, target, self._journals, self._attempts)
        except OSError as error:  # such as a full disk
            told = not_started(target, error)
            self._deliver(GenerationFailed(order.generation, told, 0.0))
            return
        self._generations[order.generation] = generation
        generation.start()

    def _generation(
        self,
        number: int,
        target: Optional[Target],
        journals: JournalFolder,
        attempts: Optional[Attempts] = None,
    ) -> Generation:
        assert target is not None
        self._reap_later()
        return Generation(number, target, self._surroundings(journals, attempts))

    def _surroundings(
        self, journals: JournalFolder, attempts: Optional[Attempts] = None
    ) -> Surroundings:
        if attempts is None:
            attempts = self._attempts_in(journals)
        return Surroundings(
            name=self._name,
            lent=lend.lent_folder(self._state_dir),
            logs=self._logs,
            bell=self._theirs,
            attempts=attempts,
            journal_path=journals.path,
            output_base=self._output_base,
            deliver=self._deliver,
            instance="" if self._desk is None else self._desk.path,
        )

    def _attempts_in(self, journals: JournalFolder) -> Attempts:
        base, ended = self._output_base, self._attempt_ended
        return Attempts(journals, base, self._deliver, ended, self._is_full)

    def _reap_later(self) -> None:
        if self._reaping is None:
            # Costs an import that a start need not wait for; orphans come later than that.
            self._reaping = self._loop.call_later(_SUBREAPER_AFTER_S, self._reap)

    def _launch(self, order: LaunchStep) -> None:
        assert self._attempts is not None and self._journals is not None
        key = order.request.key
        generation = self._generations.get(order.generation)
        if generation is None:
            failure = Failure(
                code="location.generation_lost",
                message="generation %d is not loaded any more" % order.generation,
            )
            self._attempts.never_start(key, failure)
            return
        try:
            self._journals.make_room(key.run_id)
            os.makedirs(os.path.dirname(self._output_base(key)), mode=0o700, exist_ok=True)
        except OSError as error:
            # It is tried again, and cannot be before its tombstone can be written: not in vain.
            failure = Failure(code="step.no_worker", message="no worker can be started: %s" % error)
            self._attempts.never_start(key, failure)
            return
        generation.launch(order.request)

    def _reap(self) -> None:
        """Adopt orphans, and bury those that nobody else waits for."""
        reaper.become_subreaper()
        reaper.reap_strangers(watched_pids() | set(LIVING))
        for generation in self._generations.values():
            generation.measure()
        self._reaping = self._loop.call_later(_REAP_S, self._reap)

    def _send_snapshot(self, hash: str) -> None:
        for generation in self._generations.values():
            chunks = generation.snapshot(hash)
            if chunks:
                for chunk in chunks:
                    self._deliver(chunk)
                return

    def _send_output(self, request: FetchOutput) -> None:
        if request.attempt is not None:
            base = self._output_base(request.attempt)
        elif _LOG.match(request.process or ""):
            base = os.path.join(self._logs, str(request.process))
        else:
            return
        self._deliver(output.piece(base, request))

    def _output_base(self, key: AttemptKey) -> str:
        return os.path.join(self._state_dir, "output", key.run_id, key.file_name)

    def _attempt_ended(self, key: AttemptKey) -> None:
        for generation in list(self._generations.values()):
            generation.attempt_ended(key)

    def _rang(self) -> None:
        """Workers rang: read the journals of those that did, each once."""
        rung: List[str] = []
        while True:
            try:
                rung.append(self._bell.recv(_BELL_BYTES).decode(errors="replace"))
            except OSError:
                break
        for ring in dict.fromkeys(rung):
            if self._attempts is not None:
                self._attempts.rang(ring)


def _reaches_values(hello: Hello) -> bool:
    """Whether the host's folder of values is the same here, as far as can be told."""
    if not hello.values_mark or "://" in hello.values_url:
        return True
    try:
        with open(os.path.join(hello.values_url, VALUES_MARK)) as file:
            return file.read().strip() == hello.values_mark
    except OSError:
        return False


def _server_id(state_dir: str) -> str:
    """The identity of the state directory, made on first use."""
    path = os.path.join(state_dir, "server_id")
    try:
        with open(path) as file:
            return file.read().strip()
    except FileNotFoundError:
        temporary = "%s.%d" % (path, os.getpid())
        with open(temporary, "w") as file:
            file.write(uuid.uuid4().hex + "\n")
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        os.unlink(temporary)
        return _server_id(state_dir)
