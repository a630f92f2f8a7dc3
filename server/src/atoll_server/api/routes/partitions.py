"""Partitions of assets and jobs: how they stand, and which there are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.launching import find_job
from atoll_server.api.partitions import moment_of, page, space_view, standing_of
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, choice, number, words_among
from atoll_server.api.schemas.assets import Materialization
from atoll_server.api.schemas.partitions import Partition, Partitions, PartitionsAsTheyStand
from atoll_server.api.selecting import near_names
from atoll_server.core.partitions.spaces import near_keys
from atoll_server.core.partitions.standing import STATUSES

_LIMIT = 100
_MOST = 1000


async def get_partitions(context: ApiContext, request: Request) -> Response:
    """The partitions of an asset as spans that stand alike, or those of a job."""
    asset, job, wire = await _asked(context, request)
    space = space_view(wire, await moment_of(context, wire))
    assert space is not None
    standing = await standing_of(context, asset, wire)
    if standing is None:
        return answer(PartitionsAsTheyStand(asset=asset, job=job, space=space))
    return answer(standing.summary(asset, job, space))


async def list_partitions(context: ApiContext, request: Request) -> Response:
    """A page of partitions with their keys, in order; `status` and `search` narrow them."""
    asset, _, wire = await _asked(context, request)
    offset = number(request, "cursor", 0, most=1 << 40)
    limit = number(request, "limit", _LIMIT, least=1, most=_MOST)
    statuses = words_among(request, "status", STATUSES)
    search = request.query_params.get("search", "").casefold()
    newest_first = choice(request, "order", ("ascending", "descending")) == "descending"
    standing = await standing_of(context, asset, wire)
    if standing is None:
        return answer(Partitions(items=[], total=0))
    chosen = await asyncio.to_thread(standing.chosen, statuses, search, newest_first)
    return answer(await page(context, standing, asset, chosen, offset, limit))


async def get_partition(context: ApiContext, request: Request) -> Response:
    """One partition of an asset, with its latest materialization."""
    asset, _, wire = await _asked(context, request)
    key = request.query_params.get("partition", "")
    if asset is None:
        raise Problem("request.invalid", "name an asset, and one of its partitions")
    standing = await standing_of(context, asset, wire)
    position = None if standing is None else standing.space.position(key, standing.at)
    if standing is not None and position is None:
        near = near_keys(standing.space, key, standing.at)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise Problem("partition.unknown", f'"{asset}" has no partition "{key}"{hint}', near=near)
    note = (await context.log.partitions(asset, [key])).get(key)
    latest = None
    if note is not None:
        found = await context.log.events_of_ids([note.event_id])
        metadata = found[0].data.get("metadata", {}) if found else {}
        latest = Materialization(
            event_id=note.event_id, run_id=note.run_id, timestamp=note.at, metadata=metadata
        )
    unlisted = "materialized" if latest is not None else "missing"
    return answer(
        Partition(
            key=key,
            position=-1 if position is None else position,
            status=unlisted if standing is None else standing.status(position or 0),
            latest_materialization=latest,
        )
    )


async def _asked(
    context: ApiContext, request: Request
) -> tuple[str | None, str | None, Mapping[str, Any]]:
    """The asset or the job that is asked about, and its space.

    Raises:
        Problem: `asset.unknown`, `job.*`, `asset.no_partitions` or `request.invalid`.
    """
    asset, job = request.query_params.get("asset"), request.query_params.get("job")
    if (asset is None) == (job is None):
        raise Problem("request.invalid", "name an asset, or a job")
    view = await context.catalog.view()
    if asset is not None:
        found = view.assets.get(asset)
        if found is None:
            near = near_names(asset, view)
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise Problem("asset.unknown", f'no location defines the asset "{asset}"{hint}')
        wire, named = found.partitions, f'asset "{asset}"'
    else:
        assert job is not None
        _, definition = find_job(view, job, request.query_params.get("location"))
        wire, named = definition.partitions, f'job "{job}"'
    if wire is None:
        raise Problem("asset.no_partitions", f"{named} has no partitions")
    return asset, job, wire
