"""What people look at: the built UI, whose every address is the same page; and the description."""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from atoll_server.api.built_ui import HASHED, PAGE, UiFile
from atoll_server.api.compression import takes_gzip
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem

_NO_PAGES = frozenset(["api", "static", "livez", "readyz", "openapi.json"])
"""What the first part of a page's address never is: unknown paths below these are mistakes."""
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; worker-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Atoll</title></head>
<body>
<h1>Atoll</h1>
<p>The pages are not built. Run <code>make ui</code>, then load this page again.</p>
<p>Everything else works: the HTTP API at <a href="{base}openapi.json">/api/v1</a>, and the commands
of <code>atoll --help</code>.</p>
</body>
</html>
"""


async def page(context: ApiContext, request: Request) -> Response:
    """The page, or a file that it consists of."""
    name = request.scope["path"].removeprefix(context.path_prefix + "/").lstrip("/")
    file = context.ui.file(name) if name != PAGE else None
    if file is not None:
        return await asyncio.to_thread(_file, file, takes_gzip(request.headers.raw))
    if name.partition("/")[0] in _NO_PAGES or name.startswith(HASHED):
        raise Problem("route.unknown", "see /openapi.json for what there is")
    nonce, base = secrets.token_urlsafe(16), context.path_prefix + "/"
    content = context.ui.page(base, nonce)
    headers = {
        "content-security-policy": _POLICY.format(nonce=f" 'nonce-{nonce}'"),
        "cache-control": "no-cache",
    }
    return HTMLResponse(content or _NOT_BUILT.format(base=base), headers=headers)


async def openapi(context: ApiContext, request: Request) -> Response:
    """The OpenAPI 3.1 description of this API."""
    from atoll_server.api.openapi import document

    return Response(document(), media_type="application/json")


def _file(file: UiFile, is_gzip: bool) -> Response:
    headers = {
        "content-security-policy": _POLICY.format(nonce=""),
        "cache-control": _FOR_EVER if file.is_hashed else "no-cache",
    }
    if file.is_text:
        headers["vary"] = "accept-encoding"
    if file.is_text and is_gzip:
        headers["content-encoding"] = "gzip"
    content = file.compressed if file.is_text and is_gzip else file.content
    return Response(content, headers={**headers, "content-type": file.media_type})
