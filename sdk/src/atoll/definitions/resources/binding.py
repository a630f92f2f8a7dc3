"""Which of some resources an asset's step needs, when they are bound to it."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Set

from atoll.errors import DefinitionError, InvocationError, nearest

_IO_MANAGER = "io_manager"


def bound_resources(assets: Any, given: Mapping[str, Any]) -> Dict[str, Any]:
    """The resources that the step of an `AssetsDefinition` is to carry.

    Args:
        assets: the definition, with those that it carries already.
        given: resources by name; those that are not needed are left out.

    Raises:
        InvocationError: `invocation.conflicting_resource`.
        DefinitionError: `definition.missing_resource`.
    """
    for key, value in assets.resource_defs.items():
        if given.get(key, value) is not value:
            raise InvocationError(
                "%s has another resource '%s' already" % (assets.name, key),
                code="invocation.conflicting_resource",
                hint="leave it out of one of the two",
            )
    known = {**given, **assets.resource_defs}
    found: Dict[str, Any] = dict(assets.resource_defs)
    waiting = [(key, assets.name) for key in sorted(_needed(assets))]
    while waiting:
        key, whose = waiting.pop()
        if key not in known:
            if key == _IO_MANAGER:
                continue
            raise DefinitionError(
                "'%s' needs the resource '%s', which is not given" % (whose, key),
                code="definition.missing_resource",
                hint=nearest(key, list(known)) or "give it: {'%s': ...}" % key,
                source=assets.source,
            )
        found[key] = known[key]
        for inner in sorted(getattr(known[key], "required_resource_keys", None) or ()):
            if inner not in found:
                waiting.append((inner, key))
    return found


def _needed(assets: Any) -> Set[str]:
    found: Set[str] = set(assets.required_resource_keys)
    found.update(output.io_manager_key for output in assets.outputs)
    found.update(one.input_manager_key for one in assets.inputs if one.input_manager_key)
    return found
