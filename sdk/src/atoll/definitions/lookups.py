"""What can be asked of `Definitions` by name or key, with what is meant found."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, Iterable, List

from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.keys import AssetKey
from atoll.errors import InvariantError
from atoll_wire.events import ASSET_JOB


class Lookups:
    """The questions that need the other definitions for their answers."""

    assets: List[Any]
    asset_checks: List[Any]
    jobs: List[Any]
    get_job_def: Any
    get_assets_def: Any

    def get_repository_def(self) -> Any:
        """The same definitions, as a repository."""
        repository = import_module("atoll.definitions.repository")
        return repository.RepositoryDefinition("__repository__", self)

    def resolve_asset_graph(self) -> Any:
        """All assets, and what each lies between."""
        return import_module("atoll.graph.asset_graph").AssetGraph(self)

    def resolve_assets_def(self, key: Any) -> Any:
        """The definition of an asset, of one that something else makes too.

        Raises:
            InvariantError: `definition.unknown_key`.
        """
        wanted = AssetKey.from_coercible(key)
        graph = self.resolve_asset_graph()
        if not graph.has(wanted):
            raise InvariantError(
                "no asset here is called '%s'" % wanted, code="definition.unknown_key"
            )
        return graph.get(wanted).assets_def

    def get_asset_checks_def(self, key: Any) -> Any:
        """The function that evaluates a check.

        Raises:
            InvariantError: `definition.unknown_key`.
        """
        found: Dict[Any, Any] = {own: item for item in self.asset_checks for own in item.check_keys}
        if key not in found:
            raise InvariantError(
                "no check here is called '%s'" % key.to_user_string(),
                code="definition.unknown_key",
                hint="there are: %s" % ", ".join(known.to_user_string() for known in found),
            )
        return found[key]

    def resolve_all_asset_specs(self) -> List[AssetSpec]:
        """The description of each asset, of those that others only depend on too."""
        return [node.spec for node in self.resolve_asset_graph().asset_nodes]

    def resolve_all_asset_keys(self) -> List[AssetKey]:
        """The key of each asset, of those that others only depend on too."""
        return [spec.key for spec in self.resolve_all_asset_specs()]

    def has_implicit_global_asset_job_def(self) -> bool:
        """Whether there is anything that a run could make, look at or check."""
        return any(not isinstance(item, AssetSpec) for item in [*self.assets, *self.asset_checks])

    def get_implicit_global_asset_job_def(self) -> Any:
        """A job that makes every asset of the location."""
        return self.get_job_def(ASSET_JOB)

    resolve_implicit_global_asset_job_def = get_implicit_global_asset_job_def

    def resolve_implicit_job_def_def_for_assets(self, asset_keys: Iterable[AssetKey]) -> Any:
        """The job that makes every asset, if it makes all of these; else None."""
        job = self.resolve_implicit_global_asset_job_def()
        return job if set(asset_keys) <= set(job.selected_asset_keys) else None

    def resolve_all_job_defs(self) -> List[Any]:
        """Every job, with what it selects found, and the one that makes every asset."""
        found = [self.get_job_def(job.name) for job in self.jobs]
        if self.has_implicit_global_asset_job_def():
            found.append(self.resolve_implicit_global_asset_job_def())
        return found
