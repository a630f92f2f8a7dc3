"""Partitions of assets, as user code declares them."""

from __future__ import annotations
