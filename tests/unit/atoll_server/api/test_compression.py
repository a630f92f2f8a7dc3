"""Large JSON travels compressed, small JSON and streams do not."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest

from atoll_server.api.compression import LEAST_BYTES, Compressing, takes_gzip
from atoll_wire.snapshot import AssetSnapshot

GZIP = {"accept-encoding": "gzip, deflate, br"}


def test_a_large_answer_is_compressed_for_those_who_can_read_that(site: Any) -> None:
    site.add_location("shop", *(AssetSnapshot(f"asset-{n}", step="s") for n in range(150)))

    small = site.ask("GET", "/api/v1/assets", headers=GZIP)
    plain = site.ask("GET", "/api/v1/assets")

    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "accept-encoding")
    assert json.loads(gzip.decompress(small.data)) == plain.json
    assert int(small.headers["content-length"]) == len(small.data) < len(plain.data)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"


def test_a_small_answer_is_sent_as_it_is(site: Any) -> None:
    answer = site.ask("GET", "/api/v1/runs", headers=GZIP)

    assert "content-encoding" not in answer.headers and "vary" not in answer.headers


def test_a_stream_is_never_held_back() -> None:
    async def scenario() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        compressing = Compressing(send, [(b"accept-encoding", b"gzip")])
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await compressing({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"data: " + b"x" * LEAST_BYTES
        await compressing({"type": "http.response.body", "body": body, "more_body": True})
        return sent

    start, chunk = asyncio.run(scenario())
    assert start["headers"] == [(b"content-type", b"text/event-stream; charset=utf-8")]
    assert chunk["body"].startswith(b"data: x")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"gzip", True),
        (b"br, GZIP;q=0.5", True),
        (b"*", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"identity", False),
        (b"", False),
    ],
)
def test_who_can_read_gzip_says_so(said: bytes, expected: bool) -> None:
    assert takes_gzip([(b"accept-encoding", said)]) is expected
