"""What goes wrong with a request, as RFC 9457 problems with a stable code each.

`docs/reference/errors.md` has every code; `type` points there.
"""

from __future__ import annotations

from typing import Any

DOCS = "/docs/reference/errors.md#"

TITLES = {
    "asset.no_partitions": (422, "The partition cannot be made"),
    "asset.unknown": (404, "There is no such asset"),
    "check.unknown": (404, "There is no such check"),
    "config.unknown": (422, "The config names what is not there"),
    "internal": (500, "A mistake of ours"),
    "location.no_log": (404, "There is no log"),
    "job.ambiguous": (422, "Several locations have such a job"),
    "job.unknown": (404, "There is no such job"),
    "location.not_loaded": (409, "A location has not loaded"),
    "location.unreachable": (503, "The location cannot be reached"),
    "location.unknown": (404, "There is no such code location"),
    "plan.not_supported": (422, "The job cannot be run yet"),
    "partition.invalid": (422, "The partition cannot be made"),
    "partition.unknown": (404, "There is no such partition"),
    "pool.no_limit": (404, "The pool has no limit of its own"),
    "request.cross_site": (403, "The request comes from another site"),
    "request.host": (403, "The request was sent to a name that is not this host's"),
    "request.invalid": (400, "The request cannot be understood"),
    "request.media_type": (415, "The body is not JSON"),
    "request.read_only": (403, "This web takes no commands"),
    "request.too_large": (413, "The body is too large"),
    "route.method": (405, "The path does not take this method"),
    "route.unknown": (404, "There is nothing at this path"),
    "run.bad_tag": (422, "A tag cannot be understood"),
    "run.ended": (409, "The run has ended"),
    "run.nothing_to_retry": (409, "There is nothing to try again"),
    "run.no_output": (404, "There is no such output"),
    "run.unfinished": (409, "The run has not ended"),
    "run.unknown_step": (422, "The run has no such step"),
    "run.unknown": (404, "There is no such run"),
    "selection.invalid": (422, "The selection cannot be resolved"),
    "settings.invalid": (422, "A setting cannot have this value"),
    "settings.unknown": (404, "There is no such setting"),
    "storage.unavailable": (503, "The storage does not answer"),
}
"""Every code with its status and title."""


class Problem(Exception):
    """An answer other than what was asked for.

    Args:
        code: one of `TITLES`.
        detail: what is wrong this time, and what to do.
        extra: further members of the answer.
    """

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.status, self.title = TITLES[code]
        self.detail = detail
        self.extra = extra

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.detail, self.extra)

    def body(self, instance: str) -> dict[str, Any]:
        """The members of the problem's JSON."""
        return {
            "type": DOCS + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "instance": instance,
            **self.extra,
        }


def _rebuild(code: str, detail: str, extra: dict[str, Any]) -> Problem:
    return Problem(code, detail, **extra)
