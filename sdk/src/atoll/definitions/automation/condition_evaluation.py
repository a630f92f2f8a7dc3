"""What a condition of a user's own class is given, and gives back, when it is evaluated."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, List, Optional, Sequence, Tuple

from atoll.definitions.automation.entity_subset import EntitySubset, SubsetView, entity_key
from atoll.errors import DefinitionError
from atoll_wire.conditions.results import Result
from atoll_wire.conditions.scope import Scope
from atoll_wire.conditions.tree import Node
from atoll_wire.partitions.ranges import Ranges
from atoll_wire.zones import UTC

LOGGER = "atoll.automation"


class AutomationContext:
    """What `AutomationCondition.evaluate` is given.

    Attributes:
        key: the asset or check that the condition is asked about.
        condition: the condition.
        candidate_subset: the partitions that matter; it may say something of others as well.
        cursor: the text that it left at the last evaluation, or None.
        asset_graph_view: makes subsets of any asset: `get_full_subset(key=...)`.
        log: a logger; its lines are kept with the evaluation.
    """

    def __init__(
        self,
        scope: Scope,
        condition: Any,
        key: str,
        candidates: Ranges,
        cursor: Optional[str],
        view: SubsetView,
    ):
        self._scope = scope
        self._node_key = key
        self.condition = condition
        self.key = entity_key(view.targets, key)
        self.asset_graph_view = view
        self.candidate_subset = view.subset(self.key, candidates)
        self.cursor = cursor
        self.log = logging.getLogger(LOGGER).getChild(
            "%s.%s" % (self.key.to_user_string(), condition.name)
        )

    @property
    def asset_graph(self) -> Any:
        """The assets of the definitions."""
        return self.asset_graph_view.asset_graph

    @property
    def partitions_def(self) -> Any:
        """The partitions of the asset, or None."""
        graph = self.asset_graph
        return graph.get(self.key).partitions_def if graph.has(self.key) else None

    @property
    def evaluation_id(self) -> int:
        """The number of the evaluation."""
        return self._scope.memory.evaluation_id

    @property
    def evaluation_time(self) -> datetime:
        """The time of the evaluation, the same for all targets."""
        return datetime.fromtimestamp(self._scope.at.now, UTC)

    @property
    def previous_evaluation_time(self) -> Optional[datetime]:
        """The time of the last evaluation; None if this is the first one of the target."""
        if self._scope.remembered_target is None:
            return None
        return datetime.fromtimestamp(self._scope.memory.at, UTC)

    @property
    def max_storage_id(self) -> int:
        """The id of the last event that this evaluation looks at."""
        return self._scope.facts.last_event

    @property
    def previous_max_storage_id(self) -> Optional[int]:
        """The id of the last event that the last evaluation has looked at."""
        before = self._scope.remembered_target
        return None if before is None else self._scope.memory.last_event

    @property
    def previous_true_subset(self) -> Optional[EntitySubset]:
        """The partitions for which it held at the last evaluation."""
        node = Node("custom", self.condition.to_wire().get("arguments"), origin=self.condition)
        before = self._scope.remembered(node, self._node_key)
        return None if before is None else self.asset_graph_view.subset(self.key, before.subset)

    def get_empty_subset(self) -> EntitySubset:
        """No partition."""
        return self.asset_graph_view.get_empty_subset(key=self.key)

    def get_previous_requested_subset(self, key: Any) -> EntitySubset:
        """What the last evaluation has asked for of an asset."""
        found = self._scope.requested_before(key.to_user_string())
        return self.asset_graph_view.subset(key, found)


class AutomationResult:
    """What `AutomationCondition.evaluate` gives back, and what is known of an evaluation.

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
        self.condition: Any = None if context is None else context.condition

    @classmethod
    def of(cls, result: Result, view: SubsetView) -> AutomationResult:
        """What the evaluation says of a condition, and of all that it is made of."""
        key = entity_key(view.targets, result.key)
        children = [cls.of(child, view) for child in result.children]
        made = cls(None, view.subset(key, result.true), None, children)
        made.condition = result.node.origin
        return made

    @property
    def key(self) -> Any:
        """The asset, check or job that it is about."""
        return self.true_subset.key


def evaluate_custom(view: SubsetView) -> Any:
    """What evaluates the conditions of users' own classes, for `atoll_wire.conditions`."""

    def call(
        scope: Scope, node: Node, key: str, candidates: Ranges, cursor: Optional[str]
    ) -> Tuple[Ranges, Optional[str]]:
        condition = node.origin
        context = AutomationContext(scope, condition, key, candidates, cursor, view)
        result = condition.evaluate(context)
        if not isinstance(result, AutomationResult) or not isinstance(
            result.true_subset, EntitySubset
        ):
            raise DefinitionError(
                "the condition %s gave back %.80r" % (condition.name, result),
                code="definition.bad_condition_result",
                hint="return AutomationResult(context, true_subset=context.candidate_subset)",
            )
        return result.true_subset.ranges, result.cursor

    return call
