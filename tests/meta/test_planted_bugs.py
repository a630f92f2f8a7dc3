"""The tests can fail: bugs that were planted on purpose are caught, each in a copy of the tree.

That takes a while, so a commit tries a third of them, another one than its neighbours mostly do;
`make plants` tries all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.meta.plants import PLANTS as HOST_PLANTS
from tests.meta.plants import Plant
from tests.meta.plants_runs import RUN_PLANTS
from tests.meta.plants_sdk import SDK_PLANTS

PLANTS = [*HOST_PLANTS, *RUN_PLANTS, *SDK_PLANTS]

ROOT = Path(__file__).resolve().parents[2]
THIRDS = 3
COPIED = ("sdk/src", "server/src", "tests", "pyproject.toml", "tools", "schema")


def tried() -> list[Plant]:
    """All plants, or those whose turn it is at this commit."""
    if os.environ.get("ATOLL_PLANTS") == "all":
        return PLANTS
    told = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    turn = int(told.stdout.strip() or "0", 16) % THIRDS
    return PLANTS[turn::THIRDS]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name.replace(" ", "-"))
def test_a_plant_fits_the_source(plant: Plant) -> None:
    source = (ROOT / plant.file).read_text()
    assert source.count(plant.old) == 1, "move the plant with the source"
    assert all((ROOT / path).exists() for path in plant.tests.split())


@pytest.mark.slow
@pytest.mark.parametrize("plant", tried(), ids=lambda plant: plant.name.replace(" ", "-"))
def test_a_planted_bug_is_caught(plant: Plant, tmp_path: Path) -> None:
    source = (ROOT / plant.file).read_text()
    for name in COPIED:
        copy = shutil.copy if (ROOT / name).is_file() else shutil.copytree
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    (tmp_path / plant.file).write_text(source.replace(plant.old, plant.new))
    tests = [path for path in plant.tests.split() if (tmp_path / path).exists()]
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    sources = os.pathsep.join(str(tmp_path / name) for name in ("sdk/src", "server/src"))
    environment = {**os.environ, "PYTHONPATH": sources, "ATOLL_TEST_PATIENCE_S": "8"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert tests, "nothing watches over this"
    assert done.returncode == 1, f"nobody noticed\n{done.stdout[-2000:]}"
