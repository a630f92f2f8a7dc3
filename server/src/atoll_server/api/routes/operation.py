"""What an entry of the table of operations says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from atoll_server.api.context import ApiContext

Handler = Callable[[ApiContext, Request], Awaitable[Any]]
V1 = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Query:
    """A parameter in the query."""

    name: str
    about: str
    type: str = "string"
    is_list: bool = False
    """Whether it may be given several times (or, for words, separated by commas)."""


LIMIT = Query(name="limit", about="Most items in the answer.", type="integer")
CURSOR = Query(name="cursor", about="`next` of the page before.")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    handler: Handler
    id: str
    answers: type | str
    """A struct of `schemas`, or a media type."""
    status: int = 200
    messages: type | None = None
    """Of a stream: a struct that is each message's data."""
    takes: type | None = None
    query: tuple[Query, ...] = ()
    problems: tuple[str, ...] = ()
    """Codes beside `request.*` and `internal`, which anything may answer."""

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]
