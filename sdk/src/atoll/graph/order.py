"""In which order a run makes assets and evaluates checks."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, NamedTuple, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.errors import DefinitionError


class Unit(NamedTuple):
    """What one function, or one graph, is to make and to check in a run."""

    assets: AssetsDefinition
    keys: List[str]
    """The assets, as text; empty where it only checks."""
    checks: List[str]
    before: List[str]
    """The names of the units that come before it."""

    @property
    def name(self) -> str:
        """Unique among the definitions."""
        return self.assets.name


def units_in_order(definitions: Any, keys: Iterable[str], checks: Iterable[str]) -> List[Unit]:
    """What makes the assets `keys` and evaluates `checks`, each after what it depends on.

    A blocking check comes before everything downstream of its asset.

    Raises:
        DefinitionError: `definition.cycle`.
    """
    wanted, wanted_checks = set(keys), set(checks)
    chosen: Dict[str, Unit] = {}
    makers: Dict[str, str] = {}
    blockers: Dict[str, List[str]] = {}
    for item in [*definitions.assets, *definitions.asset_checks]:
        if not isinstance(item, AssetsDefinition):
            continue
        unit = _unit(item, wanted, wanted_checks)
        if unit is None:
            continue
        chosen[unit.name] = unit
        makers.update(dict.fromkeys(unit.keys, unit.name))
        for output in item.check_outputs:
            key = output.check.asset_key.to_user_string()
            if output.check.blocking and output.check.key.to_user_string() in unit.checks:
                blockers.setdefault(key, []).append(unit.name)
    waits: Dict[str, Set[str]] = {
        name: _before(unit, makers, blockers) for name, unit in chosen.items()
    }
    order: List[Unit] = []
    done: Set[str] = set()
    while waits:
        ready = [name for name, before in waits.items() if before <= done]
        if not ready:
            raise DefinitionError(
                "these wait for each other in a circle: %s" % ", ".join(sorted(waits)),
                code="definition.cycle",
            )
        for name in ready:
            order.append(chosen[name]._replace(before=sorted(waits.pop(name))))
        done.update(ready)
    return order


def _unit(item: AssetsDefinition, wanted: Set[str], checks: Set[str]) -> Any:
    own = [output.spec.key.to_user_string() for output in item.outputs]
    keys = [key for key in own if key in wanted]
    own_checks = [output.check.key.to_user_string() for output in item.check_outputs]
    found = [key for key in own_checks if key in checks]
    if not keys and not found:
        return None
    if not item.can_subset:
        return Unit(item, own, own_checks, [])
    return Unit(item, keys, found, [])


def _before(unit: Unit, makers: Dict[str, str], blockers: Dict[str, List[str]]) -> Set[str]:
    found: Set[str] = set()
    deps: Set[str] = set()
    for spec in unit.assets.specs:
        if spec.key.to_user_string() in unit.keys:
            deps.update(dep.asset_key.to_user_string() for dep in spec.deps)
    for output in unit.assets.check_outputs:
        if output.check.key.to_user_string() in unit.checks:
            found.update(
                makers[key]
                for key in [
                    output.check.asset_key.to_user_string(),
                    *(dep.asset_key.to_user_string() for dep in output.check.additional_deps),
                ]
                if key in makers
            )
    for key in deps:
        if key in makers:
            found.add(makers[key])
        found.update(blockers.get(key, ()))
    found.discard(unit.name)
    return found
