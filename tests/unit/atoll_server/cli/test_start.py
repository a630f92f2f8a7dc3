"""What the command line costs and says before anything is done."""

from __future__ import annotations

import subprocess
import sys

import pytest

from atoll_server.cli.main import _COMMANDS, run

MOST_MODULES_FOR_HELP = 260


def test_help_lists_every_group_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0

    told = capsys.readouterr().out
    assert all(name in told and lazy.about in told for name, lazy in _COMMANDS.items())


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_group_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: atoll {name}")


def test_help_stays_cheap() -> None:
    code = (
        "import sys; from atoll_server.cli.main import run; run(['--help']); "
        "print(len(sys.modules), *sorted(m for m in sys.modules if m.startswith('atoll')), "
        "file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    count, *ours = done.stderr.split()
    assert int(count) <= MOST_MODULES_FOR_HELP
    assert ours == [
        "atoll_server",
        "atoll_server.cli",
        "atoll_server.cli.exits",
        "atoll_server.cli.lazy",
        "atoll_server.cli.main",
        "atoll_server.settings",
        "atoll_server.stored_settings",
    ]


def test_a_command_over_http_needs_neither_event_loop_nor_web_framework() -> None:
    code = (
        "import sys, atoll_server.cli.run, atoll_server.cli.connection; "
        "print(*(m for m in ('asyncio', 'starlette', 'uvicorn', 'sqlite3', 'yaml', 'rich') "
        "if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_a_misspelt_command_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["asst"]) == 2
    assert 'Did you mean "asset"?' in capsys.readouterr().err
