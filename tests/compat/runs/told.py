"""What a scenario is written with: the package that is asked for, and what runs are made of.

A scenario gives back its runs. Each can be played in this process, and tells what is to be declared
and asked for where another process is to play it.
"""

import importlib
import os

dg = importlib.import_module(os.environ.get("PLAYED_PACKAGE", "dagster"))
SCENARIOS = {}
JOB = "played"
"""The job of runs that make assets, where it is a host that plays them."""


class Run:
    """A run to play.

    Args:
        in_process: plays it here; returns its result.
        declares: the `Definitions` that a location needs for it.
        job: what is launched of them.
        **asked: what more is asked for, in the words of `execute_in_process`.
    """

    def __init__(self, in_process, declares, job, **asked):
        self.in_process, self.declares, self.job, self.asked = in_process, declares, job, asked


def scenario(fn):
    """Declare that a function gives back a run to play, or a list of them."""

    def runs():
        given = fn()
        return given if isinstance(given, list) else [given]

    SCENARIOS[fn.__name__] = runs
    return runs


def materialized(assets, selection=None, resources=None, **asked):
    """A run that makes assets."""

    def in_process():
        return dg.materialize(
            assets, selection=selection, resources=resources, raise_on_error=False, **asked
        )

    def declares():
        sort = dg.AssetChecksDefinition
        return dg.Definitions(
            assets=[each for each in assets if not isinstance(each, sort)],
            asset_checks=[each for each in assets if isinstance(each, sort)],
            jobs=[dg.define_asset_job(JOB, selection=selection)],
            resources=resources,
        )

    return Run(in_process, declares, JOB, **asked)


def executed(job, definitions=None, **asked):
    """A run of a job, or of a job by its name among definitions."""

    def in_process():
        found = job if definitions is None else definitions.resolve_job_def(job)
        return found.execute_in_process(raise_on_error=False, **asked)

    def declares():
        return definitions or dg.Definitions(jobs=[job])

    return Run(in_process, declares, job if isinstance(job, str) else job.name, **asked)
