"""Fixtures of the contract tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.island import Gate, Island


@pytest.fixture
def island(tmp_path: Path) -> Island:
    """A location whose user code can leave marks."""
    return Island(tmp_path)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Where user code waits until the test lets it go on."""
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.close()
