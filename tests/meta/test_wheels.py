"""Both wheels hold what they need at run time, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"sdk": ("atoll", "atoll_wire", "atoll_supervisor"), "server": ("atoll_server",)}


@pytest.fixture(scope="module", params=["sdk", "server"])
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly built wheel, unpacked into a folder named after its project."""
    folder = tmp_path_factory.mktemp(request.param)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT / request.param, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / request.param)
    return folder / request.param


def names(folder: Path) -> set[str]:
    """Paths of the files below a folder, without caches."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)) for p in files if "__pycache__" not in p.parts}


def test_every_file_of_the_packages_is_inside(wheel: Path) -> None:
    source = ROOT / wheel.name / "src"
    expected = {name for name in names(source) if name.split("/")[0] in PACKAGES[wheel.name]}

    inside = {name for name in names(wheel) if ".dist-info/" not in name}

    assert inside == expected
    assert all(f"{package}/py.typed" in inside for package in PACKAGES[wheel.name])


def test_the_license_and_the_readme_are_inside(wheel: Path) -> None:
    (info,) = wheel.glob("*.dist-info")
    text = (info / "METADATA").read_text()

    assert "License-Expression: Apache-2.0" in text
    assert "Description-Content-Type: text/markdown" in text


def test_the_host_has_its_sql_its_page_and_its_command(wheel: Path) -> None:
    if wheel.name != "server":
        pytest.skip("the SDK has none")
    inside = names(wheel)

    assert any(name.endswith(".sql") for name in inside)
    assert "atoll_server/api/static/index.html" in inside
    (scripts,) = wheel.glob("*.dist-info/entry_points.txt")
    assert "atoll = atoll_server.cli.main:main" in scripts.read_text()
