"""What is measured, for any peer: each function makes one measurement's figures."""

from __future__ import annotations

import sys
import time

from benchmarks.measure import Figures, GaveUp
from benchmarks.peers.base import Peer, Session
from benchmarks.places import WORK
from benchmarks.workloads import LOCATIONS, STEPS, Project, many_steps, three_locations

SETTLE_S = 5.0
"""From "all loaded" until memory and processes are looked at: spares and probes are done."""
LAUNCHES = 3
"""Per start of a peer."""
_STEPS_TIMEOUT_S = 1800.0


class Bench:
    """One peer with its projects and deployments, which are kept from start to start.

    The first start of each is not counted: it writes bytecode and creates databases.
    """

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._python = peer.python
        self._home = WORK / "homes" / peer.library
        peer.forget(self._home)
        projects = WORK / "projects" / peer.library
        self._three = three_locations(projects / "three_locations", peer.library)
        self._many = many_steps(projects / "many_steps", peer.library)

    def warm_up(self, rows: set[str]) -> None:
        """Start once, and run one step, on what `rows` use."""
        if rows & {"start", "launch"}:
            self.start_and_launch(launches=1, settle=0.0)
        if "steps" in rows:
            with self._up(self._many, "steps") as session:
                _run(session, "alone", ["alone_000"])
                _run(session, "chained", ["chained_000"])

    def start_and_launch(self, launches: int, settle: float = SETTLE_S) -> Figures:
        """One start on three locations that import pandas, then `launches` runs of one asset."""
        figures: Figures = {}
        with self.peer.session(self._python, self._three, self._home / "three") as session:
            self._say("start")
            began = session.tree.began
            web, _ = session.wait(session.web_answers, "the web answers", began=began)
            loaded, _ = session.wait(session.all_loaded, "all are loaded", began=began)
            cpu = session.tree.cpu_seconds()
            time.sleep(settle)
            spares = session.spares()
            figures = {
                "start.web": [web],
                "start.loaded": [loaded],
                "start.cpu": [cpu],
                "start.pss": [session.tree.pss_bytes() / 1e6],
                "start.processes": [float(len(session.tree.pids()) - spares)],
                "start.spares": [float(spares)],
            }
            if launches:
                _run(session, LOCATIONS[0], [f"{LOCATIONS[0]}_rows"])  # not counted
            for _ in range(launches):
                self._say("launch")
                took = _run(session, LOCATIONS[0], [f"{LOCATIONS[0]}_rows"])
                figures.setdefault("launch", []).append(took)
        return figures

    def steps(self) -> Figures:
        """A hundred independent assets, then a chain of a hundred; per step for the chain."""
        with self._up(self._many, "steps") as session:
            return {
                "steps.alone": [self._hundred(session, "alone")],
                "steps.chained": [self._hundred(session, "chained") / STEPS],
            }

    def steps_in_process(self) -> Figures:
        """The same without a process per step."""
        with self._up(self._many, "steps") as session:
            return {
                "steps.alone.in_process": [self._hundred(session, "alone", in_process=True)],
                "steps.chained.in_process": [
                    self._hundred(session, "chained", in_process=True) / STEPS
                ],
            }

    def _hundred(self, session: Session, location: str, *, in_process: bool = False) -> float:
        self._say(f"{STEPS} steps, {location}{', in process' if in_process else ''}")
        assets = self._many.assets[location]
        return _run(session, location, assets, in_process=in_process)

    def _up(self, project: Project, home: str) -> Session:
        session = self.peer.session(self._python, project, self._home / home)
        try:
            began = session.tree.began
            session.wait(session.web_answers, "the web answers", began=began)
            session.wait(session.all_loaded, "all are loaded", began=began)
        except BaseException:
            session.__exit__(None, None, None)
            raise
        return session

    def _say(self, what: str) -> None:
        print(f"{self.peer.name}: {what}", file=sys.stderr, flush=True)


def _run(session: Session, location: str, assets: list[str], *, in_process: bool = False) -> float:
    """Seconds from the request for a run until the API shows its success."""
    began = time.monotonic()
    run_id = session.launch(location, assets, in_process=in_process)

    def ended() -> str | None:
        status = session.status(run_id)
        return status if status in session.end_states else None

    took, status = session.wait(ended, f"run {run_id}", began=began, timeout=_STEPS_TIMEOUT_S)
    if status != "SUCCESS":
        raise GaveUp(f"run {run_id} of {session.project.folder}: {status}\n{session.tree.tail()}")
    _verify(session, run_id, len(assets), in_process)
    return took


def _verify(session: Session, run_id: str, steps: int, in_process: bool) -> None:
    """A run that did less than what is measured would look quick."""
    succeeded, processes = session.steps_succeeded(run_id), session.step_processes(run_id)
    if succeeded != steps:
        raise GaveUp(f"run {run_id}: {succeeded} of {steps} steps have succeeded")
    if processes not in (None, steps) and not in_process:
        raise GaveUp(f"run {run_id}: {steps} steps ran in {processes} processes")
