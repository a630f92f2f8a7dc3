"""`python_logs` of an instance: which of Python's loggers a run in this process records."""

import logging

import pytest

from atoll import asset, instance_for_test, materialize
from atoll.errors import ConfigError

ELSEWHERE = logging.getLogger("elsewhere.deep")


@asset
def one(context):
    ELSEWHERE.warning("from elsewhere")
    context.log.info("from the context")


def recorded(**settings):
    """The lines that a run of `one` records."""
    with instance_for_test(overrides={"python_logs": settings}) as instance:
        run = materialize([one], instance=instance)
        logs = instance.all_logs(run.run_id)
    return [entry.user_message for entry in logs if not entry.dagster_event]


@pytest.mark.parametrize(
    ("managed", "lines"),
    [
        ([], ["from the context"]),
        (["another"], ["from the context"]),
        (["elsewhere"], ["from elsewhere", "from the context"]),
        (["root", "elsewhere"], ["from elsewhere", "from the context"]),
    ],
)
def test_lines_of_managed_loggers_are_recorded_once(managed, lines):
    assert recorded(managed_python_loggers=managed) == lines


def test_lines_below_the_level_are_not_recorded_and_levels_are_put_back():
    before = ELSEWHERE.level
    managed = ["elsewhere.deep"]
    assert recorded(managed_python_loggers=managed, python_log_level="WARNING") == [
        "from elsewhere"
    ]
    assert ELSEWHERE.level == before
    assert recorded() == ["from the context"]


def test_handlers_are_told_who_says_what(capsys):
    handlers = {
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "level": "INFO",
                "formatter": "short",
            }
        },
        "formatters": {"short": {"format": "%(levelname)s! %(message)s"}},
    }
    recorded(dagster_handler_config=handlers)
    line = capsys.readouterr().out.strip()
    assert line.startswith("INFO! __ephemeral_asset_job__ - ")
    assert line.endswith(" - one - from the context")


def test_a_setting_or_a_level_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="dagster_handler_config has no setting 'loggers'"):
        recorded(dagster_handler_config={"loggers": {}})
    with pytest.raises(ConfigError, match="no log level 'LOUD'"):
        recorded(python_log_level="LOUD")


def test_a_run_tells_its_events_and_lines_on_stderr_as_they_come(capsys):
    recorded()
    lines = [line.split(" - ", 3)[1:] for line in capsys.readouterr().err.splitlines()]
    assert {name for name, _, _ in lines} == {"atoll"}
    told = [(level, text.split(" - ")[-2]) for _, level, text in lines]
    assert told.index(("DEBUG", "STEP_START")) < told.index(("INFO", "one"))
    assert told.index(("INFO", "one")) < told.index(("DEBUG", "STEP_SUCCESS"))


def test_the_level_of_the_settings_is_that_of_stderr(capsys):
    recorded(python_log_level="INFO")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(" - one - from the context")
