"""Facts about assets and events: values of every kind, tables and their columns."""

from __future__ import annotations
