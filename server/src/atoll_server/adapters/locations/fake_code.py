"""What a fake location holds: user code without code, and how its steps go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from atoll_wire import events as kinds
from atoll_wire.failure import Failure
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, StepSnapshot, content_hash


@dataclass(frozen=True)
class Code:
    """What the user has written: one version of it."""

    snapshot: LocationSnapshot
    failure: Failure | None = None
    """Why it cannot be loaded, if it cannot."""

    @cached_property
    def text(self) -> str:
        """The snapshot as it is sent."""
        return self.snapshot.dumps()

    @cached_property
    def hash(self) -> str:
        """The content hash of the snapshot."""
        return content_hash(self.text)

    @cached_property
    def identity(self) -> str:
        """The name of exactly this code."""
        return "code-" + self.hash[:12]


@dataclass(frozen=True)
class Outcome:
    """How one attempt goes."""

    seconds: float = 0.0
    kind: str = kinds.STEP_SUCCESS
    """A closing kind; `STEP_WORKER_LOST` makes the worker die."""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    cleanup_s: float = 0.0
    """How long it takes to end when it is interrupted; beyond the grace it is killed."""
    gives: tuple[str, ...] = ("result",)
    """The outputs that an op gives back."""
    passes: bool = True
    """Whether what it checks is as it should be."""


def assets(*definitions: str | tuple[str, Sequence[str]]) -> Code:
    """Code that makes single assets: `"a"`, or `("b", ["a"])` for one that depends on others."""
    named = [(d, ()) if isinstance(d, str) else (d[0], tuple(d[1])) for d in definitions]
    return Code(
        LocationSnapshot(
            assets=[AssetSnapshot(key=key, step=key, deps=list(deps)) for key, deps in named],
            steps=[StepSnapshot(key=key, assets=[key]) for key, _ in named],
        )
    )


def changed(code: Code, key: str) -> Code:
    """The same code, with one asset altered."""
    snapshot = code.snapshot
    altered = [
        replace(asset, code_version=(asset.code_version or "") + "+") if asset.key == key else asset
        for asset in snapshot.assets
    ]
    return replace(code, snapshot=replace(snapshot, assets=altered))
