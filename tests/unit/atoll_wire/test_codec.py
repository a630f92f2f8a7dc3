"""Dataclasses as JSON, and back."""

from __future__ import annotations

from atoll_wire.codec import from_wire, to_sparse
from atoll_wire.snapshot import AssetSnapshot, JobSnapshot, LocationSnapshot, StepSnapshot


def test_what_says_nothing_is_left_out_and_put_back() -> None:
    snapshot = LocationSnapshot(
        assets=[AssetSnapshot("a", deps=["b"]), AssetSnapshot("b", group="default")],
        jobs=[JobSnapshot("j", steps=[StepSnapshot("s", max_retries=2)])],
    )

    written = to_sparse(snapshot)

    assert written == {
        "assets": [{"key": "a", "deps": ["b"]}, {"key": "b"}],
        "jobs": [{"name": "j", "steps": [{"key": "s", "max_retries": 2}]}],
    }
    assert from_wire(LocationSnapshot, written) == snapshot
