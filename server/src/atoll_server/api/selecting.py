"""Selections of assets, resolved against the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from atoll_server.api.catalog import CatalogView
from atoll_server.api.problems import Problem
from atoll_wire import selection as grammar

_SHOWN = 5


class _StepNode(NamedTuple):
    """A step of a run, as selections look at it: by its key, what it needs, and where it lies."""

    deps: Sequence[str]
    location: str | None
    group: str = ""
    tags: Mapping[str, str] = {}
    kinds: Sequence[str] = ()
    owners: Sequence[str] = ()


def chosen_steps(
    run_id: str, steps: Sequence[Mapping[str, Any]], selections: Sequence[str]
) -> frozenset[str]:
    """The keys of the planned steps that the selections choose together.

    Raises:
        Problem: `run.unknown_step`, with the nearest; or `selection.invalid`.
    """
    nodes = {s["key"]: _StepNode(s.get("needs", ()), s.get("location")) for s in steps}
    if all(key in nodes for key in selections):
        return frozenset(selections)
    try:
        found = grammar.resolve(list(selections), nodes)
    except grammar.SelectionError as error:
        if error.code != "selection.unknown_key":
            raise problem_of(error) from None
        there_are = ", ".join(list(nodes)[:_SHOWN]) + (", ..." if len(nodes) > _SHOWN else "")
        hint = (
            f"did you mean {' or '.join(error.nearest)}?"
            if error.nearest
            else f"it has {there_are}"
            if nodes
            else "it was never planned; retry it with all that it was asked for"
        )
        detail = f'run {run_id} has no step "{error.text}"; {hint}'
        raise Problem("run.unknown_step", detail, nearest=list(error.nearest)) from None
    if not found:
        raise Problem("selection.invalid", f"no step of the run matches {', '.join(selections)}")
    return frozenset(found)


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
        Problem: `selection.invalid`, or `location.not_loaded`: it chooses what a location has that
            did not load, and leaving that out without a word would be worse.
    """
    if not selections:
        detail = 'name at least one selection in assets, such as "*", or a job'
        raise Problem("selection.invalid", detail)
    if view.is_complete:
        if not resolve(view, selections):
            raise Problem("selection.invalid", f"no asset matches {', '.join(selections)}")
        return
    check_readable(selections)
    if view.absent and view.is_settled:
        _refuse_absent(view, selections)


def _refuse_absent(view: CatalogView, selections: Sequence[str]) -> None:
    try:
        keys = grammar.resolve(list(selections), view.assets)
    except grammar.SelectionError:
        return  # what is missing may be what has not loaded: whoever plans the run tells
    lost: dict[str, list[str]] = {}
    for key in keys:
        asset = view.assets[key]
        if asset.step is not None and asset.location in view.absent:
            lost.setdefault(asset.location, []).append(key)
    if lost:
        told = "; ".join(
            f"{_some(keys)} of location {name}, which is {view.absent[name]}"
            for name, keys in lost.items()
        )
        raise Problem(
            "location.not_loaded",
            f"the selection has {told}; mend the location, or select what does not need it",
            locations=list(lost),
        )


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_SHOWN]) + (f" and {len(keys) - _SHOWN} more" * (len(keys) > _SHOWN))


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
