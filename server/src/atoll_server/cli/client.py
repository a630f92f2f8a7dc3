"""The API as the commands use it, whichever way it is reached.

A transport either speaks HTTP to a running host or calls the API within this process. Its
methods are coroutines so that both look alike; those of HTTP block and never suspend, and
`drive` runs them without an event loop.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from atoll_server.cli import exits

T = TypeVar("T")
V1 = "/api/v1"
_TIMEOUT_S = 30.0
_WAIT_S = 20
_EXIT_CODES = {404: exits.NOT_FOUND, 503: exits.UNREACHABLE}
_CODES = {"location.not_loaded": exits.INVALID_DEFINITIONS}
"""Exit codes that say more than the status of an answer does."""


class Message(NamedTuple):
    """One server-sent event."""

    event: str
    data: Any


class Transport(Protocol):
    """Carries requests."""

    interrupts: tuple[type[BaseException], ...]
    """As what Ctrl-C arrives in a coroutine that uses this transport."""

    async def request(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """One request; returns status and body."""

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """The lines of an endless answer."""

    async def pause(self, seconds: float) -> None:
        """Wait before asking again."""


class Client:
    """The API, with problems raised as errors that carry an exit code."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def interrupts(self) -> tuple[type[BaseException], ...]:
        """What to catch for Ctrl-C."""
        return self._transport.interrupts

    async def pause(self, seconds: float) -> None:
        """Wait before asking again."""
        await self._transport.pause(seconds)

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path below `/api/v1`."""
        return await self._json("GET", _with_query(V1 + path, query), None)

    async def post(self, path: str, value: Any = None) -> Any:
        """The JSON answer to a command."""
        return await self._json("POST", V1 + path, json.dumps(value or {}).encode())

    async def put(self, path: str, value: Any) -> Any:
        """The JSON answer to the command that something be as `value` says."""
        return await self._json("PUT", V1 + path, json.dumps(value).encode())

    async def patch(self, path: str, value: Any) -> Any:
        """The JSON answer to the command that something be changed."""
        return await self._json("PATCH", V1 + path, json.dumps(value).encode())

    async def delete(self, path: str) -> Any:
        """The JSON answer to the command that something be deleted."""
        return await self._json("DELETE", V1 + path, None)

    async def carried_out(self, intent: int | None) -> None:
        """Return when a stored command has been carried out; None: there was none to store."""
        while intent is not None:
            state = await self.get(f"/intents/{intent}", wait=_WAIT_S)
            if state["is_settled"]:
                return
            if not state["has_engine"]:
                raise exits.CommandFailed(
                    "the engine ended before it carried this out; it is stored, and the next "
                    "engine does it, such as that of: atoll dev",
                    exits.UNREACHABLE,
                )

    async def pages(self, path: str, **query: Any) -> list[Any]:
        """The items of all pages of a list."""
        items: list[Any] = []
        cursor: Any = None
        while True:
            page = await self.get(path, **query, cursor=cursor)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async def events(self, run_id: str, after: int = 0) -> AsyncIterator[dict[str, Any]]:
        """A run's events, stored ones first, then live; ends with the event that ends the run."""
        path = _with_query(V1 + "/events", {"run_id": run_id, "after": after})
        async for line in self._transport.stream(path):
            if line.startswith(b"data: "):
                event = json.loads(line[6:])
                yield event
                if event["kind"] in ("RUN_SUCCESS", "RUN_FAILURE", "RUN_CANCELED"):
                    return

    async def _json(self, method: str, path: str, body: bytes | None) -> Any:
        status, answer = await self._transport.request(method, path, body)
        if status < 400:
            return json.loads(answer)
        code = None
        try:
            problem = json.loads(answer)
            message = f"{problem['title']}: {problem['detail']}"
            code = _CODES.get(problem.get("code"))
        except (ValueError, KeyError, TypeError):
            message = f"the host answered {status}"
        default = exits.USAGE if status < 500 else exits.UNREACHABLE
        raise exits.CommandFailed(message, code or _EXIT_CODES.get(status, default))


def segment(text: str) -> str:
    """`text` as one segment of a path, whatever it holds."""
    return quote(text, safe="")


def _with_query(path: str, query: Mapping[str, Any]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, Sequence) and not isinstance(value, str):
            pairs += [(name, str(item)) for item in value]
        elif value is not None:
            pairs.append((name, str(value)))
    return f"{path}?{urlencode(pairs)}" if pairs else path


class HttpTransport:
    """HTTP/1.1 to a running host, over the standard library."""

    interrupts: tuple[type[BaseException], ...] = (KeyboardInterrupt,)

    def __init__(self, url: str, pid: int) -> None:
        parts = urlsplit(url)
        self.url, self.pid = url, pid
        self._base = parts.path.rstrip("/")
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)

    async def request(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """See `Transport.request`."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        # A connection each: a kept one may have been closed by the host while a run went on.
        connection = http.client.HTTPConnection(*self._address, timeout=_TIMEOUT_S)
        try:
            connection.request(method, self._base + path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """See `Transport.stream`."""
        connection = http.client.HTTPConnection(*self._address, timeout=_TIMEOUT_S)
        try:
            accepts = {"Accept": "text/event-stream"}
            connection.request("GET", self._base + path, headers=accepts)
            response = connection.getresponse()
            if response.status != 200:
                raise http.client.HTTPException(f"status {response.status}")
            while line := response.readline():
                yield line.rstrip(b"\r\n")
            raise http.client.HTTPException("the host ended the stream")
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    async def pause(self, seconds: float) -> None:
        """See `Transport.pause`."""
        time.sleep(seconds)  # noqa: ASYNC251  # this coroutine never suspends

    def _unreachable(self, error: Exception) -> exits.CommandFailed:
        return exits.CommandFailed(
            f"the host at {self.url} cannot be reached: {error}", exits.UNREACHABLE
        )


def running_host(host_file: Path) -> HttpTransport | None:
    """The host that serves this deployment, where one does."""
    try:
        told = json.loads(host_file.read_text())
        url, pid = str(told["url"]), int(told["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    transport = HttpTransport(url, pid)
    try:
        status, answer = drive(transport.request("GET", "/livez", None))
        # Another program may have the port by now, or another process the pid.
        return transport if status == 200 and json.loads(answer)["pid"] == pid else None
    except (exits.CommandFailed, ValueError, KeyError, TypeError):
        return None


def drive(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never suspends, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a coroutine over HTTP suspended")
