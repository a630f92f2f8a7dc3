"""What a launch would do: planned as the engine plans it, on what is stored of the locations."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from atoll_server.api.catalog import CatalogView
from atoll_server.api.config_schema import config_schema
from atoll_server.api.problems import TITLES, Problem
from atoll_server.api.schemas.runs import Launch, PlannedStep, RunPlan
from atoll_server.api.selecting import problem_of
from atoll_server.core.catalog import Catalog
from atoll_server.core.run.config import merge
from atoll_server.core.run.plan import Plan, PlanError
from atoll_server.core.wanted import Wanted, choose_assets, is_known, plan_chosen, waits_for
from atoll_wire.selection_error import SelectionError

_IO_MANAGER = "io_manager"
"""The resource that every step takes, where its location has it."""


async def preview(view: CatalogView, asked: Launch, location: str | None) -> RunPlan:
    """The plan of a launch that was checked; made off the loop.

    Args:
        location: where the job lies, if there is one and that is known.

    Raises:
        Problem: what was asked for cannot be run.
    """
    wanted = Wanted(tuple(asked.assets), asked.job, location)
    try:
        return await asyncio.to_thread(_preview, view, wanted, asked)
    except SelectionError as error:
        raise problem_of(error) from None
    except PlanError as error:
        detail = f"{error}. {error.hint or ''}".rstrip()
        code = error.code if error.code in TITLES else "selection.invalid"
        raise Problem(code, detail, reason=error.code) from None


def _preview(view: CatalogView, wanted: Wanted, asked: Launch) -> RunPlan:
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
    plan = plan_chosen(catalog, chosen)
    made = {key for step in plan.steps for key in step.assets}
    return RunPlan(
        steps=[
            PlannedStep(
                key=step.key,
                location=step.location,
                assets=step.assets,
                needs=step.needs,
                pool=step.pool,
            )
            for step in plan.steps
        ],
        left_out=[key for key in chosen.keys if catalog.assets[key].step is None],
        read_only=list(dict.fromkeys(_read(catalog, plan, made))),
        config_schema=_config_schema(catalog, plan),
        config=merge(plan.config, asked.config),
        tags={**plan.tags, **asked.tags},
    )


def _read(catalog: Catalog, plan: Plan, made: set[str]) -> Iterator[str]:
    for step in plan.steps:
        for key in step.assets:
            yield from (dep for dep in catalog.assets[key].deps if dep not in made)


def _config_schema(catalog: Catalog, plan: Plan) -> Mapping[str, Any]:
    """The schema of the config that the steps of a plan take, under the names they have at home."""
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
