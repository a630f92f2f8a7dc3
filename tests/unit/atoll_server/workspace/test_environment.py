"""`.env` files, and who goes before whom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.environment import complete_environment, parse_dotenv
from atoll_wire.messages import Target


def parse(text: str, **known: str) -> dict[str, str]:
    return parse_dotenv(text, ".env", known)


def test_the_usual_forms_are_understood() -> None:
    assert parse(
        """
# a comment
PLAIN=value
export EXPORTED = spaced
EMPTY=
TRAILING=value # a comment
HASH=a#b
SINGLE='as ${it} is\\n'
DOUBLE="two\\nlines, a \\"quote\\""
URL=postgres://user:pa=ss@host/db
"""
    ) == {
        "PLAIN": "value",
        "EXPORTED": "spaced",
        "EMPTY": "",
        "TRAILING": "value",
        "HASH": "a#b",
        "SINGLE": "as ${it} is\\n",
        "DOUBLE": 'two\nlines, a "quote"',
        "URL": "postgres://user:pa=ss@host/db",
    }


def test_a_quoted_value_may_have_several_lines() -> None:
    assert parse('KEY="-----BEGIN\nabc\n-----END"\nB=1') == {
        "KEY": "-----BEGIN\nabc\n-----END",
        "B": "1",
    }


def test_references_are_resolved_from_the_file_then_from_the_host() -> None:
    assert parse("A=1\nB=${A}-${HOST}-${NONE:-else}-${NONE}", A="0", HOST="h")["B"] == "1-h-else-"


@pytest.mark.parametrize(
    ("text", "told"),
    [("A=1\nnot an assignment", ".env:2:1: expected"), ('A="open\nB=1', '.env:1: " is not')],
)
def test_a_line_that_cannot_be_understood_is_told(text: str, told: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse(text)
    assert str(caught.value).startswith(told)


def test_what_the_workspace_says_goes_before_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\n")
    target = Target("module", "m", working_directory=str(tmp_path), env={"A": "workspace"})

    completed = complete_environment(target, {"A": "host", "B": "host"}, "/usr/bin/python3")

    assert completed.env == {"A": "workspace", "B": "file"}


def test_the_venv_of_the_interpreter_goes_first_on_path(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/usr/bin/python3")
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    target = Target("module", "m", executable=str(python), working_directory=str(tmp_path))

    completed = complete_environment(target, {"PATH": "/bin"}, "/usr/bin/python3")

    assert completed.env["PATH"] == f"{python.parent}{os.pathsep}/bin"
    assert completed.executable == str(python)


def test_an_island_without_inherited_variables_refers_to_none_of_them(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=${SECRET}\n")
    target = Target("module", "m", working_directory=str(tmp_path), inherit_env=False)

    assert complete_environment(target, {"SECRET": "s"}, "/usr/bin/python3").env == {"A": ""}
