"""Every error code in the source stands in docs/reference/errors.md, and the other way round."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"
CODE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
ALONE = {"internal"}
"""Codes without a dot."""


def strings(node: ast.AST | None) -> list[str]:
    """The literal strings that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return strings(node.body) + strings(node.orelse)
    return []


def codes_in(path: Path) -> set[str]:
    """Codes of a file: of classes (`code = "…"`), of failures (`Failure("…")`, `code="…"`)."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign):
            if any(isinstance(t, ast.Name) and t.id == "code" for t in node.targets):
                found += strings(node.value)
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name) and node.target.id == "code":
                found += strings(node.value)
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in ("Failure", "Problem", "Rejected") and node.args:
                found += strings(node.args[0])
            for keyword in node.keywords:
                if keyword.arg == "code":
                    found += strings(keyword.value)
    return {code for code in found if CODE.fullmatch(code) or code in ALONE}


def source_codes() -> dict[str, str]:
    """Every code, with a file that has it."""
    found = {}
    for project in ("sdk", "server"):
        for path in sorted((ROOT / project / "src").rglob("*.py")):
            for code in codes_in(path):
                found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def documented() -> set[str]:
    """Codes that the page has a row or a heading for."""
    return set(re.findall(r"^(?:\| |#+ )`([a-z._]+)`", PAGE.read_text(), re.MULTILINE))


def test_every_code_is_documented() -> None:
    missing = {c: where for c, where in source_codes().items() if c not in documented()}

    assert missing == {}


def test_no_code_is_documented_that_nothing_raises() -> None:
    text = "\n".join(p.read_text() for s in ("sdk", "server") for p in (ROOT / s).rglob("*.py"))

    assert {code for code in documented() if f'"{code}"' not in text} == set()
