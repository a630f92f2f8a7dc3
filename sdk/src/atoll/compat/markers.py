"""Dagster's marks on its own API (`@public`, `@beta` ...) and the warnings that they give.

Libraries put them on what they offer, and projects silence the warnings. Here they mark nothing.
"""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator, TypeVar

_T = TypeVar("_T")


class PreviewWarning(Warning):
    """Something may change at any time."""


class BetaWarning(Warning):
    """Something may change with notice."""


class SupersessionWarning(FutureWarning):
    """Something has a better successor."""


class ExperimentalWarning(Warning):
    """What `PreviewWarning` and `BetaWarning` were in releases before 1.10."""


class ConfigArgumentWarning(SyntaxWarning):
    """A parameter that may be meant as config has no annotation."""


def public(obj: _T) -> _T:
    """Says that `obj` is for users."""
    return obj


def _mark(obj: Any = None, **about: Any) -> Any:
    """Give `obj` back, or a decorator that does."""
    return obj if obj is not None else _as_it_is


def _as_it_is(obj: _T) -> _T:
    return obj


def _mark_parameter(param: str, **about: Any) -> Callable[[_T], _T]:
    return _as_it_is


dagster_maintained_resource = dagster_maintained_io_manager = _as_it_is
preview = beta = superseded = deprecated = experimental = _mark
hidden_param = only_allow_hidden_params_in_kwargs = _mark
preview_param = beta_param = deprecated_param = experimental_param = _mark_parameter


@contextlib.contextmanager
def disable_dagster_warnings() -> Iterator[None]:
    """Nothing warns, so nothing is to be silenced."""
    yield


def suppress_dagster_warnings(obj: _T) -> _T:
    """Give `obj` back: nothing warns in it."""
    return obj
