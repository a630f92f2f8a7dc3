"""The plan of a run that makes assets and evaluates checks.

Pure: from a catalog and resolved keys. It must not know how selections are written. A *unit* is
what runs together: one step, or all steps of the graph behind an asset.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from atoll_server.core.catalog import Catalog
from atoll_server.core.run.order import StepName, in_order
from atoll_server.core.run.plan import Plan, PlanError, PlannedStep
from atoll_server.core.run.values import out_of_reach
from atoll_wire.snapshot import StepSnapshot


def make_plan(
    catalog: Catalog,
    keys: Iterable[str],
    checks: Sequence[str] | None = None,
    kept: Collection[str] = (),
) -> Plan:
    """The plan that makes the assets `keys`.

    Assets that nobody makes (external ones) are left out; a step that cannot make a subset of
    its assets makes all of them, and evaluates all of its checks.

    Args:
        checks: keys of the checks to evaluate; None: all on the assets that are made.
        kept: parts of graphs that are not executed again, by their keys in a run.

    Raises:
        PlanError: `plan.*`.
    """
    units = _units(catalog, keys, checks)
    chosen = {step: unit for unit in units for step in unit.steps}
    _refuse_values_out_of_reach(
        catalog, {step: unit.made_by(step) for step, unit in chosen.items()}
    )
    names = catalog.step_names
    planned = {step: unit for step, unit in chosen.items() if names[step] not in kept}
    if not planned:
        raise PlanError("every step of the run has succeeded already", code="plan.nothing_to_do")
    needs = _Needs(catalog, planned)
    order = in_order({step: needs.of(step) for step in planned}, names)
    lacking = needs.assets_that_may_be_absent(order)
    return Plan(
        tuple(
            _planned(catalog, step, planned[step], needs.of(step), lacking.get(step, {}))
            for step in order
        )
    )


@dataclass
class _Unit:
    """What runs together, and what it is to make and to check."""

    steps: dict[StepName, StepSnapshot]
    is_graph: bool
    assets: set[str] = field(default_factory=set)
    checks: set[str] = field(default_factory=set)

    def made_by(self, step: StepName) -> list[str]:
        """The assets that one of its steps is to make, in the step's own order."""
        own = self.steps[step].assets
        if self._is_whole(step):
            return list(own) or ([] if self.is_graph else sorted(self.assets))
        return [key for key in own if key in self.assets]

    def checked_by(self, step: StepName) -> list[str]:
        """The checks that one of its steps is to evaluate."""
        own = self.steps[step].checks
        return list(own) if self._is_whole(step) else [key for key in own if key in self.checks]

    def _is_whole(self, step: StepName) -> bool:
        return self.is_graph or not self.steps[step].can_subset

    @property
    def makes_assets_always(self) -> bool:
        """Whether it cannot evaluate its checks alone."""
        return any(one.assets and self._is_whole(step) for step, one in self.steps.items())

    def made(self) -> Iterator[str]:
        """All that it is to make."""
        for step in self.steps:
            yield from self.made_by(step)


def _units(catalog: Catalog, keys: Iterable[str], checks: Sequence[str] | None) -> Sequence[_Unit]:
    units: dict[StepName, _Unit] = {}
    for key in keys:
        asset = catalog.assets.get(key)
        if asset is None:
            raise PlanError(f'there is no asset "{key}"', code="plan.unknown_asset")
        if asset.step is not None:
            _unit(catalog, units, (asset.location, asset.step)).assets.add(key)
    if checks is None:
        _add_checks_of(catalog, units)
    else:
        _add_checks(catalog, units, checks)
    if not units:
        raise PlanError(
            "the selection holds no asset that a location makes",
            code="plan.nothing_to_do",
            hint="External assets are made elsewhere; they cannot be materialized here.",
        )
    return list(units.values())


