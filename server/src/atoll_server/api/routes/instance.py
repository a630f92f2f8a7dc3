"""The deployment as a whole, and what becomes of commands."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.capacity import stored_settings
from atoll_server.api.context import ApiContext
from atoll_server.api.reading import answer, number, whole
from atoll_server.api.schemas.deployment import (
    Database,
    Engine,
    Instance,
    IntentState,
    Web,
)
from atoll_server.api.views import setting_view

MAX_WAIT_S = 20
_LOOK_EVERY_S = 0.05
_MAX_ID = 1 << 62


async def get_instance(context: ApiContext, request: Request) -> Response:
    """The deployment: where it lies, what it holds, what runs, what it is set to."""
    facts = await context.log.facts()
    locations = await context.log.locations()
    stored, _ = await stored_settings(context)
    settings = context.settings.shown(stored) if context.settings is not None else []
    values_url = next((str(one.value) for one in settings if one.name == "values_url"), "")
    pid = context.engine_pid()
    return answer(
        Instance(
            home=str(context.home),
            deployment_id=facts.deployment_id,
            release=context.release,
            database=Database(facts.path, facts.size_bytes, facts.schema_version),
            values_url=values_url,
            engine=None if pid is None else Engine(pid),
            web=_web(context.home / "host.json"),
            is_read_only=context.is_read_only,
            runs=facts.runs,
            assets=facts.assets,
            locations=len(locations),
            settings=[setting_view(one) for one in settings],
        )
    )


async def get_intent(context: ApiContext, request: Request) -> Response:
    """Whether a command still waits; with `wait`, answers when it is settled, if that is soon."""
    intent_id = whole(request.path_params["intent_id"], "the intent's id", most=_MAX_ID)
    looks = 1 + round(number(request, "wait", 0, most=MAX_WAIT_S) / _LOOK_EVERY_S)
    for look in range(looks):
        if look:
            await asyncio.sleep(_LOOK_EVERY_S)
        if intent_id not in {intent.id for intent in await context.log.intents()}:
            return answer(IntentState(intent_id, True, context.engine_pid() is not None))
        if context.engine_pid() is None:
            break
    return answer(IntentState(intent_id, False, context.engine_pid() is not None))


def _web(host_file: Path) -> Web | None:
    """The web that has said where it is, if it still runs."""
    try:
        told = json.loads(host_file.read_text())
        os.kill(int(told["pid"]), 0)
        return Web(int(told["pid"]), str(told["url"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
