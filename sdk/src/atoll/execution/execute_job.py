"""`execute_job`: a job, or steps of an earlier run of it, with values stored as they always are."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from atoll.definitions.config.run_config import CoercibleToRunConfig, run_config_dict
from atoll.definitions.parameters import check_type
from atoll.errors import InvariantError
from atoll.execution.jobs import run_job
from atoll.execution.reconstruct import ReconstructableJob
from atoll.execution.reexecution import ReexecutionOptions, parent_run, reexecution
from atoll.execution.result import RunResult
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.instance.instance import DagsterInstance


class JobExecutionResult(RunResult):
    """What came of a run by `execute_job`.

    What its ops gave back is kept for as long as it is open:
    `with execute_job(...) as result:`.
    """

    _is_open = False

    @classmethod
    def of(cls, run: RunResult) -> JobExecutionResult:
        """What came of a run, with what its ops gave back."""
        return cls(run.dagster_run, run.all_events, run._values, run._keys, run.job_def)

    def __enter__(self) -> JobExecutionResult:
        self._is_open = True
        return self

    def __exit__(self, *_: Any) -> None:
        self._is_open = False
        self._values = {}

    def _value(self, step: str, output_name: str) -> Any:
        if not self._is_open:
            raise InvariantError(
                "the result of execute_job is not open, so it has no values",
                code="result.not_open",
                hint="write: with execute_job(...) as result:",
            )
        return super()._value(step, output_name)


def execute_job(
    job: ReconstructableJob,
    instance: DagsterInstance,
    run_config: CoercibleToRunConfig = None,
    tags: Optional[Mapping[str, str]] = None,
    raise_on_error: bool = False,
    op_selection: Optional[Sequence[str]] = None,
    reexecution_options: Optional[ReexecutionOptions] = None,
    asset_selection: Optional[Sequence[Any]] = None,
) -> JobExecutionResult:
    """Run a job, with every value stored by its IO manager as in a deployment.

    It runs in this process, one step after the other, whatever executor the job names: a
    separate process for each step would keep what a step does to memory from the next, and
    would let independent steps run at once. Values are the same, for they go through the IO
    managers. `atoll job launch` runs it in a deployment, with a process for each step.

    Args:
        job: `reconstructable(the_job)`.
        instance: takes the run and its events.
        run_config: a `RunConfig` or a dict; the earlier run's, where one is executed again.
        tags: more tags of the run.
        raise_on_error: whether an exception of the user's code comes out of this call.
        op_selection: names of the ops to run; all by default.
        reexecution_options: which steps of an earlier run to execute again; values that these
            need of other steps are those that the earlier run has stored.
        asset_selection: the assets to make, of a job that makes assets; all by default.

    Raises:
        InvariantError: `reexecution.*` or `instance.unknown_run`.
        StepNotFoundError: `selection.unknown_step`, the earlier run has no such step.
    """
    hint = "write execute_job(reconstructable(job), instance)"
    check_type(job, "execute_job(job=...)", ReconstructableJob, hint)
    check_type(instance, "execute_job(instance=...)", DagsterInstance, hint)
    options, parent, again = reexecution_options, None, None
    if options is not None:
        if op_selection is not None:
            raise InvariantError(
                "execute_job was given both op_selection and reexecution_options",
                code="reexecution.two_selections",
                hint="write ReexecutionOptions(parent_run_id, step_selection=[...])",
            )
        earlier = parent = parent_run(instance, options.parent_run_id)
        op_selection, asset_selection = earlier.op_selection, _listed(earlier.asset_selection)
        run_config = earlier.run_config if run_config is None else run_config

        def again(steps: Any) -> Any:
            return reexecution(options, instance, earlier, steps)

    return JobExecutionResult.of(
        run_job(
            _with_files(job.get_definition(), run_config_dict(run_config)),
            run_config=run_config,
            tags=tags or {},
            instance=instance,
            raise_on_error=raise_on_error,
            op_selection=op_selection if op_selection is not None else _listed(job.op_selection),
            asset_selection=asset_selection,
            parent=parent,
            again=again,
        )
    )


def _with_files(job: Any, run_config: Mapping[str, Any]) -> Any:
    """The job, with `fs_io_manager` where it names none and its run says where files are."""
    if job.is_asset_job or DEFAULT_IO_MANAGER not in (run_config.get("resources") or {}):
        return job
    from atoll.io.filesystem import fs_io_manager

    return job.with_top_level_resources({DEFAULT_IO_MANAGER: fs_io_manager})


def _listed(given: Any) -> Any:
    return None if given is None else sorted(given, key=str)