def _unit(catalog: Catalog, units: dict[StepName, _Unit], step: StepName) -> _Unit:
    """The unit that a step belongs to, among `units` from now on."""
    location, key = step
    graph = catalog.steps[step].graph
    name = (location, key if graph is None else graph)
    if name not in units:
        keys = [key] if graph is None else catalog.steps_of_graph[location, graph]
        steps = {(location, one): catalog.steps[location, one] for one in keys}
        units[name] = _Unit(steps, graph is not None)
    return units[name]


def _add_checks_of(catalog: Catalog, units: dict[StepName, _Unit]) -> None:
    """The checks on all that is made, but none that would make something else."""
    made = list(dict.fromkeys(key for unit in units.values() for key in unit.made()))
    for check in (check for key in made for check in catalog.checks_of.get(key, ())):
        step = (check.location, check.step or "")
        if step not in catalog.steps:
            continue
        alone: dict[StepName, _Unit] = {}
        is_more = _unit(catalog, alone, step).makes_assets_always
        if not is_more or next(iter(alone)) in units:
            _unit(catalog, units, step).checks.add(check.key)


def _add_checks(catalog: Catalog, units: dict[StepName, _Unit], checks: Sequence[str]) -> None:
    for key in checks:
        check = catalog.checks.get(key)
        step = None if check is None else (check.location, check.step or "")
        if check is None or step not in catalog.steps:
            near = difflib.get_close_matches(key, list(catalog.checks), n=1, cutoff=0.5)
            hint = f'Did you mean "{near[0]}"?' if near else "Checks are named ASSET:NAME."
            raise PlanError(f'there is no check "{key}"', code="plan.unknown_check", hint=hint)
        assert step is not None
        unit = _unit(catalog, units, step)
        unit.checks.add(key)
        if unit.makes_assets_always and not unit.assets:
            raise PlanError(
                f'the check "{key}" is evaluated by the function that makes its asset',
                code="plan.check_with_asset",
                hint=f'Materialize "{check.asset}": that evaluates it.',
            )


class _Needs:
    """Which steps come before which."""

    def __init__(self, catalog: Catalog, planned: Mapping[StepName, _Unit]) -> None:
        self._catalog = catalog
        self._planned = planned
        self._makers: dict[str, StepName] = {}
        self._blockers: dict[str, list[StepName]] = {}
        self._found: dict[StepName, Sequence[StepName]] = {}
        for step, unit in planned.items():
            self._makers |= {key: step for key in unit.made_by(step) if _has(catalog, key, step)}
            for check in map(catalog.checks.get, unit.checked_by(step)):
                if check is not None and check.is_blocking and check.location == step[0]:
                    self._blockers.setdefault(check.asset, []).append(step)

    def of(self, step: StepName) -> Sequence[StepName]:
        """The steps that must come before a step."""
        if step not in self._found:
            self._found[step] = list(dict.fromkeys(self._of(step)))
        return self._found[step]

    def assets_that_may_be_absent(
        self, order: Iterable[StepName]
    ) -> Mapping[StepName, Mapping[str, StepName]]:
        """By step, the assets that it needs and that may not be given back, each with its maker.

        An asset may be absent if its declaration says so, if its step may be skipped because
        something else is absent, or if a graph makes it, of which the same may hold inside.

        Args:
            order: the steps, each after those that it needs.
        """
        absent: set[str] = set()
        found: dict[StepName, Mapping[str, StepName]] = {}
        for step in order:
            unit, assets = self._planned[step], self._catalog.assets
            needed = self._taken(step) if absent else ()
            taken = {key: self._makers[key] for key in needed if key in absent}
            if taken:
                found[step] = taken
            for key in unit.made_by(step):
                if taken or unit.is_graph or assets[key].is_optional:
                    absent.add(key)
        return found

    def _of(self, step: StepName) -> Iterator[StepName]:
        unit = self._planned[step]
        yield from self._own(step)
        for key in self._taken(step):
            yield self._makers[key]
        if not self._own(step):
            for one in unit.steps:
                yield from self._blocking(unit, one)

    def _own(self, step: StepName) -> Sequence[StepName]:
        """The steps of its own unit that come before a step."""
        unit, location = self._planned[step], step[0]
        return [
            (location, key)
            for key in unit.steps[step].deps
            if (location, key) in unit.steps and (location, key) in self._planned
        ]

    def _taken(self, step: StepName) -> Iterator[str]:
        """The assets made by other units of the run that a step needs.

        What comes before a graph comes before its first steps.
        """
        unit = self._planned[step]
        for one in () if self._own(step) else unit.steps:
            for key in (*self._deps(unit, one), *self._looked_at(unit, one)):
                maker = self._makers.get(key)
                if maker is not None and maker not in unit.steps:
                    yield key

    def _blocking(self, unit: _Unit, step: StepName) -> Iterator[StepName]:
        """The steps outside of a unit whose checks must pass before what one of its steps makes."""
        for key in self._deps(unit, step):
            yield from (one for one in self._blockers.get(key, ()) if one not in unit.steps)

    def _deps(self, unit: _Unit, step: StepName) -> Iterator[str]:
        """The assets that those depend on which a step is to make."""
        for key in unit.made_by(step):
            # Of an asset that another location has, this step's own declaration is not in the
            # catalog; the winner's dependencies are not this step's.
            if _has(self._catalog, key, step):
                yield from self._catalog.assets[key].deps

    def _looked_at(self, unit: _Unit, step: StepName) -> Iterator[str]:
        """The assets that the checks look at which a step is to evaluate."""
        for key in unit.checked_by(step):
            check = self._catalog.checks.get(key)
            yield key.rpartition(":")[0]
            yield from check.deps if check is not None and check.location == step[0] else ()


