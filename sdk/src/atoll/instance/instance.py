"""`DagsterInstance`: what a deployment has recorded, as user code asks for it.

In a run it is `context.instance`, answered by whatever runs the step; in tests and notebooks
`DagsterInstance.ephemeral()` keeps its records in memory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import weakref
from typing import Any, Dict, Iterator, Mapping, Optional, Protocol, Sequence

from atoll.definitions.asset_events import AssetEvent, AssetObservation
from atoll.errors import InvariantError
from atoll.instance.asset_records import AssetRecords
from atoll.instance.check_targets import with_target
from atoll.instance.entries import EventLogEntry
from atoll.instance.event_data import data_of
from atoll.instance.event_records import EventRecords
from atoll.instance.events import DagsterEvent
from atoll.instance.memory import InMemoryStorage
from atoll.instance.python_logs import PythonLogs
from atoll.instance.run_records import RunRecords
from atoll.instance.runs import DagsterRun
from atoll.instance.storage import InstanceStorage
from atoll_wire import events
from atoll_wire.events import JournalEvent

_current: Optional[DagsterInstance] = None


class Run(Protocol):
    """What an instance needs to know of a run whose events it keeps."""

    run_id: str
    job_name: str


class StartedRun(Run, Protocol):
    """What an instance needs to know of a run that begins in this process."""

    run_config: Dict[str, Any]
    tags: Dict[str, str]
    facts: Mapping[str, Any]
    """More arguments of its `DagsterRun`."""


class DagsterInstance(RunRecords, EventRecords, AssetRecords):
    """What a deployment has recorded: runs, events, assets, partitions, tags.

    Get one by `context.instance` or `DagsterInstance.get()` in a run, and by
    `DagsterInstance.ephemeral()` anywhere else.

    Attributes:
        storage: answers the questions.
        is_ephemeral: whether what is recorded is gone with the object.
        python_logs: which of Python's loggers are recorded by runs in this process.
    """

    def __init__(
        self,
        storage: InstanceStorage,
        folder: Optional[str] = None,
        settings: Optional[Mapping[str, Any]] = None,
    ):
        self.storage = storage
        self.python_logs = PythonLogs((settings or {}).get("python_logs"))
        self.is_ephemeral = isinstance(storage, InMemoryStorage)
        self._folder = folder

    @staticmethod
    def ephemeral(
        tempdir: Optional[str] = None,
        preload: Any = None,
        settings: Optional[Mapping[str, Any]] = None,
    ) -> DagsterInstance:
        """An instance that keeps its records in memory.

        Args:
            tempdir: the folder for values; a temporary one by default.
            preload: not used: nothing is kept from before.
            settings: those of a deployment, of which only `python_logs` means something here.
        """
        return DagsterInstance(InMemoryStorage(), tempdir, settings)

    @staticmethod
    def local_temp(
        tempdir: Optional[str] = None, overrides: Optional[Mapping[str, Any]] = None
    ) -> DagsterInstance:
        """The same: records in memory, values in a folder.

        Args:
            tempdir: the folder for values; a temporary one by default.
            overrides: settings, of which only `python_logs` means something here.
        """
        return DagsterInstance(InMemoryStorage(), tempdir, overrides)

    @staticmethod
    def get() -> DagsterInstance:
        """The instance of the run that this process executes, or of `instance_for_test`.

        Raises:
            InvariantError: `instance.none`, there is neither.
        """
        if _current is None:
            raise InvariantError(
                "no run is executed here, so there is no instance",
                code="instance.none",
                hint="ask for context.instance in an asset or op; in a test or notebook make one "
                "by DagsterInstance.ephemeral(); elsewhere ask the running host over its HTTP API",
            )
        return _current

    @property
    def python_log_level(self) -> Optional[str]:
        """The lowest level that is recorded, by name; None where the settings name none."""
        return self.python_logs.level

    @property
    def managed_python_loggers(self) -> Sequence[str]:
        """The names of the loggers whose lines are recorded; `root` for all."""
        return self.python_logs.managed

    @property
    def is_persistent(self) -> bool:
        """Whether what is recorded outlives the object."""
        return not self.is_ephemeral

    @property
    def root_directory(self) -> str:
        """The instance's own folder; a temporary one is removed with the instance."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="atoll-instance-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def storage_directory(self) -> str:
        """The folder in which IO managers keep values."""
        folder = os.path.join(self.root_directory, "storage")
        os.makedirs(folder, exist_ok=True)
        return folder

    @property
    def event_log_storage(self) -> DagsterInstance:
        """The instance itself: it answers questions about events."""
        return self

    @property
    def run_storage(self) -> DagsterInstance:
        """The instance itself: it answers questions about runs."""
        return self

    @property
    def daemon_cursor_storage(self) -> DagsterInstance:
        """The instance itself: it keeps values by name."""
        return self

    def start_run(self, run: StartedRun) -> DagsterRun:
        """Keep a run that begins now in this process."""
        return self.add_run(
            DagsterRun(run.job_name, run.run_id, run.run_config, tags=run.tags, **run.facts)
        )

    def record(self, run: Run, step_key: Optional[str], event: JournalEvent) -> DagsterEvent:
        """Keep an event of a run; `RUN_START`, `RUN_SUCCESS` and their like change its status."""
        event = with_target(event, self.storage)
        self.storage.record(run.run_id, run.job_name, step_key, event)
        return DagsterEvent.of(event, run.job_name, step_key)

    def _tell(self, run: DagsterRun, kind: str, message: str) -> DagsterEvent:
        return self.record(run, None, JournalEvent(0, kind, time.time(), message))

    def handle_new_event(self, event: EventLogEntry) -> None:
        """Keep an entry, as a test makes it."""
        told = event.dagster_event
        kind = events.LOG if told is None else told.kind
        data = dict(told.data) if told else {"level": event.level}
        kept = JournalEvent(0, kind, event.timestamp, event.message, data)
        step = event.step_key or (told.step_key if told else None)
        self.storage.record(event.run_id, event.job_name or "", step, kept)

    store_event = handle_new_event

    def report_dagster_event(
        self,
        dagster_event: DagsterEvent,
        run_id: str,
        log_level: Any = "INFO",
        batch_metadata: Any = None,
        timestamp: Optional[float] = None,
    ) -> None:
        """Keep an event of a run.

        Args:
            dagster_event: the event; its step and job are kept too.
            run_id: the run.
            log_level: not used: an event's kind says it.
            batch_metadata: not used: each event is kept at once.
            timestamp: seconds since the epoch; the event's own by default.
        """
        event, job = dagster_event.event, dagster_event.job_name
        at = event.at if timestamp is None else timestamp
        kept = JournalEvent(event.seq, event.kind, at, event.message, event.data)
        self.storage.record(run_id, job, dagster_event.step_key, kept)

    def report_engine_event(
        self,
        message: str,
        dagster_run: Optional[DagsterRun] = None,
        engine_event_data: Any = None,
        cls: Any = None,
        step_key: Optional[str] = None,
        job_name: Optional[str] = None,
        run_id: Optional[str] = None,
    ) -> DagsterEvent:
        """Keep a message about a run.

        Args:
            message: what is to be said.
            dagster_run: the run; or its id and its job, below.
            engine_event_data: not used.
            cls: a class, whose name goes before the message.
            step_key: the step; None: the run as a whole.
            job_name: the job's, where no run is given.
            run_id: the run's, where none is given.
        """
        run = dagster_run or DagsterRun(job_name or "", run_id or "EPHEMERAL")
        text = message if cls is None else "[%s] %s" % (cls.__name__, message)
        return self.record(run, step_key, JournalEvent(0, events.ENGINE_EVENT, time.time(), text))

    def report_run_canceling(self, run: DagsterRun, message: Optional[str] = None) -> None:
        """Say that a run is being canceled.

        Args:
            run: the run.
            message: what is told; a sentence of Atoll's by default.
        """
        self._tell(run, events.RUN_CANCELING, message or "Sent the request to cancel the run.")

    def report_run_canceled(
        self, dagster_run: DagsterRun, message: Optional[str] = None
    ) -> DagsterEvent:
        """Say that a run was canceled.

        Args:
            dagster_run: the run.
            message: what is told; a sentence of Atoll's by default.
        """
        return self._tell(dagster_run, events.RUN_CANCELED, message or "The run was canceled.")

    def report_run_failed(
        self, dagster_run: DagsterRun, message: Optional[str] = None, job_failure_data: Any = None
    ) -> DagsterEvent:
        """Say that a run failed.

        Args:
            dagster_run: the run.
            message: what is told; a sentence of Atoll's by default.
            job_failure_data: not used.
        """
        return self._tell(dagster_run, events.RUN_FAILURE, message or "The run failed.")

    def report_runless_asset_event(self, asset_event: Any) -> None:
        """Keep a materialization, an observation or what a check found, of no run.

        Raises:
            InvariantError: `instance.bad_event`, it is none of these.
        """
        if isinstance(asset_event, AssetEvent):
            seen = isinstance(asset_event, AssetObservation)
            kind = events.ASSET_OBSERVATION if seen else events.ASSET_MATERIALIZATION
            data = data_of(asset_event)
        elif hasattr(asset_event, "asset_check_key"):
            kind, data = events.ASSET_CHECK_EVALUATION, _evaluation(asset_event)
        else:
            raise InvariantError(
                "%.80r cannot be reported of an asset" % (asset_event,),
                code="instance.bad_event",
                hint="pass an AssetMaterialization, AssetObservation or AssetCheckEvaluation",
            )
        message = "Reported of '%s'." % data["asset_key"]
        self.storage.record("", "", None, JournalEvent(0, kind, time.time(), message, data))

    def get_ref(self) -> Any:
        """No reference to an instance can be passed on.

        Raises:
            InvariantError: `instance.no_ref`.
        """
        raise InvariantError(
            "an instance cannot be passed to another process",
            code="instance.no_ref",
            hint="ask for context.instance where the step runs",
        )

    def dispose(self) -> None:
        """Nothing has to be let go of."""

    def __enter__(self) -> DagsterInstance:
        return self

    def __exit__(self, *_: Any) -> None:
        self.dispose()

    def __repr__(self) -> str:
        return "DagsterInstance(%s)" % ("ephemeral" if self.is_ephemeral else "of the host")


