"""Parameters and bodies of requests, read with errors that say what was expected."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.problems import Problem

MAX_BODY_BYTES = 1024 * 1024
T = TypeVar("T")


def number(request: Request, name: str, default: int, *, least: int = 0, most: int) -> int:
    """A whole number out of the query."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) >= least):
        raise Problem("request.invalid", f"{name} is a whole number from {least}, not {text!r}")
    return min(int(text), most)


def words(request: Request, name: str) -> list[str]:
    """A comma-separated list out of the query, which may also be given several times."""
    values = request.query_params.getlist(name)
    return [word for value in values for word in value.split(",") if word]


def choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words out of the query; the first by default."""
    value = request.query_params.get(name, choices[0])
    if value not in choices:
        raise Problem("request.invalid", f"{name} is one of {', '.join(choices)}, not {value!r}")
    return value


async def body(request: Request, kind: type[T]) -> T:
    """The JSON body as `kind`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem("request.media_type", "send the header content-type: application/json")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise Problem("request.too_large", f"at most {MAX_BODY_BYTES} bytes are taken")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem("request.invalid", f"the body: {error}") from None


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`value` as JSON."""
    return Response(
        msgspec.json.encode(value), status, headers=headers, media_type="application/json"
    )
