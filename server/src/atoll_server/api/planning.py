"""What a launch would do: planned as the engine plans it, on what is stored of the locations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from atoll_server.api.catalog import CatalogView
from atoll_server.api.config_schema import config_schema
from atoll_server.api.context import ApiContext
from atoll_server.api.partitions import space_view
from atoll_server.api.problems import TITLES, Problem
from atoll_server.api.schemas.runs import Launch, PlannedStep, RunPlan
from atoll_server.api.selecting import problem_of
from atoll_server.core.catalog import Catalog
from atoll_server.core.partitions.choosing import partition_asked, partitioned
from atoll_server.core.run.config import merge
from atoll_server.core.run.plan import Plan, PlanError
from atoll_server.core.wanted import (
    Chosen,
    Wanted,
    choose_assets,
    is_known,
    plan_chosen,
    waits_for,
)
from atoll_server.ports.moments import moment
from atoll_wire.partitions.spaces import Moment
from atoll_wire.selection_error import SelectionError

T = TypeVar("T")
_IO_MANAGER = "io_manager"
"""The resource that every step takes, where its location has it."""


async def preview(context: ApiContext, asked: Launch, location: str | None) -> RunPlan:
    """The plan of a launch that was checked; made off the loop.

    Args:
        location: where the job lies, if there is one and that is known.

    Raises:
        Problem: what was asked for cannot be run.
    """
    view = await context.catalog.view()
    at = await moment(context.log, context.clock.now(), view.plannable.dynamic_names)
    return await _planning(_preview, view, _wanted(asked, location), asked, at)


async def check_plan(context: ApiContext, asked: Launch, location: str | None) -> None:
    """Refuse a launch whose run would be refused as soon as it is planned.

    It is planned only where something beside its selection may be wrong: a partition, checks, ops.

    Raises:
        Problem: what was asked for cannot be run.
    """
    view = await context.catalog.view()
    wanted = _wanted(asked, location)
    is_plain = not (asked.checks or asked.job or asked.config) and wanted.asked.is_none
    if view.is_complete and not (is_plain and not view.has_partitions):
        at = await moment(context.log, context.clock.now(), view.plannable.dynamic_names)
        await _planning(_plan, view.plannable, wanted, at)


def _wanted(asked: Launch, location: str | None) -> Wanted:
    return Wanted(
        tuple(asked.assets),
        asked.job,
        location,
        checks=None if asked.checks is None else tuple(asked.checks),
        ops=tuple(asked.ops),
        partition=partition_asked(asked.tags) or asked.partition,
        tags=asked.tags,
        config=asked.config,
    )


async def _planning(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` gives, made off the loop; its errors as problems."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except SelectionError as error:
        raise problem_of(error) from None
    except PlanError as error:
        detail = f"{error}. {error.hint or ''}".rstrip()
        code = error.code if error.code in TITLES else "selection.invalid"
        status = {"partition.unknown": "partition.invalid"}.get(code, code)
        raise Problem(status, detail, reason=error.code) from None


def _plan(catalog: Catalog, wanted: Wanted, at: Moment) -> Plan:
    return plan_chosen(catalog, choose_assets(catalog, wanted), wanted, at)


def _preview(view: CatalogView, wanted: Wanted, asked: Launch, at: Moment) -> RunPlan:
    catalog = view.plannable
    if view.unsettled and not is_known(catalog, wanted):
        return RunPlan(
            steps=[],
            left_out=[],
            read_only=[],
            config_schema={},
            config=asked.config,
            tags=asked.tags,
            waits_for=waits_for(view.unsettled),
        )
    chosen = choose_assets(catalog, wanted)
    plan = plan_chosen(catalog, chosen, wanted, at, is_preview=True)
    made = {key for step in plan.steps for key in step.assets}
    asset, wire = _partitions(catalog, plan, chosen)
    return RunPlan(
        steps=[
            PlannedStep(
                key=step.key,
                location=step.location,
                assets=step.assets,
                checks=step.checks,
                partition=step.partition,
                needs=step.needs,
                pool=step.pool,
            )
            for step in plan.steps
        ],
        left_out=[key for key in chosen.keys if catalog.assets[key].step is None],
        read_only=list(dict.fromkeys(_read(catalog, plan, made))),
        config_schema=_config_schema(catalog, plan, chosen),
        config=merge(plan.config, asked.config),
        tags={**plan.tags, **asked.tags},
        partitions=space_view(wire, at),
        partitioned=asset,
        needs_partition=asset is not None,
    )


def _partitions(
    catalog: Catalog, plan: Plan, chosen: Chosen
) -> tuple[str | None, Mapping[str, Any] | None]:
    """The asset whose partitions a launch may name, with their space; or the job's."""
    first = next(iter(partitioned(catalog, plan)), None)
    if first is not None:
        return first, catalog.assets[first].partitions
    return None, None if chosen.job is None else chosen.job.partitions


def _read(catalog: Catalog, plan: Plan, made: set[str]) -> Iterator[str]:
    for step in plan.steps:
        for key in step.assets:
            yield from (dep for dep in catalog.assets[key].deps if dep not in made)
        for check in step.checks:
            known = catalog.checks.get(check)
            about = () if known is None else (known.asset, *known.deps)
            yield from (key for key in about if key not in made)


def _config_schema(catalog: Catalog, plan: Plan, chosen: Chosen) -> Mapping[str, Any]:
    """The schema of the config that the steps of a plan take, under the names they have at home."""
    if chosen.job is not None and chosen.job.steps:
        own = {step.key: step for step in chosen.job.steps}
        steps = [(step.location, own[step.key]) for step in plan.steps]
    else:
        at_home = {name: step for step, name in catalog.step_names.items()}
        steps = [(step.location, catalog.steps[at_home[step.key]]) for step in plan.steps]
    needed: dict[str, set[str]] = {}
    for location, step in steps:
        needed.setdefault(location, {_IO_MANAGER}).update(step.required_resources)
    return config_schema(
        ((step.key, step.config_schema) for _, step in steps if step.config_schema is not None),
        (
            found
            for location, keys in needed.items()
            for found in _resources(catalog, location, keys)
        ),
        plan.config,
    )


def _resources(
    catalog: Catalog, location: str, keys: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas of these resources of a location, and of those that they take themselves."""
    resources = {one.key: one for one in catalog.generations[location].snapshot.resources}
    waiting, seen = sorted(keys, reverse=True), set()
    while waiting:
        key = waiting.pop()
        resource = resources.get(key)
        if resource is None or key in seen:
            continue
        seen.add(key)
        waiting += reversed(resource.required_resources)
        if resource.config_schema is not None:
            yield key, resource.config_schema
