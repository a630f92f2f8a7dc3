"""A location's details as lines for people, in the order in which people ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atoll_server.cli.output import duration, moment, size

_KINDS = ("python_file", "python_module", "python_package", "autoload_defs_module")
_SHOWN = 8

_EMPTY: dict[str, Any] = {
    **{key: {} for key in ["server", "loaded_from", "packages", "slowest_imports"]},
    **{key: [] for key in ["generations", "notices", "conflicts"]},
    **dict.fromkeys(["stale", "executable", "python_version", "platform", "pid", "rss_bytes"]),
    **dict.fromkeys(["cpu_seconds", "load_seconds", "worker", "worker_reason", "restarts"]),
    **dict.fromkeys(["limits_by", "last_change", "updated_at", "error_text"]),
}
Line = tuple[str, str]


def origin(view: Mapping[str, Any]) -> str:
    """Where a location comes from, in a few words: a server's address, else module or file."""
    server = view.get("server") or {}
    if server:
        return f"grpc {server['address']}"
    loaded_from = view.get("loaded_from") or {}
    return next((str(loaded_from[kind]) for kind in _KINDS if kind in loaded_from), "")


def details(view: Mapping[str, Any], *, with_packages: bool) -> list[Line]:
    """All that is known of a location; lines without text are left out when printed."""
    view = {**_EMPTY, **view}  # a host of another release may tell less
    lines = [
        ("name", str(view["name"])),
        ("status", str(view["status"]) + (", shown as it was last" if view["stale"] else "")),
        *_source(view),
        *_process(view),
        *_generations(view),
        ("last change", change(view["last_change"])),
        *(("notice", str(notice)) for notice in view["notices"]),
        *(("conflict", str(conflict)) for conflict in view["conflicts"]),
        ("updated", moment(view["updated_at"])),
        ("error", str(view["error_text"] or "")),
    ]
    if with_packages:
        installed = [f"{name} {version}" for name, version in view["packages"].items()]
        lines.append(("packages", "\n  " + "\n  ".join(installed) if installed else "none"))
    return lines


def _source(view: Mapping[str, Any]) -> Iterator[Line]:
    server = view["server"] or {}
    if server:
        yield "server", f"{server['address']}{' by TLS' if server['ssl'] else ''}"
        for name, value in server["additional_metadata"].items():
            yield f"  {name}", str(value)
    for name, value in view["loaded_from"].items():
        yield name.replace("_", " "), str(value)
    yield "interpreter", view["executable"] or ""
    python = (view["python_version"] or "", view["platform"] or "")
    yield "python", " on ".join(part for part in python if part)
    if view["packages"]:
        yield "installed", f"{len(view['packages'])} packages (--packages lists them)"


def _process(view: Mapping[str, Any]) -> Iterator[Line]:
    yield "pid", str(view["pid"] or "")
    yield "memory", size(view["rss_bytes"])
    yield "cpu", "" if view["cpu_seconds"] is None else duration(view["cpu_seconds"])
    yield "loading took", duration(view["load_seconds"])
    slowest = [f"{name} {duration(took)}" for name, took in view["slowest_imports"].items()]
    yield "of which", ", ".join(slowest[:_SHOWN])
    reason = f": {view['worker_reason']}" if view["worker_reason"] else ""
    yield "workers", f"{view['worker']}{reason}" if view["worker"] else ""
    yield "limits by", view["limits_by"] or ""
    yield "restarts", f"{view['restarts']} in a row" if view["restarts"] else ""


def _generations(view: Mapping[str, Any]) -> Iterator[Line]:
    for one in view["generations"]:
        parts = [f"{one['generation']} {one['phase']}"]
        if one["pid"]:
            parts.append(f"pid {one['pid']}")
        if one["runs"]:
            parts.append("1 run" if one["runs"] == 1 else f"{one['runs']} runs")
        yield "generation", ", ".join(parts)


def change(told: Mapping[str, Any] | None) -> str:
    """What a load has changed, in a line."""
    if told is None:
        return ""
    parts = []
    for what in ("added", "removed", "altered"):
        names = told[what]
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            parts.append(f"{what} {', '.join(names[:_SHOWN])}{more}")
    sources = "sources have changed" if told.get("code_changed") else "sources are the same"
    what = "; ".join(parts) or f"no definition has changed; {sources}"
    return f"generation {told['generation']}, {moment(told['at'])}: {what}"
