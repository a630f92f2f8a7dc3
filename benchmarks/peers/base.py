"""What is the same for every peer: a deployment that is up between two measurements."""

from __future__ import annotations

import shutil
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from benchmarks.client import Client
from benchmarks.measure import GaveUp, wait_for
from benchmarks.processes import Tree, environment
from benchmarks.workloads import Project

T = TypeVar("T")


class Session(ABC):
    """One start of a peer on a project, from the command to Ctrl-C.

    Args:
        python: the interpreter of the peer's environment.
        project: what it works with.
        home: its deployment; kept from start to start, as a user's is.
    """

    end_states = frozenset(["SUCCESS", "FAILURE", "CANCELED"])

    def __init__(self, python: Path, project: Project, home: Path) -> None:
        self.project = project
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        for name, text in self.home_files().items():
            (home / name).write_text(text)
        port = free_port()
        self.client = Client(port)
        self.tree = Tree(
            self.command(python, port),
            environment(self.variables(), python),
            project.folder,
            home.with_suffix(".log"),
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()
        self.tree.stop()

    def wait(
        self, probe: Callable[[], T | None], what: str, *, began: float, timeout: float = 180
    ) -> tuple[float, T]:
        """`wait_for`, given up at once where the peer has ended, with what it said."""

        def alive() -> T | None:
            if not self.tree.is_alive:
                raise GaveUp("the peer has ended")
            return probe()

        try:
            return wait_for(alive, began=began, timeout=timeout, what=what)
        except (GaveUp, OSError) as error:
            raise GaveUp(f"{what}: {error}\n{self.tree.tail()}") from error

    def home_files(self) -> dict[str, str]:
        """What the deployment must hold before the first start."""
        return {}

    def spares(self) -> int:
        """Processes that wait for a step that may come."""
        return 0

    @abstractmethod
    def command(self, python: Path, port: int) -> Sequence[str]:
        """What starts the peer."""

    @abstractmethod
    def variables(self) -> dict[str, str]:
        """The environment variables that it needs."""

    @abstractmethod
    def web_answers(self) -> bool | None:
        """True when it answers over HTTP, else None."""

    @abstractmethod
    def all_loaded(self) -> bool | None:
        """True when all locations are loaded, else None; raises where one has failed."""

    @abstractmethod
    def launch(self, location: str, assets: list[str], *, in_process: bool = False) -> str:
        """Ask for a run; returns its id.

        Args:
            in_process: one process for all steps, where the peer can do that.
        """

    @abstractmethod
    def status(self, run_id: str) -> str:
        """A run's status, in Dagster's words."""

    @abstractmethod
    def steps_succeeded(self, run_id: str) -> int:
        """How many steps of a run have succeeded, to be sure that it did what is measured."""

    @abstractmethod
    def step_processes(self, run_id: str) -> int | None:
        """In how many processes a run's steps were executed; None where the peer does not say."""


class Peer(ABC):
    """A program to measure: how to get it, and how to start it."""

    name: str
    library: str
    """What the definitions import."""
    session: type[Session]

    @cached_property
    def python(self) -> Path:
        """The interpreter of its environment, which is made where it is missing or outdated."""
        return self.make_environment()

    @abstractmethod
    def make_environment(self) -> Path:
        """Make the environment, or leave it alone; returns its interpreter."""

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Of what the figures depend on, in its environment."""

    def forget(self, home: Path) -> None:
        """Remove a deployment."""
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
