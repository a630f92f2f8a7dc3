"""Parameters and bodies of requests, read with errors that say what was expected."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.problems import Problem

MAX_BODY_BYTES = 1024 * 1024
_MOST_DIGITS = 19
_MOST_SHOWN = 60
_LONE_SURROGATE = (
    "a text holds half a character, a surrogate such as \\ud800 without the other half"
)
T = TypeVar("T")


def number(request: Request, name: str, default: int, *, least: int = 0, most: int) -> int:
    """A whole number out of the query."""
    text = request.query_params.get(name)
    return default if text is None else whole(text, name, least=least, most=most)


def whole(text: str, name: str, *, least: int = 0, most: int) -> int:
    """`text` as a whole number within its bounds."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not (is_number and least <= int(text) <= most):
        raise Problem(
            "request.invalid",
            f"{name} is a whole number from {least} to {most}, not {_shortened(text)!r}",
        )
    return int(text)


def moment(request: Request, name: str) -> float | None:
    """A time out of the query, in seconds since the Unix epoch."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        told = _shortened(text)
        raise Problem("request.invalid", f"{name} is seconds since the Unix epoch, not {told!r}")
    return value


def check_names(request: Request, known: Sequence[str]) -> None:
    """Refuse parameters of the query that the path does not take."""
    for name in request.query_params:
        if name not in known:
            import difflib

            close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f'did you mean "{close[0]}"?' if close else _listed(known)
            raise Problem(
                "request.invalid", f'there is no parameter "{_shortened(name)}"; {hint}', near=close
            )


def _listed(known: Sequence[str]) -> str:
    return f"this path takes {', '.join(known)}" if known else "this path takes none"


def words(request: Request, name: str) -> list[str]:
    """A comma-separated list out of the query, which may also be given several times."""
    values = request.query_params.getlist(name)
    return [word for value in values for word in value.split(",") if word]


def words_among(request: Request, name: str, known: Collection[str]) -> list[str]:
    """Such a list of words that are all known."""
    found = words(request, name)
    for word in found:
        if word not in known:
            raise Problem(
                "request.invalid", f"{name} is among {', '.join(known)}, not {_shortened(word)!r}"
            )
    return found


def pairs(request: Request, name: str) -> dict[str, str]:
    """`NAME=VALUE`s out of the query, each given once."""
    found: dict[str, str] = {}
    for text in request.query_params.getlist(name):
        key, equals, value = text.partition("=")
        if not equals or not key or found.setdefault(key, value) != value:
            raise Problem("request.invalid", f"{name} is NAME=VALUE, one for each name")
    return found


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
    except UnicodeDecodeError as error:
        raise Problem("request.invalid", f"the body is no UTF-8: {error.reason}") from None
    except (msgspec.DecodeError, RecursionError) as error:
        reason = _LONE_SURROGATE if _has_lone_surrogate(data) else str(error)
        raise Problem("request.invalid", f"the body: {reason}") from None


def _has_lone_surrogate(data: bytearray) -> bool:
    """Whether the body is JSON but for half a character, which nobody can store or print."""
    if b"\\u" not in data:
        return False
    try:
        json.dumps(json.loads(data), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        pass
    return False


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`value` as JSON."""
    return Response(
        msgspec.json.encode(value), status, headers=headers, media_type="application/json"
    )
