"""Runs by the beginning of their id, and steps by name, with what is near a wrong one."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment

_PAGE = 1000
_MOST_PAGES = 10
_SHOWN = 5


async def find_run(client: Client, text: str) -> Any:
    """The run with this id, else the only one of the newest whose id begins so."""
    if not text:
        raise exits.CommandFailed("name a run by its id, or by how that begins", exits.USAGE)
    try:
        return await client.get(f"/runs/{segment(text)}")
    except exits.CommandFailed as error:
        if error.exit_code != exits.NOT_FOUND:
            raise
        missing = error
    ids = await _ids_that_begin(client, text)
    if not ids:
        raise missing
    if len(ids) > 1:
        more = ", …" if len(ids) > _SHOWN else ""
        raise exits.CommandFailed(
            f'"{text}" begins {len(ids)} run ids: {", ".join(ids[:_SHOWN])}{more}; '
            "give more of the one that you mean",
            exits.NOT_FOUND,
        )
    return await client.get(f"/runs/{segment(ids[0])}")


async def _ids_that_begin(client: Client, text: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.get("/runs", limit=_PAGE, cursor=cursor)
        found += [item["run_id"] for item in page["items"] if item["run_id"].startswith(text)]
        cursor = page["next"]
        if cursor is None:
            break
    return found


async def check_step(client: Client, run_id: str, step: str) -> None:
    """Refuse a step that the run's plan does not have; before there is a plan, any may come."""
    page = await client.get(f"/runs/{segment(run_id)}/events", kind="RUN_STARTING")
    known = [
        planned["key"]
        for event in page["items"]
        for planned in event["data"].get("plan", {}).get("steps", ())
    ]
    if not known or step in known:
        return
    import difflib

    close = difflib.get_close_matches(step, known, n=1, cutoff=0.5)
    more = ", …" if len(known) > _SHOWN else ""
    hint = f'did you mean "{close[0]}"?' if close else f"it has {', '.join(known[:_SHOWN])}{more}"
    raise exits.CommandFailed(f'the run has no step "{step}"; {hint}', exits.NOT_FOUND)


def tell_of_no_events(step: str | None, is_followed: bool) -> None:
    """Say on stderr that nothing was printed, and why."""
    of = "the run" if step is None else f'step "{step}"'
    wait = "; waiting for them" if is_followed else ""
    click.echo(f"There are no events of {of} yet{wait}.", err=True)
