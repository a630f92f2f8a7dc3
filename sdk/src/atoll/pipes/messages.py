"""`PipesMessageHandler`: what becomes of each message of a process outside."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Union

from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.checks.specs import AssetCheckSeverity
from atoll.definitions.data_versions import DataVersion
from atoll.definitions.keys import AssetKey
from atoll.definitions.outcomes import MaterializeResult
from atoll.errors import PipesExecutionError, nearest
from atoll.pipes.protocol import PipesMessage, PipesParams, metadata_of

if TYPE_CHECKING:
    from atoll.pipes.readers import PipesMessageReader

PipesExecutionResult = Union[MaterializeResult, AssetCheckResult]
"""What a process outside can report."""
PipesLaunchedData = Mapping[str, Any]
"""What the step knows of the process once it runs: `extras`."""


class PipesMessageHandler:
    """Takes the messages of a process: log lines go on at once, results are kept.

    Args:
        context: that of the step.
        message_reader: what reads the messages.
    """

    def __init__(self, context: Any, message_reader: PipesMessageReader):
        self._context = context
        self._message_reader = message_reader
        # Appended by the reader's thread, read by the step's: both are whole operations.
        self._results: List[PipesExecutionResult] = []
        self._custom: List[Any] = []
        self._opened = 0
        self._closed = 0
        self._raised: Optional[BaseException] = None
        self._methods: Dict[str, Any] = {
            "opened": self._handle_opened,
            "closed": self._handle_closed,
            "report_asset_materialization": self._handle_materialization,
            "report_asset_check": self._handle_check,
            "report_custom_message": self._handle_custom,
            "log": self._handle_log,
            "log_external_stream": self._handle_output,
        }

    @contextlib.contextmanager
    def handle_messages(self) -> Iterator[PipesParams]:
        """Within the block messages are read; gives the parameters for the process.

        Raises:
            PipesExecutionError: `pipes.message`, a message was none that is known.
        """
        with self._message_reader.read_messages(self) as params:
            yield params
        if self._raised is not None:
            raise PipesExecutionError(
                "[pipes] a message of the process could not be taken: %s" % self._raised,
                code="pipes.message",
            ) from self._raised

    def handle_message(self, message: PipesMessage) -> None:
        """Take one message; a reader calls it.

        Raises:
            PipesExecutionError: `pipes.message`, its `method` is none that is known.
        """
        if self.received_closed_message:
            self._context.log.warning("[pipes] a message came after the last: %s" % (message,))
        method = message.get("method")
        handle = self._methods.get(str(method))
        if handle is None:
            raise PipesExecutionError(
                "[pipes] the process sent a message of an unknown kind, %r" % (method,),
                code="pipes.message",
                hint=nearest(str(method), list(self._methods)) or None,
            )
        params = message.get("params")
        if method in ("opened", "closed"):
            handle(params)
        else:
            handle(**(params or {}))

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """What the process has reported so far."""
        return tuple(self._results)

    def get_custom_messages(self) -> Sequence[Any]:
        """What the process has said so far with `report_custom_message`."""
        return tuple(self._custom)

    @property
    def received_opened_message(self) -> bool:
        """Whether a process has begun to speak."""
        return self._opened >= 1

    @property
    def received_closed_message(self) -> bool:
        """Whether all processes have said that there is nothing more."""
        return self._closed >= self._message_reader.expected_writer_count

    def report_pipes_framework_exception(self, origin: str, exc_info: Any) -> None:
        """Tell of an error of a reader's own; the step fails with it when the session closes.

        Args:
            origin: what failed.
            exc_info: the error, as `sys.exc_info()` has it.
        """
        self._raised = self._raised or exc_info[1]
        self._context.log.error("[pipes] %s failed" % origin, exc_info=exc_info)

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell the reader what is known of the process."""
        self._message_reader.on_launched(launched_payload)

    def _handle_opened(self, params: Any) -> None:
        self._opened += 1
        if self._opened == 1:
            self._context.log.info("[pipes] external process successfully opened dagster pipes.")
        self._message_reader.on_opened(params or {})

    def _handle_closed(self, params: Any) -> None:
        self._closed += 1
        error = (params or {}).get("exception")
        if error:
            self._context.log.error(
                "[pipes] external process pipes closed with exception\n" + _traceback(error)
            )

    def _handle_materialization(
        self, asset_key: str, metadata: Any = None, data_version: Optional[str] = None
    ) -> None:
        self._results.append(
            MaterializeResult(
                asset_key=AssetKey.from_escaped_user_string(asset_key),
                metadata=metadata_of(metadata),
                data_version=None if data_version is None else DataVersion(data_version),
            )
        )

    def _handle_check(
        self,
        asset_key: str,
        check_name: str,
        passed: bool,
        severity: str = "ERROR",
        metadata: Any = None,
    ) -> None:
        self._results.append(
            AssetCheckResult(
                asset_key=AssetKey.from_escaped_user_string(asset_key),
                check_name=check_name,
                passed=passed,
                severity=AssetCheckSeverity(severity),
                metadata=metadata_of(metadata),
            )
        )

    def _handle_custom(self, payload: Any) -> None:
        self._custom.append(payload)

    def _handle_log(self, message: str, level: str = "info") -> None:
        number = getattr(logging, str(level).upper(), logging.INFO)
        self._context.log.log(number, "%s", message)

    def _handle_output(self, stream: str, text: str, extras: Any = None) -> None:
        print(text, end="", file=sys.stderr if stream == "stderr" else sys.stdout)


def _traceback(error: Any) -> str:
    """An error of the process as Python would print it."""
    before = error.get("cause") or error.get("context")
    text = _traceback(before) + "\nand then:\n\n" if before else ""
    return text + "".join(error.get("stack") or ()) + str(error.get("message") or "")
