"""The ASGI application: checks, routing, and errors as problems.

Starlette's router is used without its `Application`: what goes wrong becomes a problem in one
place, here, and every answer passes through it.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route, Router

from atoll_server.api.compression import Compressing
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, check_names
from atoll_server.api.routes import pages
from atoll_server.api.routes.operation import V1, Handler, Operation
from atoll_server.api.routes.table import OPERATIONS
from atoll_server.api.security import HEADERS, check_request
from atoll_server.ports.event_log import StorageError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PLAN_PATH = V1 + "/runs/plan"
"""A question that is too long for an address, not a command."""


class Api:
    """The application; one per host."""

    def __init__(self, context: ApiContext) -> None:
        self._context = context
        routes = [
            Route(op.path, _endpoint(context, op.handler, _names(op)), methods=[op.method])
            for op in OPERATIONS
        ]
        self._routes = routes
        self._router = Router(routes, redirect_slashes=False, default=self._page)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = False
        compressing = Compressing(send, scope["headers"])

        async def guarded(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await compressing(message)

        try:
            check_request(
                scope["method"],
                scope["headers"],
                self._context.host_names,
                is_read_only=self._context.is_read_only and not scope["path"].endswith(PLAN_PATH),
            )
            scope["app"] = self  # makes the router raise rather than answer in plain text
            prefix = scope["root_path"] = self._context.path_prefix
            if prefix and scope["path"] == prefix:  # the page's links are relative
                await RedirectResponse(prefix + "/")(scope, receive, guarded)
                return
            await self._router(scope, receive, guarded)
        except Exception as error:
            problem = self._problem(error, scope)
            if problem.code == "internal":
                traceback.print_exception(error, file=sys.stderr)
            if started:
                raise
            await problem_response(problem, scope["path"])(scope, receive, guarded)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What no operation answers may be the address of a page."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        response = await pages.page(self._context, Request(scope, receive))
        await response(scope, receive, send)

    def _problem(self, error: Exception, scope: Scope) -> Problem:
        if isinstance(error, HTTPException) and error.status_code == 405:
            # The router tells the methods of one route; another may have the same path.
            methods: set[str] = set()
            for route in self._routes:
                if route.matches(scope)[0] is not Match.NONE:
                    methods |= route.methods or set()
            allowed = ", ".join(sorted(methods))
            return Problem("route.method", f"it takes {allowed}", allow=allowed)
        return as_problem(error)


def _names(operation: Operation) -> list[str] | None:
    """What its query may hold; None: anything, as probes and caches add what they like."""
    is_checked = operation.path.startswith(V1)
    return [query.name for query in operation.query] if is_checked else None


def _endpoint(
    context: ApiContext, handler: Handler, names: list[str] | None = None
) -> Callable[[Request], Awaitable[Any]]:
    async def endpoint(request: Request) -> Any:
        if names is not None:
            check_names(request, names)
        return await handler(context, request)

    return endpoint


def as_problem(error: Exception) -> Problem:
    """The problem that an exception in a handler amounts to."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, StorageError):
        return Problem("storage.unavailable", f"{error}. {error.hint}".rstrip(". "))
    if isinstance(error, HTTPException) and error.status_code == 404:
        return Problem("route.unknown", "see /openapi.json for what there is")
    return Problem("internal", f"{type(error).__name__}; the host's log has the details")


def problem_response(problem: Problem, path: str) -> Response:
    """A problem as an answer."""
    response = answer(problem.body(path), problem.status)
    response.headers["content-type"] = "application/problem+json"
    if "allow" in problem.extra:
        response.headers["allow"] = problem.extra["allow"]
    return response
