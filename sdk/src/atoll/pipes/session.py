"""`open_pipes_session`: within its block a process outside may do the work of a step."""

from __future__ import annotations

import contextlib
import copy
import datetime
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

from atoll.definitions.metadata.values import normalize
from atoll.definitions.outcomes import MaterializeResult, ReportedResults
from atoll.pipes.injectors import PipesContextInjector
from atoll.pipes.messages import PipesExecutionResult, PipesLaunchedData, PipesMessageHandler
from atoll.pipes.protocol import (
    CONTEXT_VARIABLE,
    MESSAGES_VARIABLE,
    WRITERS,
    PipesContextData,
    PipesExtras,
    PipesParams,
    as_argument,
    context_data,
    encoded,
)
from atoll.pipes.readers import PipesMessageReader


class PipesSession:
    """What a step has to do with a process outside, from before it starts until after it ends.

    Args:
        context_data: what the process is to know of the step.
        message_handler: takes its messages.
        context_injector_params: by which it finds what it is to know.
        message_reader_params: by which it knows where to write.
        context: that of the step.
        created_at: when the session began, for those who read logs from there.
    """

    def __init__(
        self,
        context_data: PipesContextData,
        message_handler: PipesMessageHandler,
        context_injector_params: PipesParams,
        message_reader_params: PipesParams,
        context: Any,
        created_at: Optional[datetime.datetime] = None,
    ):
        self.context_data = context_data
        self.message_handler = message_handler
        self.context_injector_params = context_injector_params
        self.message_reader_params = message_reader_params
        self.context = context
        self.created_at = created_at or datetime.datetime.now()  # noqa: DTZ005 (as Dagster's is)

    @property
    def default_remote_invocation_info(self) -> Dict[str, str]:
        """Tags by which another system can say for which run it works."""
        found = {"dagster/run-id": self.context.run_id, "dagster/job": self.context.job_name}
        return {name: str(value) for name, value in found.items()}

    def get_bootstrap_params(self) -> Mapping[str, Any]:
        """By environment variable, the parameters for the process, before they are encoded."""
        return self._params(self.message_reader_params)

    def get_bootstrap_env_vars(self) -> Mapping[str, str]:
        """The environment variables to start the process with."""
        params = self.get_bootstrap_params()
        return {name: encoded(value) for name, value in params.items()}

    def get_bootstrap_cli_arguments(self) -> Mapping[str, str]:
        """The arguments to start it with, where it cannot be given environment variables."""
        params = self.get_bootstrap_params()
        return {as_argument(name): encoded(value) for name, value in params.items()}

    def get_per_writer_bootstrap_env_vars(self) -> Sequence[Mapping[str, str]]:
        """The environment variables of each process, where there are several."""
        return [{name: encoded(value) for name, value in params.items()} for params in self._each()]

    def get_per_writer_bootstrap_cli_arguments(self) -> Sequence[Mapping[str, str]]:
        """The arguments of each process, where there are several."""
        return [
            {as_argument(name): encoded(value) for name, value in params.items()}
            for params in self._each()
        ]

    def _params(self, messages: PipesParams) -> Dict[str, Any]:
        return {CONTEXT_VARIABLE: self.context_injector_params, MESSAGES_VARIABLE: messages}

    def _each(self) -> List[Dict[str, Any]]:
        found = self.message_reader_params.get(WRITERS) or [self.message_reader_params]
        return [self._params(each) for each in found]

    def get_results(
        self,
        *,
        implicit_materializations: bool = True,
        metadata: Optional[Mapping[str, Any]] = None,
    ) -> Sequence[PipesExecutionResult]:
        """What the step is to return or yield.

        Args:
            implicit_materializations: assets of which the process said nothing are made as well.
            metadata: facts for each of the results.
        """
        found: List[Any] = list(self.message_handler.get_reported_results())
        if implicit_materializations and self.context.has_assets_def:
            told = {each.asset_key for each in found if isinstance(each, MaterializeResult)}
            missing = [key for key in sorted(self.context.selected_asset_keys) if key not in told]
            found += [MaterializeResult(asset_key=key) for key in missing]
        return ReportedResults([_with_metadata(each, metadata) for each in found])

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """What the process has reported, and nothing else."""
        return self.message_handler.get_reported_results()

    def get_custom_messages(self) -> Sequence[Any]:
        """What the process has said with `report_custom_message`."""
        return self.message_handler.get_custom_messages()

    def report_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell the message reader what is known of the process once it runs."""
        self.message_handler.on_launched(launched_payload)


def _with_metadata(result: Any, metadata: Optional[Mapping[str, Any]]) -> Any:
    if not metadata:
        return result
    made = copy.copy(result)
    made.metadata = {**result.metadata, **normalize(metadata)}
    return made


@contextlib.contextmanager
def open_pipes_session(
    context: Any,
    context_injector: PipesContextInjector,
    message_reader: PipesMessageReader,
    extras: Optional[PipesExtras] = None,
) -> Iterator[PipesSession]:
    """Within the block a process outside may do the work of a step.

    Start the process with `session.get_bootstrap_env_vars()`; return or yield
    `session.get_results()` after the block, when all messages have been read.

    Args:
        context: that of the step.
        context_injector: how the process is told what it is to know.
        message_reader: how its messages are read.
        extras: what else it is to know; JSON can say it.

    Raises:
        PipesExecutionError: `pipes.message`, it sent what is no message.
    """
    data = context_data(context, extras)
    handler = PipesMessageHandler(context, message_reader)
    try:
        with context_injector.inject_context(data) as injected, handler.handle_messages() as params:
            yield PipesSession(data, handler, injected, params, context)
    finally:
        if not handler.received_opened_message:
            context.log.warning(
                "[pipes] did not receive any messages from external process; see what it printed, "
                "and whether it calls open_dagster_pipes().\n%s: %s\n%s: %s"
                % (
                    type(context_injector).__name__,
                    context_injector.no_messages_debug_text(),
                    type(message_reader).__name__,
                    message_reader.no_messages_debug_text(),
                )
            )
        elif not handler.received_closed_message:
            context.log.warning(
                "[pipes] did not receive closed message from external process: its last messages "
                "may be lost. Write `with open_dagster_pipes() as pipes:`, or call pipes.close()."
            )
