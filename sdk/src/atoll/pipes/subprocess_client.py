"""`PipesSubprocessClient`: the process outside is a child of the step's own."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any, Dict, Mapping, Optional, Sequence, Union

from atoll.errors import ExecutionInterrupted, PipesExecutionError
from atoll.pipes.client import PipesClient, PipesClientCompletedInvocation
from atoll.pipes.injectors import PipesContextInjector, PipesTempFileContextInjector
from atoll.pipes.protocol import PipesExtras
from atoll.pipes.readers import PipesMessageReader, PipesTempFileMessageReader
from atoll.pipes.session import open_pipes_session


class PipesSubprocessClient(PipesClient):
    """Starts a command, which speaks by files.

    The child belongs to the process group of the step's worker: when that is killed, so is it.

    Args:
        env: environment variables of the child, beside those of the worker.
        cwd: the folder in which it starts.
        context_injector: how it is told what it is to know; by itself in a temporary file.
        message_reader: how its messages are read; by itself from a temporary file.
        forward_termination: it is interrupted (SIGINT) when the step is canceled.
        forward_stdio: what it prints is what the step prints; else it is thrown away.
        termination_timeout_seconds: how long it has then to end, before it is killed.
    """

    __atoll_resource__ = True
    """A parameter of this type takes a resource."""

    def __init__(
        self,
        env: Optional[Mapping[str, str]] = None,
        cwd: Optional[str] = None,
        context_injector: Optional[PipesContextInjector] = None,
        message_reader: Optional[PipesMessageReader] = None,
        forward_termination: bool = True,
        forward_stdio: bool = True,
        termination_timeout_seconds: float = 20,
    ):
        self.env: Dict[str, str] = dict(env or {})
        self.cwd = cwd
        self.context_injector = context_injector or PipesTempFileContextInjector()
        self.message_reader = message_reader or PipesTempFileMessageReader()
        self.forward_termination = forward_termination
        self.forward_stdio = forward_stdio
        self.termination_timeout_seconds = termination_timeout_seconds

    def run(  # type: ignore[override]
        self,
        *,
        context: Any,
        extras: Optional[PipesExtras] = None,
        command: Union[str, Sequence[str]],
        env: Optional[Mapping[str, str]] = None,
        cwd: Optional[str] = None,
    ) -> PipesClientCompletedInvocation:
        """Start a command, and wait for its end.

        Args:
            context: that of the step.
            extras: what else the child is to know; JSON can say it.
            command: as `subprocess.Popen` takes it.
            env: more environment variables.
            cwd: the folder in which it starts, instead of the client's.

        Raises:
            PipesExecutionError: `pipes.exit_code`, it did not end well; `pipes.message`.
        """
        with open_pipes_session(
            context, self.context_injector, self.message_reader, extras
        ) as session:
            output = None if self.forward_stdio else subprocess.DEVNULL
            child = subprocess.Popen(
                command,
                cwd=cwd or self.cwd,
                env={**os.environ, **self.env, **(env or {}), **session.get_bootstrap_env_vars()},
                stdout=output,
                stderr=output,
            )
            self._wait(child, context)
            if child.returncode != 0:
                raise _not_well(child)
        return PipesClientCompletedInvocation(session)

    def _wait(self, child: subprocess.Popen[bytes], context: Any) -> None:
        try:
            child.wait()
        except (ExecutionInterrupted, KeyboardInterrupt):
            if self.forward_termination:
                context.log.info("[pipes] execution interrupted, sending SIGINT to subprocess.")
                child.send_signal(signal.SIGINT)
                try:
                    child.wait(timeout=self.termination_timeout_seconds)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
            raise


def _not_well(child: subprocess.Popen[bytes]) -> PipesExecutionError:
    code = child.returncode
    if code < 0:
        how = "was ended by %s" % signal.Signals(-code).name
    else:
        how = "failed with code %d" % code
    return PipesExecutionError(
        "External execution process %s" % how,
        code="pipes.exit_code",
        hint="what it printed is in the step's stderr",
    )
