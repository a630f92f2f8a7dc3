"""Which of some resources an asset's step needs, when they are bound to it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Set, Tuple

from atoll.definitions.source import Source
from atoll.errors import DefinitionError, InvariantError, InvocationError, nearest

_IO_MANAGER = "io_manager"


def bound_resources(assets: Any, given: Mapping[str, Any]) -> Dict[str, Any]:
    """The resources that the step of an `AssetsDefinition` is to carry.

    Args:
        assets: the definition, with those that it carries already.
        given: resources by name; those that are not needed are left out.

    Raises:
        InvocationError: `invocation.conflicting_resource`.
        DefinitionError: `definition.missing_resource`.
        InvariantError: `definition.resource_cycle`.
    """
    return resources_needed(
        _needed(assets), assets.resource_defs, given, "'%s'" % assets.name, assets.source
    )


def resources_needed(
    wanted: Set[str],
    carried: Mapping[str, Any],
    given: Mapping[str, Any],
    name: str,
    source: Source,
) -> Dict[str, Any]:
    """What something carries after resources were bound to it; raises as `bound_resources`.

    Args:
        wanted: names of the resources that it needs.
        carried: those that it carries already.
        given: resources by name; those that are not needed are left out.
        name: of what needs them, for errors.
        source: where it is declared.
    """
    for key, value in carried.items():
        if given.get(key, value) is not value:
            raise InvocationError(
                "%s has another resource '%s' already" % (name, key),
                code="invocation.conflicting_resource",
                hint="leave it out of one of the two",
            )
    known = {**given, **carried}
    found: Dict[str, Any] = dict(carried)
    needs_among(wanted, known, source)
    waiting = [(key, name) for key in sorted(wanted)]
    while waiting:
        key, whose = waiting.pop()
        if key not in known:
            if key == _IO_MANAGER:
                continue
            raise DefinitionError(
                "%s needs the resource '%s', which is not given" % (whose, key),
                code="definition.missing_resource",
                hint=nearest(key, list(known)) or "give it: {'%s': ...}" % key,
                source=source,
            )
        found[key] = known[key]
        for inner in sorted(getattr(known[key], "required_resource_keys", None) or ()):
            if inner not in found:
                waiting.append((inner, "the resource '%s'" % key))
    return found


def needs_among(
    wanted: Iterable[str], known: Mapping[str, Any], source: Source
) -> List[Tuple[str, str]]:
    """What the resources that are wanted need in turn: each name, and the resource that needs it.

    Args:
        wanted: names of resources.
        known: those that there are.
        source: of what wants them.

    Raises:
        InvariantError: `definition.resource_cycle`, they need each other in a circle.
    """
    found: List[Tuple[str, str]] = []
    done: Set[str] = set()

    def follow(key: str, path: Tuple[str, ...]) -> None:
        if key in path:
            circle = " <- ".join("'%s'" % one for one in (*path[path.index(key) :], key))
            place = " (%s:%s)" % source if source else ""
            raise InvariantError(
                "these resources need each other in a circle: %s%s" % (circle, place),
                code="definition.resource_cycle",
                hint="take one of these needs out",
            )
        if key in done:
            return
        for inner in sorted(getattr(known.get(key), "required_resource_keys", None) or ()):
            found.append((inner, key))
            follow(inner, (*path, key))
        done.add(key)

    for key in sorted(wanted):
        follow(key, ())
    return found


def _needed(assets: Any) -> Set[str]:
    found: Set[str] = set(assets.required_resource_keys)
    found.update(output.io_manager_key for output in assets.outputs)
    found.update(one.input_manager_key for one in assets.inputs if one.input_manager_key)
    return found
