"""The `op_tags` that mean something here: the limits of a step. All others are the user's own."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from atoll.definitions.source import Source
from atoll.errors import DefinitionError, nearest
from atoll_wire.limits import LIMITS, NO_LIMITS, StepLimits

PREFIX = "atoll/"


def step_limits(op_tags: Mapping[str, Any], source: Source) -> StepLimits:
    """What the step may use at most.

    Raises:
        DefinitionError: `definition.bad_op_tag`, an `atoll/` tag that is unknown, or whose value
            it cannot have.
    """
    found: Dict[str, Any] = {}
    for tag, value in op_tags.items():
        if not isinstance(tag, str) or not tag.startswith(PREFIX):
            continue
        name = tag[len(PREFIX) :]
        if name not in LIMITS:
            near = nearest(name, list(LIMITS)).replace(" '", " '" + PREFIX)
            known = ", ".join(PREFIX + one for one in LIMITS)
            raise DefinitionError(
                "op_tags has '%s', which means nothing" % tag,
                code="definition.bad_op_tag",
                hint=near or "there are %s" % known,
                source=source,
            )
        field, read = LIMITS[name]
        try:
            found[field] = read(value)
        except ValueError as error:
            raise DefinitionError(
                "the op tag '%s' is %.80r; it must be %s" % (tag, value, error),
                code="definition.bad_op_tag",
                source=source,
            ) from None
    return StepLimits(**found) if found else NO_LIMITS
