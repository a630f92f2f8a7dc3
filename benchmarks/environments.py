"""Virtual environments for the peers, made from pins, left alone while nothing changed.

All modules are compiled at installation, as pip does it for users.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.places import ROOT

_VERSIONS = """
import importlib.metadata, json, platform, sys
found = {name: importlib.metadata.version(name) for name in sys.argv[1:]}
print(json.dumps({"Python": platform.python_version(), **found}))
"""


def ensure(folder: Path, arguments: Sequence[str], made_from: Iterable[Path]) -> Path:
    """The interpreter of an environment into which pip's `arguments` were installed.

    Args:
        folder: where the environment lies.
        arguments: as `pip install` takes them.
        made_from: files whose content decides whether the environment must be made again.
    """
    stamp, key = folder / ".made-from", _key(arguments, made_from)
    python = folder / "bin" / "python"
    if not (python.exists() and stamp.exists() and stamp.read_text() == key):
        print(f"making {folder.relative_to(ROOT)} …", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, python, arguments)
        stamp.write_text(key)
    return python


def versions(python: Path, names: Sequence[str]) -> dict[str, str]:
    """Of Python and the named packages in an environment."""
    done = subprocess.run(
        [str(python), "-c", _VERSIONS, *names], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def sources(folder: Path) -> list[Path]:
    """The files from which a wheel is built."""
    found = [path for path in (folder / "src").rglob("*") if "__pycache__" not in path.parts]
    return sorted(path for path in [*found, folder / "pyproject.toml"] if path.is_file())


def _make(folder: Path, python: Path, arguments: Sequence[str]) -> None:
    uv = ROOT / ".venv" / "bin" / "uv"
    base = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    if uv.exists():
        _run([str(uv), "venv", "--quiet", "--python", base, str(folder)])
        pip = [str(uv), "pip", "install", "--quiet", "--python", str(python)]
        pip += ["--compile-bytecode", "--reinstall-package", "atoll"]
        pip += ["--reinstall-package", "atoll-server"]
    else:
        _run([base, "-m", "venv", str(folder)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--compile"]
    _run([*pip, *arguments])


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def _key(arguments: Sequence[str], made_from: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version}\0{' '.join(arguments)}".encode())
    for path in made_from:
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
