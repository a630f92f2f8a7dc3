"""Assets: what the locations define, with each one's latest materialization."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.catalog import CatalogView, listed
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body, number, words, words_among
from atoll_server.api.schemas.assets import Assets, Wipe, Wiped
from atoll_server.api.schemas.runs import Events
from atoll_server.api.selecting import near_names, resolve
from atoll_server.api.views import event_view, materialization_view, standing_view
from atoll_server.ports.event_log import ABOUT_ASSETS

DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000


async def list_assets(context: ApiContext, request: Request) -> Response:
    """A page of assets by key; `select`, `location` and `group` narrow it."""
    limit = number(request, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
    cursor = request.query_params.get("cursor")
    view = await context.catalog.view()
    keys = _page(view, request, cursor, limit + 1)
    has_more, keys = len(keys) > limit, keys[:limit]
    # One query for all is cheaper than one that names thousands of keys.
    records = await context.log.assets(keys if len(keys) <= DEFAULT_LIMIT else None)
    items = [listed(view.assets[key]) for key in keys]
    for item in items:
        item.latest_materialization = materialization_view(
            records.get(item.key), with_metadata=False
        )
    return answer(Assets(items, keys[-1] if has_more else None))


def _page(view: CatalogView, request: Request, cursor: str | None, limit: int) -> list[str]:
    selections = request.query_params.getlist("select")
    locations, groups = set(words(request, "location")), set(words(request, "group"))
    if not (selections or locations or groups):
        return list(view.page(cursor, limit))
    chosen = set(resolve(view, selections)) if selections else None
    found: list[str] = []
    for key in view.page(cursor, len(view.keys)):
        asset = view.assets[key]
        if (
            (chosen is None or key in chosen)
            and (not locations or asset.location in locations)
            and (not groups or asset.group in groups)
        ):
            found.append(key)
            if len(found) == limit:
                break
    return found


async def get_asset(context: ApiContext, request: Request) -> Response:
    """One asset with how it stands, its metadata, its neighbours and where it is defined."""
    key = request.path_params["key"]
    view = await context.catalog.view()
    asset = view.assets.get(key)
    if asset is None:
        raise _unknown(key, view)
    latest = (await context.log.assets([key])).get(key)
    await context.follower.catch_up()
    detail = listed_detail(asset)
    detail["latest_materialization"] = materialization_view(latest, with_metadata=True)
    detail["standing"] = standing_view(context.follower.standing(key))
    return answer(detail)


async def list_asset_events(context: ApiContext, request: Request) -> Response:
    """A page of what has happened to an asset, newest first; `next` is `before` of the next."""
    key = request.path_params["key"]
    view = await context.catalog.view()
    longer = f"{key}/events"
    if longer in view.assets and (key not in view.assets or _is_one_segment(request)):
        request.path_params["key"] = longer
        return await get_asset(context, request)
    before = number(request, "before", 0, most=1 << 62) or None
    limit = number(request, "limit", 100, least=1, most=1000)
    kinds = words_among(request, "kind", ABOUT_ASSETS) or None
    query = request.query_params
    events = await context.log.asset_events(
        key,
        before=before,
        limit=limit + 1,
        kinds=kinds,
        partition=query.get("partition"),
        check=query.get("check"),
    )
    if not events and key not in view.assets:
        raise _unknown(key, view)
    has_more, events = len(events) > limit, events[:limit]
    return answer(Events([event_view(one) for one in events], events[-1].id if has_more else None))


def _is_one_segment(request: Request) -> bool:
    """Whether the key was sent with its slashes encoded: `/events` is then a part of it."""
    return bool(request.scope.get("raw_path", b"").rpartition(b"/")[2] != b"events")


async def wipe_assets(context: ApiContext, request: Request) -> Response:
    """Ask that assets count as never materialized; their values and events stay."""
    asked = await body(request, Wipe)
    if asked.all == bool(asked.keys):
        raise Problem("request.invalid", "name the assets in keys, or say all: true")
    records = await context.log.assets(None if asked.all else asked.keys)
    view = await context.catalog.view()
    for key in asked.keys:
        if key not in records and key not in view.assets:
            raise _unknown(key, view)
    keys, intent = sorted(records), None
    if keys:
        intent = await context.log.add_intent("wipe_assets", {"keys": keys}, context.clock.now())
        context.ring()
    return answer(Wiped(intent=intent, keys=keys), 202)


def _unknown(key: str, view: CatalogView) -> Problem:
    near = near_names(key, view)
    hint = f"; near it: {', '.join(near)}" if near else ""
    return Problem("asset.unknown", f'no location defines the asset "{key}"{hint}', near=near)


def listed_detail(asset: object) -> dict[str, object]:
    """The members of an asset's detail, so that the catalog's own copy stays untouched."""
    import msgspec

    return msgspec.structs.asdict(asset)  # type: ignore[arg-type]
