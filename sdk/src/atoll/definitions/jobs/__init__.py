"""Names for what is run together."""

from __future__ import annotations
