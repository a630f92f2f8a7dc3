"""Server-sent events: stored events from a cursor on, then live, in bursts rather than singly.

The first event after a pause goes out at once; what follows within `COALESCE_S` goes out
together. Each message's id is the event's, so that a browser resumes by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import Any

import msgspec

from atoll_server.api.context import ApiContext
from atoll_server.api.stream.streaming import HEARTBEAT_S, Streaming
from atoll_server.api.views import event_view, location_views

PAGE = 500
COALESCE_S = 0.05
LOCATIONS_EVERY_S = 1.0


class EventStream(Streaming):
    """The stored events.

    Args:
        after: id of the last event that the reader has; None: only what comes from now on.
        run_id: only this run's events.
        kinds: only events of these kinds.
    """

    def __init__(
        self,
        context: ApiContext,
        *,
        after: int | None,
        run_id: str | None = None,
        kinds: Collection[str] | None = None,
    ) -> None:
        self._context = context
        self._after = after
        self._run_id = run_id
        self._kinds = kinds
        self._locations = b""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The stream's bytes, each piece made of whole messages."""
        hub, loop = self._context.hub, asyncio.get_running_loop()
        cursor = self._after
        if cursor is None:
            cursor = await last_event_id(self._context)
        yield b"retry: 1000\n\n"
        last_sent = loop.time()
        while not hub.is_closed:
            version = hub.version
            page = await self._context.log.events(after=cursor, limit=PAGE, run_id=self._run_id)
            chunk = b"".join(_message(event_view(e)) for e in page if self._wants(e.kind))
            if page:
                cursor = page[-1].id
            if self._run_id is None:
                chunk += await self._changed_locations()
            if not chunk and loop.time() - last_sent >= HEARTBEAT_S:
                chunk = b":\n\n"
            if chunk:
                last_sent = loop.time()
                yield chunk
            if len(page) == PAGE:
                continue
            if chunk:
                await asyncio.sleep(COALESCE_S)
            await hub.wait(version, LOCATIONS_EVERY_S if self._run_id is None else HEARTBEAT_S)

    def _wants(self, kind: str) -> bool:
        return self._kinds is None or kind in self._kinds

    async def _changed_locations(self) -> bytes:
        """A `locations` message where any of them has changed since the last one."""
        data = msgspec.json.encode(await location_views(self._context.log))
        if data == self._locations:
            return b""
        self._locations = data
        return b'event: locations\ndata: {"items":' + data + b"}\n\n"


def _message(event: Any) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (event.id, msgspec.json.encode(event))


async def last_event_id(context: ApiContext) -> int:
    """The id of the newest event, by bisection: a few look-ups, however long the history."""

    async def has_after(cursor: int) -> bool:
        return bool(await context.log.events(after=cursor, limit=1))

    low, step = 0, 1024
    while await has_after(low + step):
        low += step
        step *= 2
    high = low + step  # nothing is after `high`; something may be after `low`
    while low < high:
        middle = (low + high) // 2
        if await has_after(middle):
            low = middle + 1
        else:
            high = middle
    return high
