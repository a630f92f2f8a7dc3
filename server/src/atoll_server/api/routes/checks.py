"""Checks of assets: which there are, and what they found."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.catalog import CatalogView
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, number, words, words_among
from atoll_server.api.schemas.checks import Check, CheckResult, CheckResults, Checks
from atoll_server.ports.event_log import CheckRecord, StoredEvent, check_outcome, partition_of
from atoll_wire.events import ASSET_CHECK_EVALUATION

_LIMIT = 200
_MOST = 5000
OUTCOMES = ("passed", "warned", "failed", "never")


async def list_checks(context: ApiContext, request: Request) -> Response:
    """A page of checks with what each found last; `asset`, `location` and `outcome` narrow it."""
    limit = number(request, "limit", _LIMIT, least=1, most=_MOST)
    offset = number(request, "cursor", 0, most=1 << 40)
    assets, locations = set(request.query_params.getlist("asset")), set(words(request, "location"))
    outcomes = set(words_among(request, "outcome", OUTCOMES))
    view = await context.catalog.view()
    only = next(iter(assets)) if len(assets) == 1 else None
    latest = {f"{one.asset}:{one.name}": one for one in await context.log.checks(only)}
    keys = [
        key
        for key, (location, check) in view.checks.items()
        if (not assets or check.asset in assets)
        and (not locations or location in locations)
        and (not outcomes or _outcome(latest.get(key)) in outcomes)
    ]
    shown = keys[offset : offset + limit]
    events = await _events(context, (latest[key] for key in shown if key in latest))
    items = [check_view(view, key, events.get(key)) for key in shown]
    more = offset + len(shown)
    return answer(Checks(items, str(more) if more < len(keys) else None))


async def list_check_results(context: ApiContext, request: Request) -> Response:
    """A page of what a check found, newest first."""
    key = request.query_params.get("check", "")
    before = number(request, "before", 0, most=1 << 62) or None
    limit = number(request, "limit", 50, least=1, most=1000)
    asset, _, name = key.rpartition(":")
    view = await context.catalog.view()
    found = await context.log.asset_events(
        asset, before=before, limit=limit + 1, kinds=[ASSET_CHECK_EVALUATION], check=name
    )
    if not found and key not in view.checks:
        raise unknown_check(view, key)
    has_more, found = len(found) > limit, found[:limit]
    return answer(
        CheckResults([result_view(one) for one in found], found[-1].id if has_more else None)
    )


def unknown_check(view: CatalogView, key: str) -> Problem:
    """There is no such check, and these are near it."""
    import difflib

    near = difflib.get_close_matches(key, view.checks, n=3, cutoff=0.5)
    hint = f"; near it: {', '.join(near)}" if near else "; checks are named ASSET:NAME"
    return Problem("check.unknown", f'no location defines the check "{key}"{hint}', near=near)


def check_view(view: CatalogView, key: str, latest: StoredEvent | None) -> Check:
    """A check with its latest evaluation."""
    location, check = view.checks[key]
    asset = view.assets.get(check.asset)
    is_with_asset = asset is not None and (asset.location, asset.step) == (location, check.step)
    return Check(
        key=key,
        asset=check.asset,
        name=check.name,
        location=location,
        description=check.description,
        is_blocking=check.is_blocking,
        deps=check.deps,
        is_alone=not is_with_asset or view.can_subset(location, check.step),
        metadata=check.metadata,
        file=check.file,
        line=check.line,
        latest=None if latest is None else result_view(latest),
    )


def result_view(event: StoredEvent) -> CheckResult:
    """An evaluation."""
    data = event.data
    return CheckResult(
        event_id=event.id,
        run_id=event.run_id,
        timestamp=event.at,
        outcome=check_outcome(event) or "failed",
        passed=bool(data.get("passed")),
        severity=str(data.get("severity") or "ERROR"),
        description=data.get("description"),
        partition=partition_of(event),
        metadata=data.get("metadata") or {},
    )


async def _events(context: ApiContext, records: Iterable[CheckRecord]) -> dict[str, StoredEvent]:
    """The evaluations by key of the check."""
    by_id = {one.event_id: f"{one.asset}:{one.name}" for one in records}
    found = await context.log.events_of_ids(list(by_id))
    return {by_id[event.id]: event for event in found}


def _outcome(record: CheckRecord | None) -> str:
    return "never" if record is None else record.outcome
