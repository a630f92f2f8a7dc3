"""Both wheels hold what they need at run time, and nothing of the tests."""

from __future__ import annotations

import gzip
import importlib.util
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"sdk": ("atoll", "atoll_wire", "atoll_supervisor"), "server": ("atoll_server",)}
STATIC = Path("src") / "atoll_server" / "api" / "static"
MOST_FIRST_BYTES = 350 * 1024
"""What a browser loads before the first page shows: scripts and style sheets, by gzip."""
spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "server" / "hatch_build.py")
assert spec is not None and spec.loader is not None
hatch_build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hatch_build)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, freshly built and unpacked, by project."""
    if not (ROOT / "server" / STATIC / "index.html").is_file():
        pytest.skip("the pages are not built: make ui")
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


def test_the_host_has_its_sql_and_the_sdk_the_command(wheels: dict[str, Path]) -> None:
    inside = names(wheels["server"])

    assert any(name.endswith(".sql") for name in inside)
    (scripts,) = wheels["sdk"].glob("*.dist-info/entry_points.txt")
    assert "atoll = atoll_supervisor.entry:main" in scripts.read_text()
    assert not list(wheels["server"].glob("*.dist-info/entry_points.txt")), "one would win"


def test_the_host_has_the_built_pages_which_are_small_and_without_source_maps(
    wheels: dict[str, Path],
) -> None:
    static = wheels["server"] / "atoll_server" / "api" / "static"
    page = (static / "index.html").read_text()

    first = re.findall(r'(?:src|href)="\./([^"]+\.(?:js|css))"', page)
    weight = sum(len(gzip.compress((static / name).read_bytes())) for name in first)

    assert '<base href="/" />' in page and '<meta name="csp-nonce" content="" />' in page
    assert first and weight <= MOST_FIRST_BYTES, f"{weight} bytes in {', '.join(first)}"
    assert [name for name in names(static) if name.endswith(".map")] == []


def test_the_sdist_has_the_built_pages_and_what_sees_to_them(
    wheels: dict[str, Path], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT / "server", check=True, capture_output=True)
    (path,) = tmp_path.glob("*.tar.gz")

    with tarfile.open(path) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}

    assert {str(STATIC / "index.html"), "hatch_build.py"} <= inside


def test_nothing_is_packed_where_the_pages_are_neither_built_nor_can_be(tmp_path: Path) -> None:
    with pytest.raises(hatch_build.PagesMissing, match="make ui"):
        hatch_build.see_to_pages(tmp_path / "server")

    (tmp_path / "server" / STATIC).mkdir(parents=True)
    (tmp_path / "server" / STATIC / "index.html").touch()
    hatch_build.see_to_pages(tmp_path / "server")
