"""The assets that user code declares: decorators, specs, selections, loaders."""

from __future__ import annotations
