"""Pages do what they say: their code blocks are written and executed, in order, in one folder.

A Python, YAML or TOML block whose first line is `# name.ext` is a file. In a `console` block each
line with a `$` is a command, which must end with 0, or with what `<!-- exits with N -->` before
the block says. `atoll dev` and `atoll api grpc` must come up, and are stopped when the page ends.
A block after `<!-- not run: WHY -->` is left alone.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "docs/tutorial/first-asset.md",
    "docs/tutorial/code-locations.md",
    "docs/howto/time-and-memory.md",
    "docs/howto/limits.md",
    "docs/reference/components.md",
    "docs/reference/pipes.md",
]
DEADLINE_S = 60.0
BLOCK = re.compile(
    r"(?:<!-- (?P<note>.*?) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
FILE = re.compile(r"# (\S+\.\w+)\n")


@dataclass
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    note: str

    @property
    def exit_code(self) -> int:
        """What its commands end with."""
        found = re.fullmatch(r"exits with (\d+)", self.note)
        return int(found[1]) if found else 0


def blocks(page: str) -> list[Block]:
    """The blocks of a page, those that are not to be run left out."""
    found = [
        Block(match["language"], match["text"], match["note"] or "")
        for match in BLOCK.finditer((ROOT / page).read_text())
    ]
    return [block for block in found if not block.note.startswith("not run: ")]


def commands(block: Block) -> list[str]:
    """The lines that a reader would type."""
    return [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]


@dataclass
class Reader:
    """Somebody who does what the page says."""

    folder: Path
    host: subprocess.Popen[bytes] | None = None
    server: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """`atoll` on the PATH, a deployment of its own, a free port."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATOLL_", "PYTEST_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        home = str(self.folder / ".atoll")
        return {**kept, "PATH": path, "ATOLL_HOME": home, "ATOLL_PORT": "0", "NO_COLOR": "1"}

    def follow(self, block: Block) -> None:
        """Write the block's file, or execute its commands."""
        named = FILE.match(block.text)
        if block.language == "console":
            for command in commands(block):
                self.execute(command, block.exit_code)
        elif named is not None:
            file = self.folder / named[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text[named.end() :])
        elif block.language == "python":
            subprocess.run(
                [sys.executable, "-c", block.text],
                cwd=self.folder, env=self.environment(), check=True, timeout=DEADLINE_S,
            )  # fmt: skip

    def execute(self, command: str, exit_code: int) -> None:
        """One command, in the page's folder."""
        if shlex.split(command)[:2] == ["atoll", "dev"]:
            self.start_host(command)
            return
        if shlex.split(command)[:3] == ["atoll", "api", "grpc"]:
            self.start_server(command)
            return
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=DEADLINE_S,
        )  # fmt: skip
        said = f"$ {command}\n{done.stdout}{done.stderr}"
        assert done.returncode == exit_code, said

    def start_host(self, command: str) -> None:
        """`atoll dev`, until its page answers."""
        self.host = subprocess.Popen(
            shlex.split(command), cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        end, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while time.monotonic() < end:
            assert self.host.poll() is None, f"$ {command}\nended with {self.host.returncode}"
            try:
                told = json.loads((self.folder / ".atoll" / "host.json").read_text())
                with urllib.request.urlopen(told["url"], timeout=DEADLINE_S) as answer:
                    assert answer.status == 200
                return
            except (OSError, ValueError):
                pause.wait(0.05)
        raise AssertionError(f"$ {command}\ndid not come up")

    def start_server(self, command: str) -> None:
        """`atoll api grpc`, until it says that it serves."""
        log = self.folder / "server.log"
        with log.open("wb") as said:
            self.server = subprocess.Popen(
                shlex.split(command), cwd=self.folder, env=self.environment(),
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        end, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while "serving location" not in log.read_text():
            ended = self.server.poll() is not None or time.monotonic() > end
            assert not ended, f"$ {command}\n{log.read_text()}"
            pause.wait(0.05)

    def leave(self) -> None:
        """Ctrl-C."""
        for process in (self.host, self.server):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    assert process.wait(DEADLINE_S) in (0, 130)
                finally:
                    process.kill()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader in an empty folder."""
    someone = Reader(tmp_path)
    yield someone
    someone.leave()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, reader: Reader) -> None:
    found = blocks(page)
    assert len(found) >= 3, "the blocks of the page were not recognised"

    for block in found:
        reader.follow(block)
