"""The run that a step belongs to, as its context tells of it."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from atoll.instance.runs import PARENT_RUN_TAG, ROOT_RUN_TAG


class Run:
    """The run that a step belongs to."""

    def __init__(self, run_id: str, job_name: str, tags: Mapping[str, str], run_config: Any):
        self.run_id = run_id
        self.job_name = job_name
        self.tags = dict(tags)
        self.run_config = run_config

    @property
    def parent_run_id(self) -> Optional[str]:
        """The run that it executes again, or None."""
        return self.tags.get(PARENT_RUN_TAG)

    @property
    def root_run_id(self) -> Optional[str]:
        """The first of the runs that it executes again, or None."""
        return self.tags.get(ROOT_RUN_TAG)
