"""Completion: the scripts, and what `atoll` answers when they ask."""

from __future__ import annotations

import subprocess
import sys

import pytest

from atoll_server.cli.main import _COMMANDS, run


def completed(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What bash would offer for the last of these words."""
    monkeypatch.setenv("_ATOLL_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    with pytest.raises(SystemExit) as ended:
        run([])
    assert ended.value.code == 0
    return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("atoll ru", ["run"]),
        ("atoll ", list(_COMMANDS)),
        ("atoll run re", ["retry"]),
        ("atoll asset materialize --sel", ["--select"]),
        ("atoll run list -o ya", ["yaml"]),
    ],
)
def test_what_could_come_next_is_offered(
    words: str,
    offered: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert completed(words, monkeypatch, capsys) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_atoll(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert f"_ATOLL_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "tcsh"]) == 2
    assert "bash" in capsys.readouterr().err


def test_commands_are_completed_without_importing_one() -> None:
    code = (
        "import os, sys; from atoll_server.cli.main import run\n"
        "os.environ.update(_ATOLL_COMPLETE='bash_complete', COMP_WORDS='atoll ', COMP_CWORD='1')\n"
        "try:\n    run([])\nexcept SystemExit:\n    pass\n"
        "print(*(m for m in sys.modules if m.startswith('atoll_server.cli.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert sorted(done.stderr.split()) == [
        "atoll_server.cli.exits",
        "atoll_server.cli.lazy",
        "atoll_server.cli.main",
    ]