@contextlib.contextmanager
def in_use(instance: DagsterInstance) -> Iterator[DagsterInstance]:
    """Within the block, `DagsterInstance.get()` and `context.instance` are this one."""
    global _current
    before, _current = _current, instance
    try:
        yield instance
    finally:
        _current = before


@contextlib.contextmanager
def instance_for_test(
    overrides: Optional[Mapping[str, Any]] = None,
    set_dagster_home: bool = True,
    temp_dir: Optional[str] = None,
    synchronous_run_launcher: bool = False,
    synchronous_run_coordinator: bool = False,
) -> Iterator[DagsterInstance]:
    """An instance for the block of a test: records in memory, values in a temporary folder.

    Args:
        overrides: settings of a deployment, of which only `python_logs` means something here.
        set_dagster_home: whether `DagsterInstance.get()` gives it within the block.
        temp_dir: the folder for values; it is left as it is.
        synchronous_run_launcher: not used: runs are executed in this process.
        synchronous_run_coordinator: not used, likewise.
    """
    with DagsterInstance.ephemeral(temp_dir, settings=overrides) as instance:
        if not set_dagster_home:
            yield instance
        else:
            with in_use(instance):
                yield instance


def _evaluation(told: Any) -> Dict[str, Any]:
    from atoll.definitions.metadata.values import to_wire

    target = told.target_materialization_data
    return {
        "asset_key": told.asset_key.to_user_string(),
        "check_name": told.check_name,
        "passed": told.passed,
        "metadata": to_wire(told.metadata),
        "severity": told.severity.value,
        "description": told.description,
        "blocking": told.blocking,
        "partition": told.partition,
        "target_materialization_data": target._asdict() if target else None,
    }
