"""Rendering of one string: `{{ ... }}` by jinja2, which gives Python objects, not only text."""

from __future__ import annotations

import ast
from typing import Any, Mapping

from atoll.components.documents import required

_OPENINGS = ("{{", "{%", "{#")


def render(text: str, scope: Mapping[str, Any]) -> Any:
    """What a string of a YAML file means.

    A string without a template is what jinja2 would make of it: `"3"` is the number. So jinja2 is
    needed only where there is a template.

    Raises:
        DefinitionError: `component.not_installed`.
    """
    if not any(opening in text for opening in _OPENINGS):
        return _literal(text[:-1] if text.endswith("\n") else text)
    required("jinja2", "jinja2", "render %.60r" % text)
    from jinja2.nativetypes import NativeTemplate

    return NativeTemplate(text).render(**scope)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(ast.parse(text, mode="eval"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
