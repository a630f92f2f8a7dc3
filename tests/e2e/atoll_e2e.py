"""What the end-to-end tests use: a deployment in a folder, its host as real processes, its API.

Nothing here sleeps for a fixed time and hopes: `until` and the `wait_…` methods look at a
condition until it holds, and fail with what they saw last when the deadline has passed.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

DEADLINE_S = 60.0
"""A bound for what takes a second or so on an idle machine."""
LOADED = frozenset(["loaded", "degraded"])
ENDED = frozenset(["SUCCESS", "FAILURE", "CANCELED"])
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, deadline_s: float = DEADLINE_S) -> T:
    """The first truthy value of `condition`; fails when the deadline passes."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s:.0f} s for {what}")
        select.select([], [], [], 0.02)


def is_alive(pid: int) -> bool:
    """Whether a process with this id runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass
class Finished:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Both streams, without colours."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.stdout + self.stderr)


class Running:
    """A command that runs until it is told to end."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, log: Path) -> None:
        self.process, self.home, self.log = process, home, log

    @property
    def pid(self) -> int:
        """Of the command itself."""
        return self.process.pid

    def children(self) -> list[int]:
        """Its child processes; threads are none."""
        lists = Path(f"/proc/{self.pid}/task").glob("*/children")
        found = [int(pid) for each in lists for pid in each.read_text().split()]
        return [pid for pid in found if is_alive(pid)]

    def kill(self) -> None:
        """As a crash would: no goodbye to anyone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As Ctrl-C in a terminal would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not stop:\n{self.log.read_text()}") from None


class Host(Running):
    """A running `atoll dev`."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, log: Path) -> None:
        super().__init__(process, home, log)
        self.url = until(self._address, f"the host's address; it said:\n{log.read_text()}")

    def _address(self) -> str | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the host ended:\n{self.log.read_text()}")
        try:
            told = json.loads((self.home / "host.json").read_text())
        except (OSError, ValueError):
            return None
        # A host that was killed may have left its own.
        return told["url"].rstrip("/") if told["pid"] == self.process.pid else None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that the API answers; a problem is an answer as well."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def get(self, path: str) -> Any:
        """GET below `/api/v1`."""
        return self.ask("GET", "/api/v1" + path)

    def messages(
        self, path: str, deadline_s: float = DEADLINE_S, *, stream: str = "events"
    ) -> Iterator[tuple[str, Any]]:
        """Type and data of a live stream's messages, until the deadline passes."""
        end = time.monotonic() + deadline_s
        kind, address = "message", f"{self.url}/api/v1/{stream}{path}"
        with suppress(TimeoutError), urllib.request.urlopen(address, timeout=deadline_s) as lines:
            for line in lines:
                if line.startswith(b"event: "):
                    kind = line[7:].decode().strip()
                elif line.startswith(b"data: "):
                    yield kind, json.loads(line[6:])
                    kind = "message"
                if time.monotonic() > end:
                    return

    def wait_location(
        self, name: str, holds: Callable[[Mapping[str, Any]], bool], what: str
    ) -> dict[str, Any]:
        """The location as soon as `holds` of it."""
        seen: Any = None
        for kind, data in self.messages(""):
            if kind == "locations":
                seen = {location["name"]: location for location in data["items"]}.get(name)
                if seen is not None and holds(seen):
                    return dict(seen)
        raise AssertionError(f"location {name} was never {what}; last: {seen}")

    def wait_loaded(self, name: str) -> dict[str, Any]:
        """The location as soon as it serves."""
        return self.wait_location(name, lambda it: it["status"] in LOADED, "loaded")

    def launch(self, *assets: str) -> str:
        """Ask for a run; its id."""
        answer = self.ask("POST", "/api/v1/runs", {"assets": list(assets)})
        assert "run_id" in answer, answer
        return str(answer["run_id"])

    def wait_event(self, run_id: str, kind: str, step: str | None = None) -> dict[str, Any]:
        """The run's first event of a kind."""
        seen = []
        for _, event in self.messages(f"?run_id={run_id}&after=0"):
            seen.append((event["kind"], event["step"]))
            if event["kind"] == kind and step in (None, event["step"]):
                return dict(event)
        raise AssertionError(f"no {kind} of {step or run_id}; there were {seen}")

    def wait_run(self, run_id: str) -> dict[str, Any]:
        """The run when it has ended."""
        for _, event in self.messages(f"?run_id={run_id}&after=0"):
            if event["kind"] in ("RUN_SUCCESS", "RUN_FAILURE", "RUN_CANCELED"):
                return dict(self.get(f"/runs/{run_id}"))
        raise AssertionError(f"the run did not end: {self.get(f'/runs/{run_id}')}")

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """All events of a run."""
        return list(self.get(f"/runs/{run_id}/events?limit=10000")["items"])


