"""What steps use beside values: plain objects, functions that make them, pydantic models."""

from __future__ import annotations
