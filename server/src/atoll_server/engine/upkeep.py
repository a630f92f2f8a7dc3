"""Keeps the deployment from growing for ever: erases, now and then, what need not be kept.

It must not know what is erased, or how: that is `housekeeping`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from atoll_server.engine.housekeeping import Eraser
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import Retention

_DAY_S = 86_400.0
_AFTER_S = 20.0
"""A start has other things to do first."""
_EVERY_S = 3600.0
_LEFT_LYING_S = _DAY_S
"""What has no owner goes when nobody has touched it for so long."""


class Surroundings(Protocol):
    """What upkeep needs of the engine."""

    settings: EngineSettings
    eraser: Eraser

    def now(self) -> float: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102


class Upkeep:
    """Goes round soon after the start, and every hour."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def begin(self) -> None:
        """To be called once, when the engine has started."""
        self._in(_AFTER_S)

    def _in(self, delay_s: float) -> None:
        self._around.later(delay_s, lambda: self._around.spawn(self._go_round()))

    async def _go_round(self) -> None:
        now = self._around.now()
        try:
            await self._around.eraser.keep_up(
                retention(self._around.settings, now), now - _LEFT_LYING_S
            )
        finally:
            self._in(_EVERY_S)


def retention(settings: EngineSettings, now: float) -> Retention | None:
    """Which runs the settings keep; None: all."""
    if not (settings.keep_days or settings.keep_runs):
        return None
    return Retention(
        ended_before=now - settings.keep_days * _DAY_S if settings.keep_days else None,
        keep_runs=settings.keep_runs or None,
    )
