"""Schedules and sensors, as the locations declare them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.reading import answer, words
from atoll_server.api.schemas.automation import Schedule, Schedules, Sensor, Sensors

T = TypeVar("T", Schedule, Sensor)


async def list_schedules(context: ApiContext, request: Request) -> Response:
    """All schedules by name, as they are declared; `location` narrows them."""
    view = await context.catalog.view()
    return answer(Schedules(list(_shown(Schedule, view.schedules, request))))


async def list_sensors(context: ApiContext, request: Request) -> Response:
    """All sensors by name, as they are declared; `location` narrows them."""
    view = await context.catalog.view()
    return answer(Sensors(list(_shown(Sensor, view.sensors, request))))


def _shown(kind: type[T], declared: Any, request: Request) -> Iterator[T]:
    wanted = set(words(request, "location"))
    for location, one in declared:
        if not wanted or location in wanted:
            told = msgspec.structs.asdict(one)
            starts_running = told.pop("is_running")
            yield kind(location=location, starts_running=starts_running, **told)
