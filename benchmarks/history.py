"""What a long history costs: the same work on a small database and on one of millions of events.

Runs in Atoll's environment, as `python -m benchmarks.history`, and prints its figures as JSON:
seconds by name, `.few` on the small database and `.many` on the large one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.engine.housekeeping import Eraser
from atoll_server.ports.event_log import NewEvent, Retention, RunFilter

EVENTS_PER_RUN = 500
FEW_RUNS = 400
PRUNED = 100
ROUNDS = 40
_STEPS = 50
_ENDED = RunFilter(statuses=["SUCCESS", "FAILURE", "CANCELED"])
Figures = dict[str, list[float]]
Work = Callable[[], Awaitable[Any]]

_BUILD = """
    CREATE TEMP TABLE template (seq INTEGER PRIMARY KEY, kind, message, data, step, asset_key);
    WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < {events})
    INSERT INTO template
    SELECT seq,
           CASE seq % 10 WHEN 1 THEN 'STEP_START' WHEN 9 THEN 'ASSET_MATERIALIZATION'
                WHEN 0 THEN 'STEP_SUCCESS' ELSE 'LOG' END,
           'a line that a step has logged',
           CASE seq % 10 WHEN 9 THEN '{{"asset_key": "asset' || ((seq - 1) / 10) || '"}}'
                ELSE '{{"level": "INFO"}}' END,
           'step' || ((seq - 1) / 10),
           CASE seq % 10 WHEN 9 THEN 'asset' || ((seq - 1) / 10) END
    FROM n;

    WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < {runs})
    INSERT INTO runs (run_id, status, created_at, started_at, ended_at, selection, assets, tags,
                      config, partition, message, job, asset_count, first_assets, locations)
    SELECT printf('%08x-0000-7000-8000-%012x', number, number),
           CASE WHEN number % 100 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END,
           number, number, number + 0.5, '["*"]', '["asset0", "asset' || (number % 50) || '"]',
           '{{"team": "t' || (number % 5) || '"}}', '{{}}', 'day' || (number / 100), 'Finished.',
           CASE WHEN number % 2 THEN 'nightly' END, 2,
           '["asset0", "asset' || (number % 50) || '"]', '["shop"]'
    FROM n;
    INSERT OR IGNORE INTO run_assets (key, status, number)
    SELECT asset.value, status, number FROM runs, json_each(CAST(assets AS TEXT)) AS asset;
    INSERT INTO run_locations (name, status, number) SELECT 'shop', status, number FROM runs;
    INSERT INTO run_tags (name, value, status, number)
    SELECT tag.key, tag.value, status, number FROM runs, json_each(CAST(tags AS TEXT)) AS tag;

    INSERT INTO events (run_id, kind, at, message, data, step, attempt, seq, asset_key)
    SELECT run_id, kind, number, template.message, CAST(data AS BLOB), step, 1, (seq - 1) % 10 + 1,
           asset_key
    FROM runs CROSS JOIN template ORDER BY number, seq;
    INSERT INTO assets (key, event_id, run_id, at, metadata)
    SELECT asset_key, max(id), run_id, at, CAST('{{}}' AS BLOB) FROM events
    WHERE run_id = (SELECT run_id FROM runs ORDER BY number DESC LIMIT 1)
      AND asset_key IS NOT NULL GROUP BY asset_key;
