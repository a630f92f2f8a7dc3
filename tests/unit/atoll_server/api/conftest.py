"""An API over a memory event log, asked within the process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import pytest

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.api.app import Api
from atoll_server.api.context import ApiContext
from atoll_server.ports.event_log import LocationRecord, NewEvent
from atoll_wire.snapshot import (
    AssetSnapshot,
    JobSnapshot,
    LocationSnapshot,
    ResourceSnapshot,
    StepSnapshot,
    content_hash,
)

T = TypeVar("T")


class StillClock:
    """A `Clock` that stands, and numbers its ids."""

    def __init__(self) -> None:
        self.ids = 0

    def now(self) -> float:
        return 1000.0

    def new_id(self) -> str:
        self.ids += 1
        return f"run-{self.ids}"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass
class Site:
    """The API with what it stands on."""

    home: Path
    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    rung: list[None] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    """What else the API is told of its surroundings."""

    def __post_init__(self) -> None:
        self.context = ApiContext(
            log=self.log,
            clock=StillClock(),
            home=self.home,
            release="9.9",
            ring=lambda: self.rung.append(None),
            **self.more,
        )
        self.api = Api(self.context)

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(coroutine)

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return self.do(self._ask(method, path, body, headers or {}))

    async def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        sent: list[dict[str, Any]] = []
        given = {"host": "localhost:3000", **headers}
        if body is not None:
            given.setdefault("content-type", "application/json")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        raw, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in given.items()],
            "server": ("localhost", 3000),
            "client": None,
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": data if body is not None else b""}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.api(scope, receive, send)
        head = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], head, b"".join(m.get("body", b"") for m in sent[1:]))

    def get(self, path: str) -> Any:
        answer = self.ask("GET", "/api/v1" + path)
        assert answer.status == 200, answer.data
        return answer.json

    def add_location(
        self,
        name: str,
        *assets: AssetSnapshot,
        status: str = "loaded",
        jobs: Sequence[JobSnapshot] = (),
        steps: Sequence[StepSnapshot] = (),
        resources: Sequence[ResourceSnapshot] = (),
        more: Mapping[str, Any] = {},
        **view: Any,
    ) -> None:
        known = {step.key for step in steps}
        bare: dict[str, list[str]] = {}
        for asset in assets:
            if isinstance(asset.step, str) and asset.step not in known:
                bare.setdefault(asset.step, []).append(asset.key)
        all_steps = [*steps, *(StepSnapshot(key, made) for key, made in bare.items())]
        text = LocationSnapshot(
            list(assets), all_steps, list(resources), jobs=list(jobs), **more
        ).dumps()
        name_of = content_hash(text) if assets else None
        if status == "loaded":
            view.setdefault("generation", 1)
        record = LocationRecord(name=name, view={"status": status, **view}, snapshot_hash=name_of)
        if name_of is not None:
            self.do(self.log.save_snapshot(name_of, text))
        self.do(self.log.save_location(record))

    def add_events(self, *events: NewEvent) -> None:
        self.do(self.log.append(events))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)
