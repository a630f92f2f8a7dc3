"""Files and functions stay small, and the tool that says so can be believed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("check_sizes", ROOT / "tools" / "check_sizes.py")
assert spec is not None and spec.loader is not None
check_sizes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_sizes)


def test_nothing_is_too_big() -> None:
    assert check_sizes.problems() == []


def test_a_file_and_a_function_that_are_too_big_are_found(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    body = "".join(f"    x{i} = {i}\n" for i in range(60))
    (tmp_path / "tools" / "long.py").write_text(f"def f():\n{body}" + "\n" * 600)

    found = "\n".join(check_sizes.problems(tmp_path))

    assert "tools/long.py: 661 lines, at most 600" in found
    assert "tools/long.py:1: f has 61 lines, at most 50" in found
    assert "p90" in found


def test_files_of_the_ui_are_counted_among_themselves(tmp_path: Path) -> None:
    source = tmp_path / "ui" / "src"
    source.mkdir(parents=True)
    (source / "schema.d.ts").write_text("\n" * 5000)
    (source / "graph.tsx").write_text("\n" * 601)

    found = "\n".join(check_sizes.problems(tmp_path))

    assert "ui/src/graph.tsx: 601 lines, at most 600" in found
    assert "p90 of files is 601, at most 350: ui/src/graph.tsx" in found
    assert "schema.d.ts" not in found
