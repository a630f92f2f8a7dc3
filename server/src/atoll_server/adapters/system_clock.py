"""The machine's clock, and ids that sort by the time of their making."""

from __future__ import annotations

import os
import time

_SUB_MS = 1 << 12


class SystemClock:
    """A `Clock`. Ids are UUIDv7 and grow even within a millisecond."""

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> float:
        """See `Clock.now`."""
        return time.time()

    def new_id(self) -> str:
        """See `Clock.new_id`.

        Source: RFC 9562, section 6.2, method 3 (a finer clock in place of random bits), with
        the last value plus one where the clock has not advanced.
        """
        ticks = time.time_ns() * _SUB_MS // 1_000_000
        self._last = max(ticks, self._last + 1)
        ms, fraction = divmod(self._last, _SUB_MS)
        random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
        value = ms << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random
        digits = f"{value:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
