"""What is generated is current, and the protocol takes nothing back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASED = sorted((ROOT / "schema" / "released").glob("location-protocol-*.json"))


def test_generated_files_are_current() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import generate
    finally:
        sys.path.pop(0)
    stale = [
        str(path.relative_to(ROOT))
        for path, content in generate.generated().items()
        if not path.exists() or path.read_bytes() != content
    ]
    assert stale == [], "run `make gen`"


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "ui" / "node_modules").is_dir(), reason="the UI is not set up")
def test_the_types_of_the_ui_are_current() -> None:
    command = [sys.executable, str(ROOT / "tools" / "npm.py"), "run", "gen", "--", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make gen`\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_the_protocol_only_adds_to_what_was_released(released: Path) -> None:
    now = json.loads((ROOT / "schema" / "location-protocol.json").read_text())
    then = json.loads(released.read_text())
    if now["protocol"] != then["protocol"]:
        return
    for group in ("messages", "types"):
        for name, fields in then[group].items():
            kept = now[group][name]
            assert {field: kept.get(field) for field in fields} == fields
            added = {field: kind for field, kind in kept.items() if field not in fields}
            assert all(kind.endswith("?") for kind in added.values()), added
