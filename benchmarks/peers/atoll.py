"""Atoll from its wheels: `atoll dev`, asked over its API."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks import environments
from benchmarks.measure import GaveUp
from benchmarks.peers.base import Peer, Session
from benchmarks.places import HERE, ROOT, WORK
from benchmarks.processes import command_line

_V1 = "/api/v1"
_BAD = frozenset(["failed", "degraded", "crash_loop", "unreachable"])


class AtollSession(Session):
    """`atoll dev` on a project."""

    def command(self, python: Path, port: int) -> Sequence[str]:
        return [str(python.parent / "atoll"), "dev", "-w", "workspace.yaml", "-p", str(port)]

    def variables(self) -> dict[str, str]:
        return {"ATOLL_HOME": str(self.home), "ATOLL_MAX_CONCURRENT_STEPS": "2"}

    def web_answers(self) -> bool | None:
        up = self.client.status("/livez") == 200 and self.client.status(f"{_V1}/locations") == 200
        return True if up else None

    def all_loaded(self) -> bool | None:
        items = self.client.get(f"{_V1}/locations")["items"]
        for item in items:
            if item["status"] in _BAD:
                raise GaveUp(f"location {item['name']}: {item['status']} {item.get('error_text')}")
        loaded = {item["name"] for item in items if item["status"] == "loaded"}
        return True if loaded == self.project.assets.keys() else None

    def launch(self, location: str, assets: list[str], *, in_process: bool = False) -> str:
        if in_process:
            raise GaveUp("every step has a process of its own")
        return str(self.client.post(f"{_V1}/runs", {"assets": assets})["run_id"])

    def status(self, run_id: str) -> str:
        return str(self.client.get(f"{_V1}/runs/{run_id}")["status"])

    def steps_succeeded(self, run_id: str) -> int:
        return len(self._events(run_id, "STEP_SUCCESS"))

    def step_processes(self, run_id: str) -> int | None:
        started = self._events(run_id, "STEP_WORKER_STARTED")
        return len({event["data"]["pid"] for event in started})

    def spares(self) -> int:
        leaders = {item["pid"] for item in self.client.get(f"{_V1}/locations")["items"]}
        return sum("atoll.location" in command_line(pid) for pid in self.tree.pids() - leaders)

    def _events(self, run_id: str, kind: str) -> list[dict[str, dict[str, object]]]:
        path = f"{_V1}/runs/{run_id}/events?kind={kind}&limit=10000"
        found: list[dict[str, dict[str, object]]] = self.client.get(path)["items"]
        return found


class Atoll(Peer):
    """As the sources beside this folder have it, installed from wheels."""

    name = "Atoll"
    library = "atoll"
    session = AtollSession

    def make_environment(self) -> Path:
        pins, constraints = HERE / "requirements-atoll.txt", ROOT / "requirements" / "dev.txt"
        made_from = [pins, constraints]
        made_from += environments.sources(ROOT / "sdk") + environments.sources(ROOT / "server")
        arguments = ["./sdk", "./server", "-r", str(pins), "-c", str(constraints)]
        return environments.ensure(WORK / "atoll", arguments, made_from)

    def versions(self) -> dict[str, str]:
        found = environments.versions(self.python, ["atoll", "atoll-server", "pandas"])
        return {**found, "commit": _commit()}


def _commit() -> str:
    """Of the sources that are measured, marked where they have changed since."""
    command = ["git", "describe", "--always", "--dirty=, with changes", "--abbrev=12"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
