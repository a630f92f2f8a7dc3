"""Chaos works on the deployments of the end-to-end tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

E2E = Path(__file__).resolve().parents[1] / "e2e"
sys.path[:0] = [str(E2E), str(Path(__file__).parent)]

# Loaded under a name of its own: both folders have a conftest.
spec = importlib.util.spec_from_file_location("atoll_e2e_fixtures", E2E / "conftest.py")
assert spec is not None and spec.loader is not None
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)

atoll_command = fixtures.atoll_command
deployment = fixtures.deployment
