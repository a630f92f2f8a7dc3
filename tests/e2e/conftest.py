"""A deployment per test, worked by the command out of the installed wheels.

Both wheels are built and installed once into an environment of their own, in which `src/` cannot
be imported; third-party packages are taken from the running environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from atoll_e2e import Deployment

ROOT = Path(__file__).resolve().parents[2]


def install_wheels(environment: Path) -> None:
    """An environment with the two wheels; of the running one it sees only what is not ours."""
    wheels = environment.parent / "wheels"
    for project in ("sdk", "server"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
        subprocess.run(command, cwd=ROOT / project, check=True, capture_output=True)
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    offline = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python]
    subprocess.run([*offline, *sorted(wheels.glob("*.whl"))], check=True)
    site = next(environment.glob("lib/python*/site-packages"))
    # A folder that a .pth names is searched, but its own .pth files, which point at our
    # sources, are not read.
    (site / "third-party.pth").write_text(sysconfig.get_path("purelib") + "\n")


@pytest.fixture(scope="session")
def atoll_command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command `atoll`, made once for all workers of a test run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    environment = shared / "installed" / "environment"
    lock = shared / "installed.lock"
    import fcntl

    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = environment / "done"
        if not done.exists():
            environment.parent.mkdir(exist_ok=True)
            install_wheels(environment)
            done.touch()
    return environment / "bin" / "atoll"


@pytest.fixture
def deployment(tmp_path: Path, atoll_command: Path) -> Deployment:
    """An empty deployment in a folder of its own."""
    return Deployment(tmp_path, atoll_command)
