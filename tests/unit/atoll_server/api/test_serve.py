"""The server on a real socket."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from atoll_server.api.listener import bind
from atoll_server.api.serve import WebServer


async def ask(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET %s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n" % path.encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_who_connects_before_the_server_runs_is_answered_when_it_does(site: Any) -> None:
    async def scenario() -> bytes:
        listener = bind("127.0.0.1", 0)
        asking = asyncio.ensure_future(ask(listener.getsockname()[1], "/livez"))
        await asyncio.sleep(0)
        server = WebServer(site.context)
        await server.start(listener)
        answer = await asking
        await server.stop()
        return answer

    assert site.do(scenario()).startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_open_stream_does_not_hold_up_the_end(site: Any) -> None:
    async def scenario() -> bytes:
        listener = bind("127.0.0.1", 0)
        server = WebServer(site.context)
        await server.start(listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET /api/v1/events?run_id=r HTTP/1.1\r\nhost: localhost\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        await server.stop()
        await reader.read()
        writer.close()
        return head

    assert b"content-type: text/event-stream" in site.do(scenario())


def test_answers_are_not_held_back_by_nagle() -> None:
    with bind("127.0.0.1", 0) as listener:
        # asyncio looks at the protocol before it turns the algorithm off.
        assert listener.proto == socket.IPPROTO_TCP


def test_an_address_that_is_taken_is_told() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(OSError, match="in use"):
        bind(*listener.getsockname())