class Web(Host):
    """A running `atoll webserver`; there may be several."""

    def _address(self) -> str | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the web ended:\n{self.log.read_text()}")
        told = re.search(r" at (http://\S+)", self.log.read_text())
        return None if told is None else told[1]

    def wait_location_pid(self, name: str, holds: Callable[[int | None], bool]) -> None:
        """Return when the process of a location, as this web tells it, is what it should be."""
        self.wait_location(name, lambda it: holds(it["pid"]), "told with the right pid")


class Server:
    """A running `atoll api grpc`; it keeps its port and its state over restarts."""

    def __init__(self, folder: Path, command: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.command, self.port = folder, command, 0
        self.environment = {**environment, "ATOLL_HOME": str(folder / ".atoll")}
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def write(self, code: str) -> None:
        """What it serves, from its next start or reload on."""
        (self.folder / "far.py").write_text(textwrap.dedent(code).lstrip())

    def start(self) -> None:
        """Start it; returns as soon as it listens."""
        self.log.write_text("")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.command, "api", "grpc", "-f", "far.py", "-p", str(self.port)],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        found = until(self._listens, f"the server to listen:\n{self.log.read_text()}")
        self.port = int(found[1])

    def _listens(self) -> re.Match[str] | None:
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        return re.search(r"serving location \S+ at localhost:(\d+)", self.log.read_text())

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, and wait for its end if that ends it."""
        assert self.process is not None
        self.process.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.process.wait(DEADLINE_S)

    def close(self) -> None:
        """Have it gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)


@dataclass
class Deployment:
    """A folder with user code, a workspace and an `ATOLL_HOME`."""

    folder: Path
    atoll: Path
    """The command, as a user's shell finds it."""
    locations: list[str] = field(default_factory=list)
    servers: dict[str, int] = field(default_factory=dict)
    """Ports of self-hosted servers, by location."""
    variables: dict[str, str] = field(default_factory=dict)
    """`ATOLL_*` variables for the host, beside `ATOLL_HOME`."""
    shutdown_grace: int = 0
    """Seconds that running steps have to end when their host is told to."""

    @property
    def home(self) -> Path:
        """The deployment's `ATOLL_HOME`."""
        return self.folder / ".atoll"

    def write(self, name: str, code: str) -> Path:
        """A location: one file of user code, and its entry in the workspace."""
        path = self.folder / f"{name}.py"
        path.write_text(textwrap.dedent(code).lstrip())
        if name not in self.locations:
            self.locations.append(name)
        self._write_workspace()
        return path

    def _write_workspace(self) -> None:
        entries = [
            f"  - python_file: {{relative_path: {each}.py, location_name: {each}}}\n"
            for each in self.locations
        ]
        entries += [
            f"  - grpc_server: {{port: {port}, location_name: {each}}}\n"
            for each, port in self.servers.items()
        ]
        (self.folder / "workspace.yaml").write_text("load_from:\n" + "".join(entries))

    def server(self, name: str, code: str, command: Path | None = None) -> Server:
        """A self-hosted server in a folder of its own, and its entry in the workspace."""
        folder = self.folder / f"{name}-server"
        folder.mkdir()
        server = Server(folder, command or self.atoll, self.environment())
        server.write(code)
        server.start()
        self.servers[name] = server.port
        self._write_workspace()
        return server

    def environment(self) -> dict[str, str]:
        """What the command is started with: nothing of the house, nothing of pytest."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATOLL_", "PYTEST_"))}
        fixed = {"NO_COLOR": "1", "ATOLL_HOME": str(self.home), "COLUMNS": "200"}
        fixed["ATOLL_SHUTDOWN_GRACE"] = str(self.shutdown_grace)
        return {**kept, **fixed, **self.variables}

    def run(self, *arguments: str, deadline_s: float = DEADLINE_S) -> Finished:
        """One command, to its end."""
        done = subprocess.run(
            [self.atoll, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=deadline_s,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def dev(self, *arguments: str) -> Iterator[Host]:
        """A running host; it is stopped at the end, however it ends."""
        with self._started("dev", "--port", "0", *arguments) as started:
            host = Host(*started)
            yield host
            host.stop()

    @contextmanager
    def webserver(self, *arguments: str) -> Iterator[Web]:
        """A running web without an engine."""
        with self._started("webserver", "--port", "0", *arguments) as started:
            web = Web(*started)
            yield web
            web.stop()

    @contextmanager
    def daemon(self, *arguments: str) -> Iterator[Running]:
        """A running engine without a web."""
        with self._started("daemon", "run", *arguments) as started:
            daemon = Running(*started)
            until(lambda: "as the deployment's engine" in daemon.log.read_text(), "the daemon")
            yield daemon
            daemon.stop()

    @contextmanager
    def _started(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path, Path]]:
        log = self.folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [self.atoll, *arguments],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process, self.home, log
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
