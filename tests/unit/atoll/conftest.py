"""What tests of several files share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Iterator

import pytest
from tests.unit.atoll.components_project import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: Any) -> Iterator[Project]:
    """A project with an empty `defs` folder; its modules are forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    made = Project(tmp_path)
    yield made
    made.forget()
