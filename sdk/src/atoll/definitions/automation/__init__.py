"""What starts runs by itself, as user code declares it: schedules, sensors, conditions."""

from __future__ import annotations
