"""The live streams: of events, and of what has changed."""

from __future__ import annotations

from starlette.requests import Request

from atoll_server.api.context import ApiContext
from atoll_server.api.reading import number, whole, words_among
from atoll_server.api.stream.changes import ChangeStream
from atoll_server.api.stream.sse import EventStream
from atoll_server.api.views import KINDS


async def stream_events(context: ApiContext, request: Request) -> EventStream:
    """Stored events after `Last-Event-ID` (or `after`), then live; without either, only live.

    Beside events, a stream that is not narrowed to a run carries `locations` messages: all
    locations, whenever one has changed.
    """
    most = 1 << 62
    after: int | None = None
    last = request.headers.get("last-event-id")
    if last is not None:
        after = whole(last, "Last-Event-ID", most=most)
    elif "after" in request.query_params:
        after = number(request, "after", 0, most=most)
    return EventStream(
        context,
        after=after,
        run_id=request.query_params.get("run_id"),
        kinds=frozenset(words_among(request, "kind", KINDS)) or None,
    )


async def stream_changes(context: ApiContext, request: Request) -> ChangeStream:
    """What has changed, at most four times a second: at once, then what came meanwhile.

    The first message says that the stream is connected; a page that was connected before asks
    again for all that it shows.
    """
    return ChangeStream(context.changes)
