"""What has changed, told to all pages alike: found out once, encoded once, sent to each.

The first message after a pause goes out at once; after each, nothing for `LEAST_S`, and what
happens meanwhile goes into the next. A page asks again for what it shows of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from atoll_server.api.catalog import signature_of
from atoll_server.api.following import Follower, Noticed
from atoll_server.api.schemas.changes import Changes
from atoll_server.api.stream.hub import Hub
from atoll_server.api.stream.streaming import HEARTBEAT_S, Streaming
from atoll_server.ports.event_log import EventLog, LocationRecord, StorageError

LEAST_S = 0.25
_TROUBLE_S = 1.0
_STILL = b"event: still\ndata: {}\n\n"
"""After a long silence. A comment would not reach the page, which has to tell a host that has
nothing to say from one that is frozen or cut off."""
_KEPT = 16
"""Messages that are kept for a reader who is slow; one who is slower is told of everything."""


class _Seen(NamedTuple):
    """What is compared with what it was before."""

    locations: list[LocationRecord]
    catalog: object
    settings: Mapping[str, Any]
    waiting: list[str]
    """Runs that are asked for, and that no engine has taken up yet."""


class ChangeFeed:
    """Looks for changes as long as somebody watches."""

    def __init__(self, log: EventLog, hub: Hub, follower: Follower) -> None:
        self._log = log
        self._hub = hub
        self._follower = follower
        self._watchers = 0
        self._looking: asyncio.Task[None] | None = None
        self._began = asyncio.Event()
        self._messages: deque[bytes] = deque(maxlen=_KEPT)
        self._seen: _Seen | None = None
        self.news = Hub()
        """Rung with every message."""
        self.number = 0
        """Of the newest message."""

    @property
    def is_over(self) -> bool:
        """Whether no further message will come."""
        return self._hub.is_closed or self._looking is None or self._looking.done()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Somebody watches: whatever changes from now on is told."""
        self._watchers += 1
        try:
            if self._looking is None:
                self._began, self._seen = asyncio.Event(), None
                self._looking = asyncio.create_task(self._look_on(self._began))
            await self._began.wait()
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                await self._stop()

    async def _stop(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    def connected(self) -> bytes:
        """The message with which a stream begins."""
        return _message(Changes(last_event_id=self._follower.last_event_id))

    def since(self, number: int) -> bytes:
        """The messages after the one with this number."""
        missing = self.number - number
        if missing > len(self._messages):
            return self._everything()
        return b"".join(list(self._messages)[len(self._messages) - missing :])

    def _everything(self) -> bytes:
        return _message(
            Changes(
                last_event_id=self._follower.last_event_id,
                runs=None,
                assets=None,
                has_new_catalog=True,
                locations=True,
                capacity=True,
            )
        )

    async def _look_on(self, began: asyncio.Event) -> None:
        try:
            while self._seen is None and not self._hub.is_closed:
                await self._look()  # what is so already, nobody has to be told
            began.set()
            while not self._hub.is_closed:
                version = self._hub.version
                changes = await self._look()
                if changes is not None:
                    self.number += 1
                    self._messages.append(_message(changes))
                    self.news.ring()
                    await self._hub.pause(LEAST_S)
                await self._hub.wait(version, HEARTBEAT_S)
        finally:
            began.set()
            self.news.ring()

    async def _look(self) -> Changes | None:
        """What has changed since the last look, if anything has."""
        try:
            await self._follower.catch_up()
            locations = await self._log.locations()
            settings = await self._log.settings()
            intents = await self._log.intents()
        except StorageError:  # every other answer says so; here it is waited for
            await self._hub.pause(_TROUBLE_S)
            return None
        waiting = [i.payload["run_id"] for i in intents if i.kind == "launch_run"]
        before = self._seen
        self._seen = _Seen(locations, signature_of(locations), settings, waiting)
        noticed = self._follower.take()
        if before is None:
            return None
        return self._compared(before, self._seen, noticed)

    def _compared(self, before: _Seen, now: _Seen, noticed: Noticed) -> Changes | None:
        for run_id in now.waiting:
            if run_id not in before.waiting:
                noticed.add_run(run_id)
        has_new_catalog = now.catalog != before.catalog
        nothing = Changes(last_event_id=self._follower.last_event_id)
        changes = replace(
            nothing,
            runs=noticed.runs,
            assets=None if has_new_catalog else noticed.assets,
            has_new_catalog=has_new_catalog,
            locations=now.locations != before.locations,
            capacity=noticed.has_moved
            or has_new_catalog
            or now.settings != before.settings
            or now.waiting != before.waiting,
        )
        return None if changes == nothing else changes


class ChangeStream(Streaming):
    """The feed, for one reader."""

    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The stream's bytes, each piece made of whole messages."""
        feed = self._feed
        async with feed.watched():
            number = feed.number
            yield b"retry: 1000\n\n" + feed.connected()
            while not feed.is_over:
                version = feed.news.version
                if number == feed.number:
                    await feed.news.wait(version, HEARTBEAT_S)
                chunk = feed.since(number)
                number = feed.number
                yield chunk or _STILL


def _message(changes: Changes) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(changes)
