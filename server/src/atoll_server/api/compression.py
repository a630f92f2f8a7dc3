"""Large JSON answers, compressed for those who can read that. Event streams never are."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

LEAST_BYTES = 8 * 1024
"""What is smaller is sent sooner than it is compressed."""
_LEVEL = 1
_JSON = (b"application/json", b"application/problem+json")
_REFUSED = re.compile(rb"\s*q=0(\.0*)?\s*")

Headers = Iterable[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]


def takes_gzip(headers: Headers) -> bool:
    """Whether who sent these headers can read gzip."""
    for name, value in headers:
        if name.lower() == b"accept-encoding":
            for coding in value.split(b","):
                word, _, weight = coding.partition(b";")
                if word.strip().lower() in (b"gzip", b"*"):
                    return _REFUSED.fullmatch(weight) is None
    return False


def compressed(content: bytes) -> bytes:
    """`content` by gzip, quickly rather than well."""
    return gzip.compress(content, _LEVEL, mtime=0)


class Compressing:
    """A `send` that compresses JSON which comes in one piece and is large."""

    def __init__(self, send: Callable[[Message], Awaitable[None]], request: Headers) -> None:
        self._send = send
        self._takes_gzip = takes_gzip(request)
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Pass on a message, perhaps later and smaller."""
        if message["type"] == "http.response.start" and _is_large_json(message["headers"]):
            message["headers"].append((b"vary", b"accept-encoding"))
            if self._takes_gzip:
                self._held = message
                return
        held, self._held = self._held, None
        if held is not None:
            if not message.get("more_body", False):
                body = await asyncio.to_thread(compressed, message["body"])
                message = {**message, "body": body}
                kept = [each for each in held["headers"] if each[0] != b"content-length"]
                length = str(len(body)).encode()
                added = [(b"content-length", length), (b"content-encoding", b"gzip")]
                held = {**held, "headers": kept + added}
            await self._send(held)
        await self._send(message)


def _is_large_json(headers: Headers) -> bool:
    found = dict(headers)
    return (
        b"vary" not in found  # whoever says that has chosen already
        and found.get(b"content-type", b"").partition(b";")[0] in _JSON
        and int(found.get(b"content-length", b"0")) >= LEAST_BYTES
    )
