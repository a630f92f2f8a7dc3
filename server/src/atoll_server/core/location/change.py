"""What a reload changed: assets added, removed, altered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot


@dataclass(frozen=True)
class Change:
    """The difference between two generations of a location, as sorted asset keys."""

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
    old = {asset.key: asset for asset in before.assets}
    new = {asset.key: asset for asset in after.assets}
    return Change(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        altered=tuple(
            sorted(
                key
                for key, asset in new.items()
                if key in old and _compared(asset) != _compared(old[key])
            )
        ),
    )
