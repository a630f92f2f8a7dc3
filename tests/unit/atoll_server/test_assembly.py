"""Who rings whom: commands the engine, the engine all that read along."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.home_lock import HomeLock
from atoll_server.api.app import Api
from atoll_server.api.context import ApiContext
from atoll_server.assembly import Host, Webserver, storage
from atoll_server.cli.client import Client
from atoll_server.cli.embedded import AsgiTransport
from atoll_server.settings import Settings


class Heard(asyncio.Event):
    """That a bell was rung; waits for it at most a while."""

    async def once(self) -> None:
        await asyncio.wait_for(self.wait(), 10)
        self.clear()


async def through_storage(settings: Settings, use: Callable[[ApiContext], Awaitable[None]]) -> None:
    async with storage(settings) as context:
        await use(context)


async def through_webserver(
    settings: Settings, use: Callable[[ApiContext], Awaitable[None]]
) -> None:
    web = Webserver(settings, [], lambda record: None, lambda pid: None)
    await web.start()
    await use(web.context)
    await web.stop()


@pytest.mark.parametrize("through", [through_storage, through_webserver])
def test_who_reads_along_rings_the_engine_and_is_rung(through: Any, tmp_path: Path) -> None:
    async def use(context: ApiContext) -> None:
        rung, engine = Heard(), Bells(tmp_path)
        engine.hear_as_engine(rung.set)
        await Client(AsgiTransport(Api(context))).post("/runs", {"assets": ["*"]})
        await rung.once()

        version = context.hub.version
        waiting = asyncio.ensure_future(context.hub.wait(version, 10.0))
        engine.ring_readers()
        await waiting
        assert context.hub.version > version
        engine.close()

    asyncio.run(through(Settings(home=tmp_path, values_url=str(tmp_path / "values")), use))


def test_the_engine_rings_when_it_comes_when_it_commits_and_when_it_goes(tmp_path: Path) -> None:
    async def story() -> None:
        rung, reader = Heard(), Bells(tmp_path)
        reader.hear_as_reader(rung.set)
        host = Host(Settings(home=tmp_path, values_url=str(tmp_path / "values")), [])
        await host.start()
        await rung.once()

        async with storage(Settings(home=tmp_path, values_url=str(tmp_path / "values"))) as context:
            await Client(AsgiTransport(Api(context))).post("/runs", {"assets": ["*"]})
            await rung.once()
            assert await context.log.runs() != [], "rung when it was committed, not before"
        rung.clear()
        await host.stop()
        await rung.once()
        reader.close()

    asyncio.run(story())


def test_a_webserver_tells_when_an_engine_comes_and_when_it_goes(tmp_path: Path) -> None:
    async def story() -> None:
        told: asyncio.Queue[int | None] = asyncio.Queue()
        web = Webserver(
            Settings(home=tmp_path, values_url=str(tmp_path / "values")),
            [],
            lambda record: None,
            told.put_nowait,
        )
        bells, lock = Bells(tmp_path), HomeLock(str(tmp_path))
        await web.start()
        assert web.engine_pid is None
        assert "atoll daemon run" in web.context.not_ready()[0]

        lock.acquire()
        bells.ring_readers()
        assert await told.get() == os.getpid()
        assert web.context.not_ready() == []

        lock.release()
        bells.ring_readers()
        assert await told.get() is None
        bells.close()
        await web.stop()

    asyncio.run(story())
