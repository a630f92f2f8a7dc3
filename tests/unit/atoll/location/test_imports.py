"""What makes a load slow."""

from __future__ import annotations

import sys
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from atoll.location import imports
from atoll.location.imports import ImportTimes


def test_a_package_is_charged_with_its_own_code_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(imports.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(imports, "clock_of_tests", clock, raising=False)
    tick = "import atoll.location.imports as i\ni.clock_of_tests[0] += %d\n"
    (tmp_path / "outer_timed.py").write_text("import inner_timed\n" + tick % 2)
    (tmp_path / "inner_timed.py").write_text(tick % 5)
    monkeypatch.syspath_prepend(str(tmp_path))
    before: Any = SourceFileLoader.exec_module, ExtensionFileLoader.exec_module
    try:
        with ImportTimes() as times:
            __import__("outer_timed")
    finally:
        for name in ("outer_timed", "inner_timed"):
            sys.modules.pop(name, None)

    assert list(times.slowest.items()) == [("inner_timed", 5.0), ("outer_timed", 2.0)]
    assert (SourceFileLoader.exec_module, ExtensionFileLoader.exec_module) == before
    assert "exec_module" not in vars(SourceFileLoader), "the inherited one is in place again"


def test_an_import_that_fails_is_charged_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_timed.py").write_text("raise ValueError('no')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match="no"), ImportTimes():
        __import__("broken_timed")
    assert "exec_module" not in vars(SourceFileLoader)
