"""What a reload changed: definitions added, removed, altered."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot


@dataclass(frozen=True)
class Change:
    """The difference between two generations of a location.

    Sorted names: an asset's key, `resource NAME`, or `job NAME`.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The change as JSON."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "altered": list(self.altered),
        }


# Where a definition stands in its file changes with every line above it.
_compared = attrgetter(
    *(field.name for field in fields(AssetSnapshot) if field.name not in ("file", "line"))
)


def diff(before: LocationSnapshot, after: LocationSnapshot) -> Change:
    """What `after` has that `before` had not, and so on."""
    old, new = _definitions(before), _definitions(after)
    return Change(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        altered=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
    )


def _definitions(snapshot: LocationSnapshot) -> dict[str, Any]:
    """What is compared of each definition, by the name under which a change is told."""
    found: dict[str, Any] = {asset.key: _compared(asset) for asset in snapshot.assets}
    found.update((f"resource {one.key}", one) for one in snapshot.resources)
    found.update((f"job {one.name}", replace(one, line=None)) for one in snapshot.jobs)
    steps = {step.key: step for step in snapshot.steps}
    for asset in snapshot.assets:
        if asset.step is not None:
            found[asset.key] = (found[asset.key], steps.get(asset.step))
    return found
