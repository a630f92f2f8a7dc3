"""Which steps a run has, where each of them runs, and what each waits for.

Pure: from a catalog and resolved asset keys. It must not know how selections are written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.catalog import Catalog
from atoll_server.core.run.values import out_of_reach
from atoll_wire.failure import Failure


class PlanError(Exception):
    """`plan.*`: what was asked for cannot be run; the user's declarations say why.

    Attributes:
        code: stable slug.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, code: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return _plan_error, (str(self), self.code, self.hint)

    @property
    def failure(self) -> Failure:
        """The error as data."""
        return Failure(code=self.code, message=str(self), hint=self.hint)


def _plan_error(message: str, code: str, hint: str | None) -> PlanError:
    return PlanError(message, code=code, hint=hint)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan."""

    key: str
    """Unique in the run. Where two locations have a step of one name, the later one's key
    has `@` and its location behind it."""
    assets: tuple[str, ...]
    location: str
    generation: int
    identity: str
    """Of the generation: what it must run on, under whichever number."""
    needs: tuple[str, ...] = ()
    """Keys of the steps that must succeed before it."""
    pool: str | None = None

    def to_data(self) -> dict[str, Any]:
        """The step as JSON."""
        return {
            "key": self.key,
            "assets": list(self.assets),
            "location": self.location,
            "generation": self.generation,
            "identity": self.identity,
            "needs": list(self.needs),
            "pool": self.pool,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PlannedStep:
        """The inverse of `to_data`."""
        return cls(
            key=data["key"],
            assets=tuple(data["assets"]),
            location=data["location"],
            generation=data["generation"],
            identity=data["identity"],
            needs=tuple(data.get("needs", ())),
            pool=data.get("pool"),
        )


@dataclass(frozen=True)
class Plan:
    """The steps of a run, every step after those that it needs."""

    steps: tuple[PlannedStep, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    """The job's own; like its tags, it goes into the run beside the plan, not as part of it."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """The plan as JSON, as `RUN_STARTING` carries it."""
        return {"steps": [step.to_data() for step in self.steps]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        """The inverse of `to_data`."""
        return cls(tuple(PlannedStep.from_data(step) for step in data["steps"]))


def make_plan(catalog: Catalog, keys: Iterable[str]) -> Plan:
    """The plan that makes the assets `keys`.

    Assets that nobody makes (external ones) are left out; a step that cannot make a subset of
    its assets makes all of them.

    Raises:
        PlanError: `plan.unknown_asset`, `plan.nothing_to_do`, `plan.cycle` or
            `plan.values_out_of_reach`.
    """
    chosen = _assets_by_step(catalog, keys)
    _refuse_values_out_of_reach(catalog, chosen)
    maker = {
        key: step
        for step, assets in chosen.items()
        for key in assets
        if _is_made_by(catalog, key, step)
    }
    needs = {step: _needs(catalog, step, assets, maker) for step, assets in chosen.items()}
    names = catalog.step_names
    steps = []
    for step in _in_order(needs, names):
        location = step[0]
        serving = catalog.generations[location]
        steps.append(
            PlannedStep(
                key=names[step],
                assets=tuple(chosen[step]),
                location=location,
                generation=serving.generation,
                identity=serving.identity,
                needs=tuple(names[needed] for needed in needs[step]),
                pool=catalog.steps[step].pool,
            )
        )
    return Plan(tuple(steps))


_Step = tuple[str, str]


def _assets_by_step(catalog: Catalog, keys: Iterable[str]) -> dict[_Step, list[str]]:
    """The assets that each step makes, in the step's own order."""
    wanted: dict[_Step, set[str]] = {}
    for key in keys:
        asset = catalog.assets.get(key)
        if asset is None:
            raise PlanError(f'there is no asset "{key}"', code="plan.unknown_asset")
        if asset.step is not None:
            wanted.setdefault((asset.location, asset.step), set()).add(key)
    if not wanted:
        raise PlanError(
            "the selection holds no asset that a location makes",
            code="plan.nothing_to_do",
            hint="External assets are made elsewhere; they cannot be materialized here.",
        )
    chosen = {}
    for step, some in wanted.items():
        definition = catalog.steps[step]
        own = definition.assets or sorted(some)
        chosen[step] = [key for key in own if key in some] if definition.can_subset else list(own)
    return chosen


def _refuse_values_out_of_reach(catalog: Catalog, chosen: Mapping[_Step, Sequence[str]]) -> None:
    found = out_of_reach(catalog, chosen)
    if found is not None:
        location, key = found
        raise PlanError(
            f'location {location} cannot reach the folder where the value of "{key}" is kept',
            code="plan.values_out_of_reach",
            hint="Set ATOLL_VALUES_URL to a place that all locations reach (a shared folder under "
            "one path, or an fsspec URL), or give the asset an IO manager of its own.",
        )


def _is_made_by(catalog: Catalog, key: str, step: _Step) -> bool:
    asset = catalog.assets.get(key)
    return asset is not None and (asset.location, asset.step) == step


def _needs(
    catalog: Catalog, step: _Step, assets: Sequence[str], maker: Mapping[str, _Step]
) -> list[_Step]:
    found: dict[_Step, None] = {}
    for key in assets:
        # Of an asset that another location has, this step's own declaration is not in the
        # catalog; the winner's dependencies are not this step's.
        if not _is_made_by(catalog, key, step):
            continue
        for dep in catalog.assets[key].deps:
            needed = maker.get(dep)
            if needed is not None and needed != step:
                found[needed] = None
    return list(found)


def _in_order(needs: Mapping[_Step, Sequence[_Step]], names: Mapping[_Step, str]) -> list[_Step]:
    """Every step after those that it needs (Kahn's algorithm, first come first served)."""
    unmet = {step: len(needed) for step, needed in needs.items()}
    dependents: dict[_Step, list[_Step]] = {}
    for step, needed in needs.items():
        for one in needed:
            dependents.setdefault(one, []).append(step)
    ready = deque(step for step, count in unmet.items() if count == 0)
    order: list[_Step] = []
    while ready:
        step = ready.popleft()
        order.append(step)
        for dependent in dependents.get(step, ()):
            unmet[dependent] -= 1
            if unmet[dependent] == 0:
                ready.append(dependent)
    if len(order) < len(needs):
        raise _cycle_error(needs, {step for step, count in unmet.items() if count}, names)
    return order


def _cycle_error(
    needs: Mapping[_Step, Sequence[_Step]], stuck: set[_Step], names: Mapping[_Step, str]
) -> PlanError:
    path: dict[_Step, None] = {}
    step = next(iter(sorted(stuck)))
    while step not in path:  # every stuck step needs another stuck one: this ends in a cycle
        path[step] = None
        step = next(needed for needed in needs[step] if needed in stuck)
    cycle = list(path)[list(path).index(step) :]
    told = " needs ".join(f'"{names[one]}" (in {one[0]})' for one in [*cycle, step])
    return PlanError(
        f"the steps wait for each other: {told}",
        code="plan.cycle",
        hint="Break the cycle: one of these dependencies has to go.",
    )
