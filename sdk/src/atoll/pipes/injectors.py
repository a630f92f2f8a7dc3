"""How a process outside is told what it is to know of its step."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from abc import ABC, abstractmethod
from typing import Any, Iterator

from atoll.pipes.protocol import PipesContextData, PipesParams


class PipesContextInjector(ABC):
    """Puts what a process is to know where the process finds it."""

    @abstractmethod
    def inject_context(self, context_data: PipesContextData) -> Any:
        """A context manager: within the block the data lies ready.

        Args:
            context_data: JSON can say all of it.

        Yields:
            parameters by which the process finds it; JSON can say them too.
        """

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """Where the data was put, for the case that the process says nothing."""


class PipesFileContextInjector(PipesContextInjector):
    """Writes it into a file, which is removed in the end.

    Args:
        path: the file.
    """

    def __init__(self, path: str):
        self._path = os.fspath(path)

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        """Write the file."""
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump(context_data, file)
        try:
            yield {"path": self._path}
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        """The file's path."""
        return "Attempted to inject context via file %s" % self._path


class PipesTempFileContextInjector(PipesContextInjector):
    """Writes it into a temporary file."""

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        """Write the file."""
        with tempfile.TemporaryDirectory() as folder:
            inner = PipesFileContextInjector(os.path.join(folder, "context"))
            with inner.inject_context(context_data) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        """That it was a temporary file."""
        return "Attempted to inject context via a temporary file."


class PipesEnvContextInjector(PipesContextInjector):
    """Gives it with the parameters themselves, mostly in an environment variable."""

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        """Give the data as a parameter."""
        yield {"data": dict(context_data)}

    def no_messages_debug_text(self) -> str:
        """That it was given directly."""
        return "Attempted to inject context directly, typically as an environment variable."
