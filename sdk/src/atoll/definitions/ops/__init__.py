"""Ops, the graphs that they form, and the jobs that run those."""

from __future__ import annotations
