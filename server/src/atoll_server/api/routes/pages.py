"""The built-in page and the API's own description."""

from __future__ import annotations

import functools
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STATIC = frozenset(["index.html", "page.css", "page.js"])


async def index(context: ApiContext, request: Request) -> Response:
    """The page."""
    return _static("index.html")


async def static(context: ApiContext, request: Request) -> Response:
    """A file of the page."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise Problem("route.unknown", f"the page has no file {name!r}")
    return _static(name)


async def openapi(context: ApiContext, request: Request) -> Response:
    """The OpenAPI 3.1 description of this API."""
    from atoll_server.api.openapi import document

    return Response(document(), media_type="application/json")


def _static(name: str) -> Response:
    headers = {"content-security-policy": _CSP, "cache-control": "no-cache"}
    return Response(_content(name), headers=headers, media_type=_TYPES[name.rpartition(".")[2]])


@functools.cache
def _content(name: str) -> bytes:
    return (files("atoll_server.api") / "static" / name).read_bytes()
