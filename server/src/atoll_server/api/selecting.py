"""Selections of assets, resolved against the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from atoll_server.api.catalog import CatalogView
from atoll_server.api.problems import Problem
from atoll_wire import selection as grammar


def resolve(view: CatalogView, selections: Sequence[str]) -> list[str]:
    """The keys that the selections choose together.

    Raises:
        Problem: `selection.invalid`, with the place of the mistake and the nearest keys.
    """
    try:
        return grammar.resolve(list(selections), view.assets)
    except grammar.SelectionError as error:
        raise problem_of(error) from None


def check(view: CatalogView, selections: Sequence[str]) -> None:
    """Refuse a selection that cannot be right.

    What cannot be read is refused at once; what is chosen is known when all locations have
    loaded, and until then everything that can be read is let through.

    Raises:
        Problem: `selection.invalid`.
    """
    if not selections:
        detail = 'name at least one selection in assets, such as "*", or a job'
        raise Problem("selection.invalid", detail)
    if view.is_complete:
        if not resolve(view, selections):
            raise Problem("selection.invalid", f"no asset matches {', '.join(selections)}")
        return
    check_readable(selections)


def check_readable(selections: Sequence[str]) -> None:
    """Refuse a selection that cannot be read, whatever there is to select.

    Raises:
        Problem: `selection.invalid`.
    """
    try:
        for selection in selections:
            grammar.parse(selection)
    except grammar.SelectionError as error:
        raise problem_of(error) from None


def near_names(key: str, view: CatalogView) -> list[str]:
    """Up to three keys that look like `key`."""
    import difflib

    return difflib.get_close_matches(key, view.keys, n=3, cutoff=0.5)


def problem_of(error: grammar.SelectionError) -> Problem:
    """What is wrong with a selection, as an answer."""
    return Problem(
        "selection.invalid",
        str(error),
        reason=error.code,
        selection=error.text,
        column=error.column,
        near=error.nearest,
    )
