"""What may befall a deployment: any of its processes killed, or stopped for a while."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from atoll_e2e import Deployment, Host, Server, is_alive

_MURDERS = (signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
_PAUSE_S = 0.5
_BROKEN = "\nimport no_such_module\n"
_SAVES = ("\n# changed\n", "\nimport time; time.sleep(1)\n", _BROKEN)


class Accidents:
    """Lets accidents happen to a deployment, one at a time.

    Args:
        workers: pids of the workers that are in user code, as a running host's tests know them.
        server: the deployment's own server, if it has one.

    Attributes:
        happened: how often each kind did.
    """

    def __init__(
        self,
        chance: random.Random,
        deployment: Deployment,
        workers: Callable[[Host], list[int]],
        server: Server | None = None,
    ) -> None:
        self._chance = chance
        self._locations = [*deployment.locations, *deployment.servers]
        self._files = [deployment.folder / f"{name}.py" for name in deployment.locations]
        self._workers = workers
        self._server = server
        self.happened: Counter[str] = Counter()

    def happen(self, host: Host) -> bool:
        """One accident; whether the host has died of it."""
        kinds: list[tuple[Callable[[Host], bool], int]] = [
            (self.worker_killed, 6),
            (self.location_killed, 3),
            (self.host_killed, 2),
            (self.something_stopped, 2),
            (self.code_reloaded, 2),
            (self.everything_killed, 1),
        ]
        if self._server is not None:
            kinds.append((self.server_killed, 2))
        weights = [weight for _, weight in kinds]
        (accident, _), *_ = self._chance.choices(kinds, weights)
        return accident(host)

    def worker_killed(self, host: Host) -> bool:
        """Whoever began a step last, and lives."""
        living = self._living_workers(host)
        if living:
            _send(self._chance.choice(living), self._chance.choice(_MURDERS))
            self.happened["worker killed"] += 1
        return False

    def location_killed(self, host: Host) -> bool:
        """A location process, here or behind the server."""
        pid = self._location_pid(host, self._chance.choice(self._locations))
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
        self._restart_server(self._chance.choice([0.0, _PAUSE_S]))
        self.happened["server killed"] += 1
        return False

    def code_reloaded(self, host: Host) -> bool:
        """The code of a location is saved anew: changed, slow to load, or broken for a while."""
        path = self._chance.choice(self._files)
        code = path.read_text()
        change = self._chance.choice(_SAVES)
        path.write_text(code + change)
        host.ask("POST", f"/api/v1/locations/{path.stem}/reload")
        if change == _BROKEN:
            self._wait(_PAUSE_S)
            path.write_text(code)
            host.ask("POST", f"/api/v1/locations/{path.stem}/reload")
        self.happened["code reloaded"] += 1
        return False

    def something_stopped(self, host: Host) -> bool:
        """Any process stands still for a while, and goes on as if nothing had been."""
        location = self._location_pid(host, self._chance.choice(self._locations))
        pids = [host.pid, *self._living_workers(host)[-1:]]
        pids += [] if location is None else [location]
        if self._server is not None and self._server.process is not None:
            pids.append(self._server.process.pid)
        pid = self._chance.choice(pids)
        _send(pid, signal.SIGSTOP)
        self._wait(self._chance.uniform(0.1, 3 * _PAUSE_S))
        _send(pid, signal.SIGCONT)
        self.happened["stopped for a while"] += 1
        return False

    def everything_killed(self, host: Host) -> bool:
        """Host, server, location processes and workers, within a moment."""
        pids = [self._location_pid(host, name) for name in self._locations]
        pids += self._living_workers(host)
        host.kill()
        for pid in pids:
            if pid is not None:
                _send(pid, signal.SIGKILL)
        self._restart_server(0.0)
        self.happened["everything killed"] += 1
        return True

    def _restart_server(self, pause_s: float) -> None:
        if self._server is not None:
            self._server.signal(signal.SIGKILL)
            self._wait(pause_s)
            self._server.start()

    def _living_workers(self, host: Host) -> list[int]:
        return [pid for pid in self._workers(host) if is_alive(pid)]

    def _location_pid(self, host: Host, name: str) -> int | None:
        pid = host.get(f"/locations/{name}").get("pid")
        return pid if isinstance(pid, int) and is_alive(pid) else None

    def _wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
