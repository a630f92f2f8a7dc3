"""The command line over an API in the same process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from atoll_server.adapters.event_log.home_lock import HomeLock

RUN = {
    "run_id": "r1",
    "status": "SUCCESS",
    "created_at": 1000.0,
    "started_at": 1001.0,
    "ended_at": 1003.5,
    "selection": ["orders"],
    "assets": ["orders"],
    "tags": {},
    "config": {},
    "partition": None,
    "job": None,
    "message": "",
}
EVENT = {
    "id": 7,
    "kind": "RUN_SUCCESS",
    "run_id": "r1",
    "step": None,
    "attempt": None,
    "timestamp": 1003.5,
    "message": "Finished.",
    "data": {},
}


class Canned:
    """A host that answers what it is told to, over real HTTP."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.engine: HomeLock | None = None
        canned = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def do_DELETE(self) -> None:
                self._answer()

            def _answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(length)) if length else None
                canned.asked.append((self.command, self.path, body))
                missing = (404, {"title": "Nothing", "detail": self.path})
                answers = canned.answers
                plain = answers.get(self.path.partition("?")[0], missing)
                status, value = answers.get(self.path, plain)
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATOLL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def host(home: Path) -> Iterator[Canned]:
    import os

    canned = Canned()
    canned.answers["/livez"] = (200, {"status": "alive", "pid": os.getpid()})
    canned.answers["/api/v1/runs"] = (200, {"items": [RUN], "next": None})
    canned.answers["/api/v1/runs/r1"] = (200, RUN)
    home.mkdir()
    (home / "host.json").write_text(json.dumps({"url": canned.url, "pid": os.getpid()}))
    canned.engine = HomeLock(str(home))
    canned.engine.acquire()
    yield canned
    canned.engine.release()
    canned.close()
