"""The one thread that writes to the database: what is queued shares a transaction.

It must not know what is written. Jobs are functions of the connection; their outcomes come
back to the event loop in one call per transaction.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_JOBS_PER_TRANSACTION = 256


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any]
    outcome: Any = None
    error: Exception | None = field(default=None)


class Writer:
    """Executes jobs in order, several per transaction, on a thread of its own."""

    def __init__(
        self, connection: sqlite3.Connection, translate: Callable[[Exception], Exception]
    ) -> None:
        self._connection = connection
        self._translate = translate
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="atoll-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What `work` returns, once it is committed."""
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        return await future

    def close(self) -> None:
        """Finish what is queued, then close the connection; blocks until then."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            batch: list[_Job] = []
            job = self._jobs.get()
            while True:
                if job is None:
                    closing = True
                    break
                batch.append(job)
                if len(batch) == MAX_JOBS_PER_TRANSACTION:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._execute(batch)
                _hand_back(batch)
        self._connection.close()

    def _execute(self, batch: list[_Job]) -> None:
        try:
            self._transact(batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = self._translate(error)
                return
            # One job's mistake is not its neighbours': each on its own now.
            for job in batch:
                self._execute([job])

    def _transact(self, batch: list[_Job]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in batch:
                job.outcome = job.work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _hand_back(batch: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.future.get_loop(), []).append(job)
    for loop, jobs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, jobs)
        except RuntimeError:  # the loop is closed: nobody waits any more
            pass


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.outcome)
        else:
            job.future.set_exception(job.error)
