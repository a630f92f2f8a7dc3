"""What a condition of a user's own class is given, and gives back, when the host evaluates it."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError


class AutomationContext:
    """What `AutomationCondition.evaluate` is given; the host makes it, with a coming release."""

    def __init__(self, *_: Any, **__: Any):
        raise DefinitionError(
            "an AutomationContext is made by the host, which begins to evaluate conditions with a "
            "coming release of Atoll",
            code="definition.not_supported_yet",
            source=caller_source(),
        )


class AutomationResult:
    """What `AutomationCondition.evaluate` gives back.

    Args:
        context: what it was given.
        true_subset: the partitions for which the condition holds.
        cursor: text for the next evaluation.
        child_results: those of the conditions that it is made of.
    """

    def __init__(
        self,
        context: Any,
        true_subset: Any,
        cursor: Optional[str] = None,
        child_results: Optional[Sequence[AutomationResult]] = None,
    ):
        self.context = context
        self.true_subset = true_subset
        self.cursor = cursor
        self.child_results: List[AutomationResult] = list(child_results or ())