"""


def build(home: Path, runs: int) -> None:
    """A database of so many runs that have ended, written as quickly as may be."""
    shutil.rmtree(home, ignore_errors=True)
    log = SqliteEventLog(str(home))
    asyncio.run(log.open())
    asyncio.run(log.close())
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as database:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            database.execute(f"PRAGMA {pragma}")
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'events'"
        ).fetchall()
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        database.executescript(_BUILD.format(events=EVENTS_PER_RUN, runs=runs))
        for _, sql in indexes:
            database.execute(sql)
        database.execute("PRAGMA journal_mode = WAL")


class History:
    """One database and what is done with it."""

    def __init__(self, home: Path, runs: int) -> None:
        self.home, self.runs, self._launched = home, runs, 0

    def _id(self, number: int) -> str:
        return f"{number:08x}-0000-7000-8000-{number:012x}"

    async def open(self) -> None:
        """What a host does with the storage when it starts."""
        self.log = SqliteEventLog(str(self.home))
        await self.log.open()
        await self.log.locations()
        await self.log.unfinished_runs()
        await self.log.intents()
        await self.log.runs(limit=50, where=_ENDED)

    async def launch(self) -> None:
        """The appends of a run of one step."""
        self._launched += 1
        run_id = self._id(0xF0000000 + self._launched)

        def event(kind: str, seq: int | None = None, **data: Any) -> NewEvent:
            step = None if seq is None else "step"
            attempt = None if seq is None else 1
            return NewEvent(
                run_id=run_id, kind=kind, at=1.0, data=data, step=step, attempt=attempt, seq=seq
            )

        await self.log.append([event("RUN_ENQUEUED", tags={"team": "t1"}, job_name="nightly")])
        await self.log.append([event("RUN_STARTING", plan={"steps": []}), event("RUN_START")])
        for seq in range(1, 8):
            await self.log.append([event("LOG", seq)])
        key = {"asset_key": "asset1"}
        await self.log.append([event("ASSET_MATERIALIZATION", 8, **key), event("STEP_SUCCESS", 9)])
        await self.log.append([event("RUN_SUCCESS")])

    async def pages(self) -> dict[str, Work]:
        """What pages of the web read."""
        run_id, log = self._id(self.runs // 2), self.log
        (first,) = await log.events(run_id=run_id, limit=1)
        last = first.id + EVENTS_PER_RUN - 100
        return {
            "events, first page": lambda: log.events(run_id=run_id, limit=100),
            "events, last page": lambda: log.events(run_id=run_id, after=last, limit=100),
            "events of a step": lambda: log.events(run_id=run_id, step="step7", limit=100),
            "runs": lambda: log.runs(limit=100),
            "runs, in the middle": lambda: log.runs(limit=100, before=run_id),
            **{f"runs {name}": self._runs(where) for name, where in self._filters().items()},
            "runs counted": lambda: log.count_runs(1000),
            "runs of a day, counted": lambda: log.count_runs(1000, self._filters()["of a day"]),
            "assets": log.assets,
            "what is stored": log.facts,
        }

    def _filters(self) -> dict[str, RunFilter]:
        """What runs are looked for by; the middle of the history is as good a place as any."""
        middle = self.runs // 2
        return {
            "by status": RunFilter(statuses=["FAILURE"]),
            "by job": RunFilter(job="nightly"),
            "by tag": RunFilter(tags={"team": "t1"}),
            "by tag and status": RunFilter(tags={"team": "t0"}, statuses=["FAILURE"]),
            "by asset": RunFilter(asset="asset7"),
            "by asset and status": RunFilter(asset="asset0", statuses=["FAILURE"]),
            "by location": RunFilter(locations=["shop", "elsewhere"]),
            "by partition": RunFilter(partition=f"day{middle // 100}"),
            "by id": RunFilter(search=self._id(middle)[:8]),
            "by text": RunFilter(search="night"),
            "of a day": RunFilter(since=middle - 50.0, until=middle + 50.0),
            "that end in a time in which none is": RunFilter(since=1e9),
        }

    def _runs(self, where: RunFilter) -> Work:
        return lambda: self.log.runs(limit=3, where=where)

    async def prune(self) -> None:
        """Erase the oldest hundred runs."""
        found = await self.log.prunable_runs(Retention(ended_before=1e9), PRUNED)
        eraser = Eraser(self.log)
        for run_id in found:
            await eraser._erase(run_id)  # the rest of a prune depends on what is left, by rule
        assert len(found) == PRUNED


async def measure(histories: dict[str, History], figures: Figures) -> None:
    """All work by turns, so that whatever the machine does meanwhile meets both."""

    async def timed(name: str, work: Work) -> None:
        began = time.perf_counter()
        await work()
        figures[name].append(time.perf_counter() - began)

    for _ in range(5):
        for size, history in histories.items():
            await timed(f"host start.{size}", history.open)
            await history.log.close()
    for history in histories.values():
        await history.open()
    pages = {size: await history.pages() for size, history in histories.items()}
    for number in range(ROUNDS):
        for size, history in histories.items():
            for name, work in pages[size].items():
                if number == 0:
                    await work()  # the first one reads from the disk what the others find
                await timed(f"{name}.{size}", work)
            await timed(f"launch.{size}", history.launch)
    await _appends_beside_a_prune(histories["many"], figures)
    for _ in range(2):
        for size, history in histories.items():
            await timed(f"prune of {PRUNED} runs.{size}", history.prune)
    for history in histories.values():
        await history.log.close()


async def _appends_beside_a_prune(history: History, figures: Figures) -> None:
    """The 99th of a hundred appends, while runs are erased and while none are.

    What is appended is flushed twice a second, as an engine does.
    """

    async def flushes() -> None:
        while True:
            await asyncio.sleep(0.5)
            await history.log.sync()

    async def appends(until: asyncio.Task[None] | None) -> list[float]:
        took = []
        while len(took) < 4000 if until is None else not until.done():
            began = time.perf_counter()
            await history.log.append([NewEvent(run_id="beside", kind="LOG", at=1.0)])
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.001)
        return sorted(took)

    async def prunes() -> None:
        for _ in range(10):
            await history.prune()

    flushing = asyncio.create_task(flushes())
    quiet = await appends(None)
    pruning = await appends(asyncio.create_task(prunes()))
    flushing.cancel()
    for size, took in (("few", quiet), ("many", pruning)):
        figures[f"append beside a prune, p99.{size}"].append(took[len(took) * 99 // 100])
        figures[f"append beside a prune, longest.{size}"].append(took[-1])


def main() -> int:
    """Build what is not there, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the databases are built")
    parser.add_argument("--events", type=int, default=10_000_000, help="10 million by default")
    options = parser.parse_args()
    many = max(options.events // EVENTS_PER_RUN, 3 * FEW_RUNS + 2000)
    histories = {}
    for size, runs in (("few", FEW_RUNS), ("many", many)):
        began = time.monotonic()
        build(options.folder / size, runs)
        took = time.monotonic() - began
        print(f"{runs} runs built in {took:.0f} s", file=sys.stderr, flush=True)
        histories[size] = History(options.folder / size, runs)
    figures: Figures = defaultdict(list)
    try:
        asyncio.run(measure(histories, figures))
    finally:
        shutil.rmtree(options.folder, ignore_errors=True)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
