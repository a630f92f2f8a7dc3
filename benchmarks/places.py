"""Where things lie."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = HERE / ".work"
"""Environments, deployments, cached figures; unknown to git."""
RESULTS = HERE / "results.md"
