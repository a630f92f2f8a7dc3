"""Names of what other locations define, for sensors that watch the runs of those."""

from __future__ import annotations

from typing import NamedTuple, Optional


class JobSelector(NamedTuple):
    """A job of another location."""

    location_name: str
    repository_name: Optional[str] = None
    job_name: Optional[str] = None

    @property
    def name(self) -> str:
        """Location and job: `location:job`."""
        return "%s:%s" % (self.location_name, self.job_name)


class RepositorySelector(NamedTuple):
    """All jobs of another location; one holds one repository."""

    location_name: str
    repository_name: Optional[str] = None

    @property
    def name(self) -> str:
        """`location:*`."""
        return "%s:*" % self.location_name


class CodeLocationSelector(NamedTuple):
    """All jobs of another location."""

    location_name: str

    @property
    def name(self) -> str:
        """`location:*`."""
        return "%s:*" % self.location_name
