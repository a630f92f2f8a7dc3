"""Loggers that a run's config names are told what its steps log."""

from __future__ import annotations

import logging
from typing import Any, List, Tuple

import pytest

from atoll import (
    ConfigError,
    DagsterInstance,
    Definitions,
    asset,
    define_asset_job,
    job,
    logger,
    op,
)
from atoll_wire.recorded import EventQuery


def told() -> Tuple[Any, List[logging.LogRecord]]:
    """A logger definition, and the records that it has been told."""
    records: List[logging.LogRecord] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    @logger(config_schema={"name": str})
    def kept(context: Any) -> logging.Logger:
        made = logging.Logger(context.logger_config["name"])
        made.addHandler(Kept())
        return made

    return kept, records


@op
def greet(context: Any) -> None:
    context.log.info("50%% off for %s", "Ann", extra={"customer": 7})


def test_a_jobs_logger_is_told_what_ops_log() -> None:
    kept, records = told()

    @job(logger_defs={"kept": kept})
    def greetings() -> None:
        greet()

    result = greetings.execute_in_process(
        run_config={"loggers": {"kept": {"config": {"name": "mine"}}}}
    )

    (record,) = records
    said = "greetings - %s - greet - 50%% off for Ann" % result.run_id
    assert (record.name, record.levelno, record.getMessage()) == ("mine", logging.INFO, said)
    assert vars(record)["customer"] == 7


def test_what_is_given_as_extra_is_kept_with_the_event() -> None:
    @job
    def greetings() -> None:
        greet()

    instance = DagsterInstance.ephemeral()
    run_id = greetings.execute_in_process(instance=instance).run_id

    (line,) = instance.storage.events(EventQuery(run_id=run_id, kinds=["LOG"]))
    assert line.event.data["extra"] == {"customer": 7}


def test_a_locations_logger_serves_its_asset_jobs() -> None:
    kept, records = told()

    @asset
    def a(context: Any) -> None:
        context.log.warning("low")

    defs = Definitions([a], jobs=[define_asset_job("all")], loggers={"kept": kept})
    config = {"loggers": {"kept": {"config": {"name": "mine"}}}}

    assert defs.get_job_def("all").execute_in_process(run_config=config).success
    assert [record.levelname for record in records] == ["WARNING"]


@pytest.mark.parametrize(
    "entry", [{"kep": {}}, {"kept": {"config": {"name": 1}}}, {"kept": {"config": {}}}]
)
def test_config_that_does_not_fit_a_logger_is_told(entry: Any) -> None:
    kept, _ = told()

    @job(logger_defs={"kept": kept})
    def greetings() -> None:
        greet()

    with pytest.raises(ConfigError, match="loggers"):
        greetings.execute_in_process(run_config={"loggers": entry})
