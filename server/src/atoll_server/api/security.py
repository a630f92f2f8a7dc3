"""Who may ask: the names under which the host is addressed, and the sites that may command it.

A page on any site can make a browser send requests to loopback. Checking Host keeps out names
that were rebound to this machine, checking Origin keeps out commands from other sites.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from atoll_server.api.problems import Problem

SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS"])
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
"""Sent with every answer."""


def check_request(
    method: str,
    headers: Iterable[tuple[bytes, bytes]],
    host_names: Collection[str] | None,
    *,
    is_read_only: bool = False,
) -> None:
    """Let a request through, or refuse it.

    Args:
        headers: lower-case names with their values.
        host_names: names that Host may have; None: any.
        is_read_only: whether nothing may be commanded here.

    Raises:
        Problem: `request.host`, `request.cross_site` or `request.read_only`.
    """
    found: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name in (b"host", b"origin", b"sec-fetch-site"):
            found.setdefault(name, []).append(value.decode("latin-1"))
    hosts = found.get(b"host", [])
    if len(hosts) != 1 or (host_names is not None and host_name(hosts[0]) not in host_names):
        raise Problem(
            "request.host",
            "this host answers to "
            + (", ".join(sorted(host_names)) if host_names else "one Host header")
            + f", not to {', '.join(hosts) or 'no name'}",
        )
    if method in SAFE_METHODS:
        return
    for origin in found.get(b"origin", []):
        if origin.partition("://")[2] != hosts[0]:
            raise Problem("request.cross_site", f"commands are not taken from {origin}")
    for site in found.get(b"sec-fetch-site", []):
        if site not in ("same-origin", "none"):
            raise Problem("request.cross_site", "commands are not taken from other sites")
    if is_read_only:
        raise Problem(
            "request.read_only",
            "it was started with --read-only: use another web of the deployment, or the command "
            "line beside it",
        )


def host_name(host: str) -> str:
    """The name in a Host header, without its port, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()
