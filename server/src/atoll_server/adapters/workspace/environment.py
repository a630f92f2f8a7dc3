"""The variables that a location gets beside the host's: its `.env`, and its venv's PATH."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_wire.messages import Target

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*(?:=[ \t]*(.*))?\Z")
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def complete_environment(target: Target, host: Mapping[str, str], own_executable: str) -> Target:
    """`target` with PATH of its venv and the `.env` of its working directory in its `env`.

    What the workspace says under `env:` goes before `.env`, which goes before the host's.

    Args:
        host: the host's own variables, as `os.environ` has them.
        own_executable: the interpreter that is taken where the target names none.

    Raises:
        WorkspaceError: `workspace.invalid`, a line of `.env` cannot be read.
    """
    inherited = host if target.inherit_env else {}
    added: dict[str, str] = {}
    bin_directory = venv_bin(target.executable or own_executable)
    if bin_directory is not None:
        added["PATH"] = os.pathsep.join([bin_directory, inherited.get("PATH", os.defpath)])
    dotenv = os.path.join(target.working_directory or os.getcwd(), ".env")
    try:
        with open(dotenv, encoding="utf-8-sig") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError):
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"cannot be read: {error}", file=dotenv) from None
    added.update(parse_dotenv(text, dotenv, {**inherited, **target.env}))
    return replace(target, env={**added, **target.env})


def venv_bin(executable: str) -> str | None:
    """The folder of `executable` where that belongs to a virtual environment."""
    directory = os.path.dirname(executable)
    if directory and os.path.isfile(os.path.join(os.path.dirname(directory), "pyvenv.cfg")):
        return directory
    return None


def parse_dotenv(text: str, file: str, known: Mapping[str, str]) -> dict[str, str]:
    """The assignments of a `.env` file, in order.

    Understood are `export`, comments, single quotes (taken literally), double quotes (with
    escapes, over several lines), and `${NAME}` or `${NAME:-default}` outside single quotes.

    Args:
        known: variables that a reference may name beside those of the file itself.

    Raises:
        WorkspaceError: `workspace.invalid`, with the line that cannot be understood.
    """
    values: dict[str, str] = {}
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.match(line)
        if match is None:
            raise WorkspaceError("expected NAME=value", file=file, line=number, column=1)
        name, rest = match[1], match[2]
        if rest is None:
            continue  # `export NAME` alone says nothing about its value
        quote = rest[:1]
        if quote in ("'", '"'):
            body = rest[1:]
            while (end := _closing(body, quote)) is None:
                _, more = next(lines, (0, None))
                if more is None:
                    raise WorkspaceError(f"{quote} is not closed", file=file, line=number)
                body += "\n" + more
            value = body[:end] if quote == "'" else _unescape(body[:end], values, known)
        else:
            value = _expand(re.split(r"(?:^|\s)#", rest, maxsplit=1)[0].strip(), values, known)
        values[name] = value
    return values


def _closing(body: str, quote: str) -> int | None:
    """Where the quoted text ends, or None where it goes on in the next line."""
    position = 0
    while position < len(body):
        if body[position] == "\\" and quote == '"':
            position += 1
        elif body[position] == quote:
            return position
        position += 1
    return None


def _unescape(body: str, values: Mapping[str, str], known: Mapping[str, str]) -> str:
    pieces = re.split(r"(\\.)", body, flags=re.DOTALL)
    return "".join(
        _ESCAPES.get(piece[1], piece)
        if len(piece) == 2 and piece[0] == "\\"
        else _expand(piece, values, known)
        for piece in pieces
    )


def _expand(text: str, values: Mapping[str, str], known: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        return values.get(name) or known.get(name) or match[2] or ""

    return _REFERENCE.sub(value, text)
