"""Selections of assets, resolved against the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from atoll_server.api.catalog import CatalogView
from atoll_server.api.problems import Problem


def resolve(view: CatalogView, selections: Sequence[str]) -> list[str]:
    """The keys that the selections choose together.

    Raises:
        Problem: `selection.invalid`, names the nearest keys.
    """
    raise NotImplementedError


def check(view: CatalogView, selections: Sequence[str]) -> None:
    """Refuse a selection that cannot be right; one that nobody can judge yet is let through."""
    if not selections:
        raise Problem("selection.invalid", 'assets names at least one selection, such as "*"')


def near_names(key: str, view: CatalogView) -> list[str]:
    """Up to three keys that look like `key`."""
    import difflib

    return difflib.get_close_matches(key, view.keys, n=3, cutoff=0.5)
