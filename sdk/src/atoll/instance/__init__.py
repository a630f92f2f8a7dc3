"""What has been recorded, as user code asks for it: runs, events, partitions, tags."""

from __future__ import annotations
