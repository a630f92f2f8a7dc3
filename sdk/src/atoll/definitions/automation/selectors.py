"""Names of what other locations define, for sensors that watch the runs of those."""

from __future__ import annotations

from typing import NamedTuple, Optional


class JobSelector(NamedTuple):
    """A job of another location.

    Args:
        location_name: the location's name.
        repository_name: the repository's in that location; not needed, for one holds one.
        job_name: the job's; None means all of the location.
    """

    location_name: str
    repository_name: Optional[str] = None
    job_name: Optional[str] = None

    @property
    def name(self) -> str:
        """Location and job: `location:job`."""
        return "%s:%s" % (self.location_name, self.job_name)


class RepositorySelector(NamedTuple):
    """All jobs of another location; one holds one repository.

    Args:
        location_name: the location's name.
        repository_name: the repository's; not needed, for a location holds one.
    """

    location_name: str
    repository_name: Optional[str] = None

    @property
    def name(self) -> str:
        """`location:*`."""
        return "%s:*" % self.location_name


class CodeLocationSelector(NamedTuple):
    """All jobs of another location.

    Args:
        location_name: the location's name.
    """

    location_name: str

    @property
    def name(self) -> str:
        """`location:*`."""
        return "%s:*" % self.location_name
