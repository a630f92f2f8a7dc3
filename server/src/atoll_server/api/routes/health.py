"""Whether the host lives, and whether it can take up work."""

from __future__ import annotations

import os

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.reading import answer
from atoll_server.api.schemas.deployment import Health
from atoll_server.api.views import location_views
from atoll_server.core.location.table import UNSETTLED


async def livez(context: ApiContext, request: Request) -> Response:
    """The web answers. Nothing else is looked at."""
    return answer(Health("alive", os.getpid(), context.release))


async def readyz(context: ApiContext, request: Request) -> Response:
    """Storage answers, the engine takes up work, and every location has loaded or failed.

    A location that failed is no reason against readiness: the others are served.
    """
    reasons = list(context.not_ready())
    try:
        locations = await location_views(context.log)
    except Exception as error:
        reasons.append(f"the storage does not answer: {error}")
        locations = []
    for location in locations:
        if location["status"] in UNSETTLED:
            reasons.append(f'location "{location["name"]}" is {location["status"]}')
    status = "not_ready" if reasons else "ready"
    health = Health(status, os.getpid(), context.release, reasons)
    return answer(health, 503 if reasons else 200)
