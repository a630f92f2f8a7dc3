"""Rendering of one string: `{{ ... }}` by jinja2, which gives Python objects, not only text."""

from __future__ import annotations

import ast
import functools
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
    value = _environment().from_string(text).render(**scope)
    return str(value) if isinstance(value, _environment().undefined) else value


@functools.lru_cache(maxsize=None)
def _environment() -> Any:
    from jinja2 import Undefined
    from jinja2.nativetypes import NativeEnvironment

    class NeverText(Undefined):  # type: ignore[misc, unused-ignore]
        """A name that is not there may be asked about, and not be printed as nothing."""

        __slots__ = ()

        def __str__(self) -> str:  # noqa: PLE0307 (it always raises)
            self._fail_with_undefined_error()

    return NativeEnvironment(undefined=NeverText)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(ast.parse(text, mode="eval"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
