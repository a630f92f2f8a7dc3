"""A client that keeps its connection, for one server on this machine."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

_IDLE_S = 2.0
"""Servers close connections that idle for longer; uvicorn after 5 s."""


class Client:
    """Speaks JSON to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._used = 0.0

    def status(self, path: str) -> int | None:
        """The status of a GET; None where nobody answers."""
        try:
            return self._request("GET", path, None)[0]
        except OSError:
            return None

    def get(self, path: str) -> Any:
        return self._json("GET", path, None)

    def post(self, path: str, value: Any) -> Any:
        return self._json("POST", path, value)

    def close(self) -> None:
        self._connection.close()

    def _json(self, method: str, path: str, value: Any) -> Any:
        status, body = self._request(method, path, value)
        if status >= 300:
            raise OSError(f"{method} {path}: {status} {body[:500]!r}")
        return json.loads(body)

    def _request(self, method: str, path: str, value: Any) -> tuple[int, bytes]:
        body = None if value is None else json.dumps(value).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        if time.monotonic() - self._used > _IDLE_S:
            self._connection.close()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
            self._used = time.monotonic()
            return response.status, content
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()  # the next request opens it again
            raise OSError(str(error)) from error
