"""Jobs with what they select found: what can be executed in this process."""

from __future__ import annotations

import copy
from typing import Any, Iterable, List, NamedTuple, Optional, Set

from atoll.definitions.checks.specs import AssetCheckKey
from atoll.definitions.collection import Definitions
from atoll.definitions.jobs.asset_job import UnresolvedAssetJobDefinition
from atoll.definitions.keys import AssetKey
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.graph.nodes import common_partitions, nodes_of


class AssetLayer(NamedTuple):
    """The assets of a job. Given by `AssetJobDefinition.asset_layer`."""

    executable_asset_keys: Set[AssetKey]
    """Those that it makes."""
    asset_graph: Any
    """All assets of its location, and what each lies between."""


class AssetJobDefinition(JobDefinition):
    """A job that makes assets, with its selection resolved.

    Attributes:
        definitions: all that its location offers.
        selected: the keys of what it makes, as text.
    """

    is_asset_job = True

    def __init__(self, declared: UnresolvedAssetJobDefinition, definitions: Definitions):
        self.name = declared.name
        self.source = declared.source
        self.graph: Any = None
        self.definitions = definitions
        self.declared = declared
        self.resource_defs = definitions.resources
        self.executor_def = declared.executor_def or definitions.executor
        self.loggers = definitions.loggers
        self.description = declared.description
        self._partitions_def = declared.partitions_def
        self.config = declared.config
        self.tags = declared.tags
        self.run_tags = declared.run_tags
        self.metadata = declared.metadata
        self.hook_defs = declared.hooks
        self.op_retry_policy = declared.op_retry_policy
        self.input_values = {}
        self.owners = declared.owners
        self.op_selection = None
        self._nodes = nodes = nodes_of(definitions)
        found = [key.to_user_string() for key in declared.selection.resolve(nodes)]
        self.selected: List[str] = [key for key in found if nodes[key].step is not None]
        self.selected_checks: List[str] = sorted(
            key.to_user_string() for key in declared.selection.resolve_checks(definitions, nodes)
        )

    @property
    def selected_asset_keys(self) -> Set[AssetKey]:
        """The assets that it makes."""
        return {AssetKey(key) for key in self.selected}

    asset_selection = selected_asset_keys

    @property
    def asset_layer(self) -> AssetLayer:
        """What it makes, and all assets around that."""
        return AssetLayer(self.selected_asset_keys, self.definitions.resolve_asset_graph())

    @property
    def partitions_def(self) -> Any:
        """The pieces in which it is run: its own, or those of its assets where they agree."""
        if self._partitions_def is not None:
            return self._partitions_def
        return common_partitions(self._nodes, self.selected)

    @property
    def required_resource_keys(self) -> Set[str]:
        """The resources that its steps use."""
        return {
            key
            for item in self.definitions.assets
            for key in getattr(item, "required_resource_keys", ())
        }

    def get_subset(
        self,
        *,
        op_selection: Optional[Any] = None,
        asset_selection: Any = None,
        asset_check_selection: Optional[Iterable[AssetCheckKey]] = None,
    ) -> AssetJobDefinition:
        """A copy that makes some of its assets, and evaluates some of its checks, only.

        Args:
            op_selection: means nothing here; jobs of ops know it.
            asset_selection: keys of the assets; none of them where only checks are given.
            asset_check_selection: keys of the checks; by default those of the assets.
        """
        made = copy.copy(self)
        if asset_selection is None and asset_check_selection is None:
            return made
        wanted = {AssetKey.from_coercible(key).to_user_string() for key in asset_selection or ()}
        made.selected = [key for key in self.selected if key in wanted]
        if asset_check_selection is None:
            own = (key for key in self.selected_checks if key.rpartition(":")[0] in wanted)
        else:
            checks = {key.to_user_string() for key in asset_check_selection}
            own = (key for key in self.selected_checks if key in checks)
        made.selected_checks = list(own)
        return made


def resolved_job(job: Any, definitions: Any) -> Any:
    """The job, with what it selects of `definitions` found; one of ops with what they offer."""
    if isinstance(job, AssetJobDefinition):
        return job
    if isinstance(job, JobDefinition):
        return job.beside(
            getattr(definitions, "resources", {}),
            getattr(definitions, "executor", None),
            getattr(definitions, "loggers", {}),
        )
    if not isinstance(definitions, Definitions):
        definitions = Definitions(
            assets=getattr(definitions, "assets", definitions),
            asset_checks=getattr(definitions, "asset_checks", None),
        )
    return AssetJobDefinition(job, definitions)
