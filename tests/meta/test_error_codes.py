"""Every error code in the source stands in docs/reference/errors.md, and the other way round."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"
FAMILIES = (
    "asset|attempt|automation|check|compat|component|config|config_schema|context|cron|definition|host|"
    "input|instance|internal|invariant|invocation|job|location|metadata|output|parameter|"
    "partition|pipes|plan|queue|request|resource|result|route|run|schedule|selection|sensor|"
    "settings|step|storage|tick|timezone|type|user_code|value|wire|workspace"
)
CODE = re.compile(rf"({FAMILIES})\.[a-z][a-z_]*")
NOT_CODES = {"check.functions", "component.py", "host.json", "workspace.yaml", "workspace.yml"}
"""Strings that only look like codes."""


def codes_in(path: Path) -> set[str]:
    """The literal strings of a file that are codes."""
    constants = (node for node in ast.walk(ast.parse(path.read_text())))
    texts = (node.value for node in constants if isinstance(node, ast.Constant))
    return {t for t in texts if isinstance(t, str) and CODE.fullmatch(t)} - NOT_CODES


def source_codes() -> dict[str, str]:
    """Every code, with a file that has it."""
    found = {}
    for project in ("sdk", "server"):
        for path in sorted((ROOT / project / "src").rglob("*.py")):
            if path.name == "public_names.py":
                continue  # it names modules
            for code in codes_in(path):
                found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def documented() -> set[str]:
    """Codes that the page has a row or a heading for."""
    rows = re.findall(r'^\| <a id="([a-z._]+)"></a>`([a-z._]+)` \|', PAGE.read_text(), re.MULTILINE)
    assert all(anchor == code for anchor, code in rows)
    return {code for _, code in rows}


def test_every_code_is_documented() -> None:
    missing = {c: where for c, where in source_codes().items() if c not in documented()}

    assert missing == {}


def test_no_code_is_documented_that_nothing_raises() -> None:
    text = "\n".join(p.read_text() for s in ("sdk", "server") for p in (ROOT / s).rglob("*.py"))

    assert {code for code in documented() if f'"{code}"' not in text} == set()
