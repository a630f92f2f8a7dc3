"""`reconstructable`: a job that any process can find again by its module and name."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.collection import Definitions
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.definitions.repository import RepositoryDefinition
from atoll.errors import InvariantError


class ReconstructableJob:
    """A job that is made when it is asked for. Made by `reconstructable`.

    Attributes:
        op_selection: the ops of it that are executed; None: all.
        asset_selection: the assets of it that are made; None: all.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        op_selection: Optional[Iterable[str]] = None,
        asset_selection: Optional[Iterable[Any]] = None,
    ):
        self._make = make
        self._made: Optional[JobDefinition] = None
        self.op_selection = None if op_selection is None else set(op_selection)
        self.asset_selection = None if asset_selection is None else set(asset_selection)

    @property
    def job_name(self) -> str:
        """The name of the job."""
        name: str = self.get_definition().name
        return name

    def get_definition(self) -> JobDefinition:
        """The job; it is made once.

        Raises:
            InvariantError: `reconstruct.not_a_job`, the function gives back something else.
        """
        if self._made is None:
            job = _job_of(self._make())
            chosen = (self.op_selection, self.asset_selection)
            if chosen != (None, None):
                job = job.get_subset(op_selection=chosen[0], asset_selection=chosen[1])
            self._made = job
        return self._made

    def get_subset(
        self,
        *,
        op_selection: Optional[Iterable[str]] = None,
        asset_selection: Optional[Iterable[Any]] = None,
    ) -> ReconstructableJob:
        """A copy that executes some of its ops, or makes some of its assets, only."""
        return ReconstructableJob(self._make, op_selection, asset_selection)

    def __repr__(self) -> str:
        return "reconstructable(%r)" % (self._make,)


def reconstructable(target: Any) -> ReconstructableJob:
    """Say how a job is found, for `execute_job`.

    Atoll executes it in this process. What is passed here must be findable from another one all
    the same, so that code means the same wherever it runs.

    Args:
        target: what `@job` made of a function of a module, or a function of a module that takes
            nothing and gives back a job.

    Raises:
        InvariantError: `reconstruct.*`, another process could not find it, or it gives back
            something else.
    """
    if isinstance(target, JobDefinition):
        fn = getattr(target.graph, "composition_fn", None)
        if fn is None:
            raise _refused(
                "the job '%s' was made by a class and belongs to no function" % target.name,
                "not_a_function",
            )
        _check_place(fn)
        return ReconstructableJob(lambda: target)
    if not callable(target):
        raise _refused("%.80r is no function and no job" % (target,), "not_a_function")
    _check_place(target)
    _check_parameters(target)
    found = ReconstructableJob(target)
    found.get_definition()
    return found


def build_reconstructable_job(
    reconstructor_module_name: str,
    reconstructor_function_name: str,
    reconstructable_args: Optional[Sequence[Any]] = None,
    reconstructable_kwargs: Optional[Mapping[str, Any]] = None,
    reconstructor_working_directory: Optional[str] = None,
) -> ReconstructableJob:
    """Say how a job is made, for `execute_job`: by a function that takes arguments.

    Args:
        reconstructor_module_name: the module of the function.
        reconstructor_function_name: the function; gives back a job.
        reconstructable_args: its arguments.
        reconstructable_kwargs: its arguments by name.
        reconstructor_working_directory: from where the module is imported, if it is not
            installed.
    """
    arguments, named = tuple(reconstructable_args or ()), dict(reconstructable_kwargs or {})

    def make() -> Any:
        folder = reconstructor_working_directory
        if folder is not None and folder not in sys.path:
            sys.path.insert(0, folder)
        module = importlib.import_module(reconstructor_module_name)
        return getattr(module, reconstructor_function_name)(*arguments, **named)

    return ReconstructableJob(make)


def _check_place(fn: Any) -> None:
    """Whether a function has a place in a module."""
    name = getattr(fn, "__name__", repr(fn))
    if name == "<lambda>":
        raise _refused("a lambda has no name by which it could be found", "not_a_function")
    module = inspect.getmodule(fn)
    if module is None or (module.__name__ == "__main__" and not hasattr(module, "__file__")):
        raise _refused(
            "'%s' is defined in an interactive session" % name,
            "interactive",
            "write it into a file; here, call job.execute_in_process()",
        )
    if "<locals>" in getattr(fn, "__qualname__", ""):
        raise _refused("'%s' is defined within another function" % name, "not_in_module")


def _check_parameters(fn: Any) -> None:
    required: List[str] = [
        one.name
        for one in inspect.signature(fn).parameters.values()
        if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
    ]
    if required:
        raise _refused(
            "'%s' takes %s, which nobody passes" % (fn.__name__, ", ".join(required)),
            "takes_arguments",
            "write build_reconstructable_job(module, function, args) for a function with arguments",
        )


def _job_of(found: Any) -> JobDefinition:
    if isinstance(found, GraphDefinition):
        found = found.to_job()
    if isinstance(found, (Definitions, RepositoryDefinition)):
        shown = found if isinstance(found, Definitions) else found.definitions
        jobs = shown.resolve_all_job_defs()
        found = jobs[0] if len(jobs) == 1 else None
    if not isinstance(found, JobDefinition):
        raise _refused(
            "a job was to be given back, not %.80r" % (found,),
            "not_a_job",
            "give back what @job made, or what Definitions.resolve_job_def(name) gives",
        )
    return found


def _refused(message: str, reason: str, hint: Optional[str] = None) -> InvariantError:
    return InvariantError(
        message,
        code="reconstruct." + reason,
        hint=hint
        or "pass a @job function of a module, or a function of a module that takes "
        "nothing and gives back a job",
    )
