"""Whether a planned step can keep its values where the deployment keeps them.

A location on another machine may not reach the deployment's folder: that is told when the run is
planned, not when its step fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atoll_server.core.catalog import Catalog, Serving

_DEFAULT_MANAGER = "io_manager"


def out_of_reach(
    catalog: Catalog, chosen: Mapping[tuple[str, str], Iterable[str]]
) -> tuple[str, str] | None:
    """A location and an asset of it whose value could not be kept, if there is one.

    Args:
        chosen: the assets of all steps, given by location and step.
    """
    by_default = {
        name: _kept_by_default(serving)
        for name, serving in catalog.generations.items()
        if not serving.reaches_values
    }
    for (location, _), assets in chosen.items() if by_default else ():
        for key in assets:
            if key in by_default.get(location, ()):
                return location, key
    return None


def _kept_by_default(serving: Serving) -> frozenset[str]:
    """The assets whose values the default IO manager keeps."""
    if any(resource.key == _DEFAULT_MANAGER for resource in serving.snapshot.resources):
        return frozenset()
    return frozenset(
        asset.key
        for asset in serving.snapshot.assets
        if asset.step is not None and asset.io_manager_key == _DEFAULT_MANAGER
    )
