"""Components that run a script, which reports by pipes what it has made."""

from __future__ import annotations

import shutil
import sys
from typing import Any, Callable, List

from atoll.components.executable import ExecutableComponent, ScriptSpec
from atoll.errors import DefinitionError


class PythonScriptComponent(ExecutableComponent):
    """Assets and checks that a Python script makes; it runs in this location's environment.

    Attributes:
        execution: the script.
    """

    execution: ScriptSpec

    @property
    def op_spec(self) -> ScriptSpec:
        """What it says of its step; by itself named as the script."""
        if self.execution.name:
            return self.execution
        stem = self.execution.path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        return self.execution.model_copy(update={"name": stem or self.execution.path})

    def program(self) -> List[str]:
        """What runs the script: this process's own interpreter."""
        return [sys.executable]

    def function(self, context: Any) -> Callable[..., Any]:
        """A function that runs the script, and gives what it has reported."""
        folder = str(context.path)

        def run_script(context):  # type: ignore[no-untyped-def]
            from atoll.pipes.subprocess_client import PipesSubprocessClient

            command = self.execution.command(self.program(), folder)
            return list(PipesSubprocessClient().run(context=context, command=command).get_results())

        return run_script


class UvRunComponent(PythonScriptComponent):
    """The same by `uv run`, in the environment that the script's head describes."""

    def program(self) -> List[str]:
        """`uv run`.

        Raises:
            DefinitionError: `component.not_installed`, there is no uv.
        """
        uv = shutil.which("uv")
        if uv is None:
            raise DefinitionError(
                "uv is not installed, and UvRunComponent runs '%s' with it" % self.execution.path,
                code="component.not_installed",
                hint="install uv, or use PythonScriptComponent",
            )
        return [uv, "run"]
