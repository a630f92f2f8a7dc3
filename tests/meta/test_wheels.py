"""Both wheels hold what they need at run time, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"sdk": ("atoll", "atoll_wire", "atoll_supervisor"), "server": ("atoll_server",)}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, freshly built and unpacked, by project."""
    found = {}
    for project in PACKAGES:
        folder = tmp_path_factory.mktemp(project)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=ROOT / project, check=True, capture_output=True)
        (path,) = folder.glob("*.whl")
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / "unpacked")
        found[project] = folder / "unpacked"
    return found


def names(folder: Path) -> set[str]:
    """Paths of the files below a folder, without caches."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)) for p in files if "__pycache__" not in p.parts}


@pytest.mark.parametrize("project", PACKAGES)
def test_every_file_of_the_packages_is_inside(project: str, wheels: dict[str, Path]) -> None:
    expected = names(ROOT / project / "src")

    inside = {name for name in names(wheels[project]) if ".dist-info/" not in name}

    assert inside == {name for name in expected if name.split("/")[0] in PACKAGES[project]}
    assert all(f"{package}/py.typed" in inside for package in PACKAGES[project])


@pytest.mark.parametrize("project", PACKAGES)
def test_the_license_and_the_readme_are_told(project: str, wheels: dict[str, Path]) -> None:
    (metadata,) = wheels[project].glob("*.dist-info/METADATA")

    assert "License-Expression: Apache-2.0" in metadata.read_text()
    assert "Description-Content-Type: text/markdown" in metadata.read_text()


def test_the_host_has_its_sql_and_its_page_and_the_sdk_the_command(wheels: dict[str, Path]) -> None:
    inside = names(wheels["server"])

    assert any(name.endswith(".sql") for name in inside)
    assert "atoll_server/api/static/index.html" in inside
    (scripts,) = wheels["sdk"].glob("*.dist-info/entry_points.txt")
    assert "atoll = atoll_supervisor.entry:main" in scripts.read_text()
    assert not list(wheels["server"].glob("*.dist-info/entry_points.txt")), "one would win"