def _has(catalog: Catalog, key: str, step: StepName) -> bool:
    """Whether the asset is the one that this step makes, and not another location's."""
    asset = catalog.assets.get(key)
    if asset is None or asset.location != step[0] or asset.step is None:
        return False
    return asset.step == step[1] or key in catalog.steps[step].assets


def _planned(
    catalog: Catalog,
    step: StepName,
    unit: _Unit,
    needs: Sequence[StepName],
    lacking: Mapping[str, StepName],
) -> PlannedStep:
    location, snapshot, names = step[0], unit.steps[step], catalog.step_names
    refuse_unsupported(snapshot)
    serving = catalog.generations[location]
    return PlannedStep(
        key=names[step],
        assets=tuple(unit.made_by(step)),
        location=location,
        generation=serving.generation,
        identity=serving.identity,
        needs=tuple(names[needed] for needed in needs),
        pool=snapshot.pool,
        checks=tuple(unit.checked_by(step)),
        inputs={
            **taken({key: names[where, key] for where, key in unit.steps}, snapshot),
            **{
                key: (f"{names[maker]}:{catalog.assets[key].output}",)
                for key, maker in lacking.items()
            },
        },
        is_part=unit.is_graph,
    )


def taken(names: Mapping[str, str], step: StepSnapshot) -> dict[str, tuple[str, ...]]:
    """What the inputs of a step take, by the keys that steps have in the run."""
    found = {}
    for name, outputs in step.inputs.items():
        split = (one.rpartition(":") for one in outputs)
        found[name] = tuple(f"{names.get(key, key)}:{output}" for key, _, output in split)
    return found


def refuse_unsupported(step: StepSnapshot) -> None:
    """Refuse a step that cannot be run on a host yet.

    Raises:
        PlanError: `plan.not_supported`.
    """
    if step.mapped_over is not None:
        raise PlanError(
            f'"{step.key}" is executed for each value of a dynamic output, which runs on a host '
            "come to with a later release",
            code="plan.not_supported",
            hint="materialize() runs it today, in a process of your own.",
        )


def _refuse_values_out_of_reach(catalog: Catalog, chosen: Mapping[StepName, Sequence[str]]) -> None:
    found = out_of_reach(catalog, chosen)
    if found is not None:
        location, key = found
        raise PlanError(
            f'location {location} cannot reach the folder where the value of "{key}" is kept',
            code="plan.values_out_of_reach",
            hint="Set ATOLL_VALUES_URL to a place that all locations reach (a shared folder under "
            "one path, or an fsspec URL), or give the asset an IO manager of its own.",
        )
