"""Dagster's source distribution and an environment to run its tests in, both in `.cache/compat`."""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "compat"
VERSION = "1.13.27"
"""As `atoll.compat.names` says; a test holds both together."""

REQUIREMENTS = (
    "pytest>=8",
    "pytest-mock",
    "pydantic>=2.4",
    "pandas<3",
    "pyarrow",
    "universal-pathlib",
    "typing-extensions",
    "pyyaml",
    "jinja2",
    "packaging",
    "python-dateutil",
    "pytz",
    "requests",
    "responses",
    "psutil",
    "objgraph",
)
"""What the tests need beside what they test. Atoll itself comes from the checkout."""


def source() -> Path:
    """The unpacked source distribution: `dagster` and `dagster_tests` lie in it."""
    folder = CACHE / f"dagster-{VERSION}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        _say(f"fetching dagster {VERSION}")
        what = ["--no-deps", "--no-binary", "dagster", f"dagster=={VERSION}", "-d", str(CACHE)]
        _run([sys.executable, "-m", "pip", "download", "--quiet", *what])
        with tarfile.open(CACHE / f"dagster-{VERSION}.tar.gz") as archive:
            archive.extractall(CACHE, filter="data")
    return folder


def environment() -> Path:
    """The interpreter of an environment with what the tests need, but neither dagster nor atoll."""
    return _environment("venv", REQUIREMENTS)


def real_environment() -> Path:
    """The interpreter of another one that has dagster itself."""
    return _environment("real", (*REQUIREMENTS, f"dagster=={VERSION}"))


def public_names() -> frozenset[str]:
    """What `dagster/__init__.py` exports."""
    tree = ast.parse((source() / "dagster" / "__init__.py").read_text())
    return frozenset(
        alias.asname
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is not None and alias.asname == alias.name
    )


def _environment(name: str, requirements: tuple[str, ...]) -> Path:
    python = CACHE / name / "bin" / "python"
    stamp = CACHE / name / "installed.txt"
    wanted = "\n".join(requirements)
    if not stamp.exists() or stamp.read_text() != wanted:
        _say(f"making {CACHE / name}")
        venv.create(CACHE / name, clear=True, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *requirements])
        stamp.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
