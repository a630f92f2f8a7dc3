"""Builds the three environments of this example: `python islands.py`.

Each island gets a virtual environment in `.islands/`, made by the interpreter it likes best among
those this machine has, with the packages that its `requirements.txt` pins. What is up to date is
left alone: an environment carries the hash of what it was built from. Atoll itself is not
installed into any of them; the host lends its copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ISLANDS = HERE / ".islands"

PREFERRED = {
    "ingest": ("3.9", "3.10", "3.11"),
    "delays": ("3.13", "3.12", "3.11"),
    "forecast": ("3.12", "3.11", "3.13"),
}
"""Versions of Python, the best first; the running interpreter serves where there is none."""

_ASK = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3])"


def candidates(version: str) -> Iterator[Path]:
    """Where an interpreter of `version` may lie: pyenv, uv, the PATH."""
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python"))
    yield from sorted((home / ".local/share/uv/python").glob(f"cpython-{version}.*/bin/python"))
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield Path(on_path)


def find_python(versions: tuple[str, ...]) -> tuple[Path, str]:
    """The first interpreter that answers with one of `versions` and can make environments."""
    for version in versions:
        for path in candidates(version):
            answer = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
            if answer.returncode == 0 and answer.stdout.startswith(version + "."):
                return path, answer.stdout.strip()
    return Path(sys.executable), ".".join(map(str, sys.version_info[:3]))


def run(*command: str | Path) -> None:
    """Run a command quietly; where it fails, what it said is in the error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shown = " ".join(map(str, command))
        raise RuntimeError(f"{shown}\n{done.stdout}{done.stderr}")


def find_uv() -> str | None:
    """The uv beside the running interpreter, or else the one on the PATH."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


def fill(environment: Path, python: Path, requirements: Path) -> None:
    """Make the environment with uv; where that fails, with the interpreter's own venv and pip.

    The second way is slower, but it knows the indexes and certificates that pip was configured for.
    """
    uv = find_uv()
    inside = environment / "bin" / "python"
    if uv is not None:
        try:
            run(uv, "venv", "--quiet", "--clear", "--python", python, environment)
            run(uv, "pip", "install", "--quiet", "--python", inside, "-r", requirements)
            return
        except RuntimeError as error:
            print(f"    uv could not do it, trying pip:\n{error}", file=sys.stderr)
    run(python, "-m", "venv", "--clear", environment)
    run(inside, "-m", "pip", "install", "--quiet", "-r", requirements)


def build(island: str) -> str:
    """Bring one island's environment up to date; says what was done."""
    requirements = HERE / island / "requirements.txt"
    python, version = find_python(PREFERRED[island])
    content = json.dumps([str(python), version, requirements.read_text()])
    key = hashlib.sha256(content.encode()).hexdigest()
    environment = ISLANDS / island
    marker = environment / "built-from"
    inside = environment / "bin" / "python"
    if inside.exists() and marker.exists() and marker.read_text() == key:
        return f"Python {version}, up to date"
    started = time.monotonic()
    fill(environment, python, requirements)
    marker.write_text(key)
    return f"Python {version}, built in {time.monotonic() - started:.0f} s"


def main() -> int:
    """Build them all; 1 where one could not be built."""
    ISLANDS.mkdir(exist_ok=True)
    for island in PREFERRED:
        print(f"  island {island:<9}", end=" ", flush=True)
        try:
            print(build(island), flush=True)
        except RuntimeError as error:
            print(f"failed\n{error}", flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
