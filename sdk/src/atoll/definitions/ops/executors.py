"""How the steps of a run are executed, as jobs say it.

In Atoll every step has a process of its own, and the host decides when it starts: of an executor,
what counts is how many steps it lets go on at once. `in_process_executor` means one.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional


class ExecutorDefinition:
    """How the steps of a run are executed.

    Args:
        name: shown to people.
        config_schema: its config under `execution`.
        requirements: not used: every executor of Atoll's meets all.
        executor_creation_fn: not used: Atoll executes steps itself.
        description: Markdown.
        config: the config itself, as `configured` gives it.
        max_concurrent: how many steps of a run go on at once; None: what `config` says, or as many
            as the host allows.
    """

    def __init__(
        self,
        name: str,
        config_schema: Any = None,
        requirements: Any = None,
        executor_creation_fn: Optional[Callable[..., Any]] = None,
        description: Optional[str] = None,
        config: Optional[Mapping[str, Any]] = None,
        max_concurrent: Optional[int] = None,
    ):
        self.name = name
        self.config_schema = config_schema
        self.executor_creation_fn = executor_creation_fn
        self.description = description
        self.config: Dict[str, Any] = dict(config or {})
        self._max_concurrent = max_concurrent

    @property
    def max_concurrent(self) -> Optional[int]:
        """How many steps of a run go on at once, or None: as many as the host allows."""
        if self._max_concurrent is not None:
            return self._max_concurrent
        given = self.config.get("max_concurrent")
        nested = self.config.get("multiprocess")
        if given is None and isinstance(nested, Mapping):
            given = nested.get("max_concurrent")
        return given if isinstance(given, int) and given > 0 else None

    def configured(
        self,
        config_or_config_fn: Any,
        name: Optional[str] = None,
        config_schema: Any = None,
        description: Optional[str] = None,
    ) -> ExecutorDefinition:
        """A copy with its config given.

        Args:
            config_or_config_fn: the config, or a function that gives it.
            name: of the copy; its own by default.
            config_schema: of the copy.
            description: of the copy; its own by default.
        """
        config = config_or_config_fn({}) if callable(config_or_config_fn) else config_or_config_fn
        return ExecutorDefinition(
            name or self.name,
            config_schema,
            executor_creation_fn=self.executor_creation_fn,
            description=description or self.description,
            config=config,
            max_concurrent=self._max_concurrent,
        )

    @staticmethod
    def hardcoded_executor(executor: Any) -> ExecutorDefinition:
        """An executor that is an object."""
        return ExecutorDefinition(type(executor).__name__, executor_creation_fn=lambda _: executor)

    def __repr__(self) -> str:
        return "ExecutorDefinition(%r)" % self.name


def executor(name: Any = None, config_schema: Any = None, requirements: Any = None) -> Any:
    """Declare an executor of one's own. It is described; steps are executed by Atoll.

    Args:
        name: shown to people, instead of the function's; or the function, where it is used bare.
        config_schema: its config under `execution`.
        requirements: not used: every executor of Atoll's meets all.
    """

    def build(fn: Callable[..., Any]) -> ExecutorDefinition:
        own = name if isinstance(name, str) else getattr(fn, "__name__", "executor")
        return ExecutorDefinition(own, config_schema, requirements, fn, fn.__doc__)

    return build(name) if callable(name) else build


in_process_executor = ExecutorDefinition(
    "in_process", description="One step after the other.", max_concurrent=1
)
"""One step after the other, each in a process of its own."""
multiprocess_executor = ExecutorDefinition(
    "multiprocess", description="A process for each step, as many at once as are allowed."
)
"""A process for each step; `max_concurrent` of its config says how many at once."""
multi_or_in_process_executor = ExecutorDefinition(
    "multi_or_in_process_executor",
    description="A process for each step, as many at once as are allowed.",
)
"""Of a job that says nothing: as `multiprocess_executor`."""
