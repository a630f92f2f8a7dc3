"""Evaluate automation conditions in process, as tests of user code do."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Union

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.condition_evaluation import (
    LOGGER,
    AutomationResult,
    evaluate_custom,
)
from atoll.definitions.automation.entity_subset import EntitySubset, SubsetView, entity_key
from atoll.definitions.collection import Definitions
from atoll.definitions.keys import AssetKey
from atoll.errors import ParameterError
from atoll.graph.conditions import targets_of
from atoll.graph.nodes import nodes_of
from atoll.instance.condition_facts import RecordedFacts
from atoll.instance.instance import DagsterInstance
from atoll_wire.conditions.compiled import Conditions
from atoll_wire.conditions.evaluation import Outcome, evaluate
from atoll_wire.conditions.explanation import explained
from atoll_wire.conditions.memory import Memory
from atoll_wire.conditions.targets import JOB, Targets
from atoll_wire.partitions.spaces import Moment
from atoll_wire.zones import UTC

_log = logging.getLogger(LOGGER)


class AutomationConditionCursor:
    """What one evaluation leaves for the next: text.

    Args:
        text: what `serialize` wrote.
    """

    def __init__(self, text: str):
        self._text = text

    @property
    def evaluation_id(self) -> int:
        """How many evaluations there were."""
        return int(json.loads(self._text)["evaluation_id"])

    def serialize(self) -> str:
        """The cursor as text; `AutomationConditionCursor(text)` is the inverse."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AutomationConditionCursor) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class EvaluateAutomationConditionsResult:
    """What `evaluate_automation_conditions` gives back.

    Attributes:
        cursor: for the next evaluation.
        results: for each asset, check and job that has a condition, what the condition said.
    """

    def __init__(self, outcome: Outcome, view: SubsetView):
        self._outcome = outcome
        self._view = view
        self.cursor = AutomationConditionCursor(json.dumps(outcome.memory.to_wire()))
        self.results = [AutomationResult.of(one, view) for one in outcome.results.values()]

    @property
    def total_requested(self) -> int:
        """How many partitions are requested; what is made whole counts as one."""
        return sum(result.true_subset.size for result in self.results)

    @property
    def _requested_subsets(self) -> List[EntitySubset]:
        targets = self._view.targets
        return [
            self._view.subset(entity_key(targets, key), ranges)
            for key, ranges in self._outcome.requested.items()
        ]

    def get_requested_partitions(self, asset_key: Any) -> Set[Optional[str]]:
        """The keys of the partitions of an asset that are requested.

        Args:
            asset_key: the asset's.

        Returns:
            Keys; `{None}` for an asset that is requested as a whole.
        """
        wanted = AssetKey.from_coercible(asset_key)
        for subset in self._requested_subsets:
            if subset.key == wanted:
                keys: Set[Optional[str]] = set(subset.expensively_compute_partition_keys())
                return keys if subset.is_partitioned else {None}
        return set()

    def get_num_requested(self, asset_key: Any) -> int:
        """How many partitions of an asset are requested; 1 for one that is requested as a whole."""
        found = self._outcome.requested.get(AssetKey.from_coercible(asset_key).to_user_string())
        return 0 if found is None else found.count

    def explain(self, asset_key: Any) -> Optional[Mapping[str, Any]]:
        """Why an asset is requested, or is not: what each part of its condition said.

        Args:
            asset_key: the asset's, or the key of a check.

        Returns:
            `name`, `label`, `target`, `true`, `candidates`, `since` and `children`, in the same
            form; None for what has no condition.
        """
        key = asset_key if hasattr(asset_key, "asset_key") else AssetKey.from_coercible(asset_key)
        found = self._outcome.results.get(key.to_user_string())
        if found is None:
            return None
        return explained(found, self._view.targets, self._view.at)


def evaluate_automation_conditions(
    defs: Union[Definitions, Sequence[Any]],
    instance: DagsterInstance,
    asset_selection: Optional[AssetSelection] = None,
    evaluation_time: Optional[datetime] = None,
    cursor: Optional[AutomationConditionCursor] = None,
) -> EvaluateAutomationConditionsResult:
    """Evaluate automation conditions as the host would, and ask for nothing.

    Args:
        defs: `Definitions`, or a list of assets.
        instance: where it is recorded what has happened: `DagsterInstance.ephemeral()`.
        asset_selection: the assets, with their checks, whose conditions are evaluated; all if not
            given. Conditions of jobs are evaluated whatever is selected.
        evaluation_time: when the evaluation takes place; a naive time is local time. Now if not
            given.
        cursor: `cursor` of the evaluation before; None for a first evaluation.

    Returns:
        What is requested, why, and a cursor for the next evaluation.

    Raises:
        ParameterError: `parameter.type`, the cursor is none.
    """
    if cursor is not None and not isinstance(cursor, AutomationConditionCursor):
        raise ParameterError(
            "evaluate_automation_conditions(cursor=%.80r): it is no cursor" % (cursor,),
            hint="pass `result.cursor` of the evaluation before",
        )
    definitions = defs if isinstance(defs, Definitions) else Definitions(assets=list(defs))
    now = evaluation_time or datetime.now(UTC)
    at = Moment(now.timestamp(), instance.get_dynamic_partitions)
    graph = definitions.resolve_asset_graph()
    targets = targets_of(definitions, graph)
    only = None
    if asset_selection is not None:
        only = _chosen(asset_selection, definitions, targets)
    memory = Memory()
    if cursor is not None:
        memory = Memory.from_wire(json.loads(cursor.serialize()))
    view = SubsetView(targets, at, graph)
    outcome = evaluate(
        Conditions(targets, only),
        memory,
        RecordedFacts(instance, targets, at),
        at,
        evaluate_custom(view),
        is_whole=True,
    )
    _tell(outcome)
    return EvaluateAutomationConditionsResult(outcome, view)


def _chosen(selection: AssetSelection, definitions: Definitions, targets: Targets) -> Set[str]:
    nodes = nodes_of(definitions)
    found: Dict[str, Any] = {key.to_user_string(): key for key in selection.resolve(nodes)}
    for key in selection.resolve_checks(definitions, nodes):
        found[key.to_user_string()] = key
    jobs = [key for key, target in targets.by_key.items() if target.kind == JOB]
    return {*found, *jobs}


def _tell(outcome: Outcome) -> None:
    for key, result in outcome.results.items():
        level = logging.INFO if result.true else logging.DEBUG
        _log.log(level, "%s: %d requested", key, result.true.count)
