"""What may befall a deployment: any of its processes killed, or stopped for a while."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from atoll_e2e import Deployment, Host, is_alive
from graph import FAR, Graph

_MURDERS = (signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
_PAUSE_S = 0.5


class Accidents:
    """Lets accidents happen to a deployment, one at a time.

    Attributes:
        happened: how often each kind did.
    """

    def __init__(self, chance: random.Random, deployment: Deployment, graph: Graph) -> None:
        self._chance = chance
        self._deployment = deployment
        self._graph = graph
        self.happened: Counter[str] = Counter()

    def happen(self, host: Host) -> bool:
        """One accident; whether the host has died of it."""
        kinds: list[tuple[Callable[[Host], bool], int]] = [
            (self.worker_killed, 6),
            (self.location_killed, 3),
            (self.host_killed, 2),
            (self.server_killed, 2),
            (self.something_stopped, 2),
            (self.everything_killed, 1),
        ]
        weights = [weight for _, weight in kinds]
        (accident, _), *_ = self._chance.choices(kinds, weights)
        return accident(host)

    def worker_killed(self, host: Host) -> bool:
        """Whoever began a step last, and lives."""
        living = [pid for pid in self.workers() if is_alive(pid)]
        if living:
            _send(self._chance.choice(living), self._chance.choice(_MURDERS))
            self.happened["worker killed"] += 1
        return False

    def location_killed(self, host: Host) -> bool:
        """A location process, here or behind the server."""
        pid = self._location_pid(host, self._chance.choice([*self._deployment.locations, FAR]))
        if pid is not None:
            _send(pid, self._chance.choice(_MURDERS))
            self.happened["location process killed"] += 1
        return False

    def host_killed(self, host: Host) -> bool:
        """The host."""
        host.kill()
        self.happened["host killed"] += 1
        return True

    def server_killed(self, host: Host) -> bool:
        """The gRPC server; somebody starts it again after a while."""
        self._graph.server.signal(signal.SIGKILL)
        self._wait(self._chance.choice([0.0, _PAUSE_S]))
        self._graph.server.start()
        self.happened["server killed"] += 1
        return False

    def something_stopped(self, host: Host) -> bool:
        """Any process stands still for a while, and goes on as if nothing had been."""
        server = self._graph.server.process
        assert server is not None
        workers = [pid for pid in self.workers() if is_alive(pid)]
        place = self._chance.choice([*self._deployment.locations, FAR])
        location = self._location_pid(host, place)
        pids = [pid for pid in (host.pid, server.pid, location, *workers[-1:]) if pid]
        pid = self._chance.choice(pids)
        _send(pid, signal.SIGSTOP)
        self._wait(self._chance.uniform(0.1, 3 * _PAUSE_S))
        _send(pid, signal.SIGCONT)
        self.happened["stopped for a while"] += 1
        return False

    def everything_killed(self, host: Host) -> bool:
        """Host, server, location processes and workers, within a moment."""
        places = [*self._deployment.locations, FAR]
        pids = [self._location_pid(host, place) for place in places]
        host.kill()
        for pid in [*pids, *self.workers()]:
            if pid is not None and is_alive(pid):
                _send(pid, signal.SIGKILL)
        self._graph.server.signal(signal.SIGKILL)
        self._graph.server.start()
        self.happened["everything killed"] += 1
        return True

    def workers(self) -> list[int]:
        """Workers that began a step and have not said that it is done."""
        at_work = {}
        for line in self._graph.lines():
            at_work[line.pid] = line.what == "begin"
        return [pid for pid, is_at_work in at_work.items() if is_at_work]

    def _location_pid(self, host: Host, name: str) -> int | None:
        pid = host.get(f"/locations/{name}").get("pid")
        return pid if isinstance(pid, int) and is_alive(pid) else None

    def _wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
