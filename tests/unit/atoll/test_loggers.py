from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

import atoll
from atoll import Field, LoggerDefinition, build_init_logger_context, config_mapping, logger


@logger({"name": Field(str, default_value="mine"), "level": int})
def mine(context: atoll.InitLoggerContext) -> logging.Logger:
    return logging.Logger(context.logger_config["name"], context.logger_config["level"])


def test_a_function_makes_a_logger_of_its_config() -> None:
    made = mine(build_init_logger_context({"level": 10}))

    assert (made.name, made.level) == ("mine", 10)
    assert mine.configured({"level": 30})(None).level == 30
    assert isinstance(mine, LoggerDefinition)
    with pytest.raises(atoll.ConfigError, match="'level' is missing"):
        mine(None)
    for wrong in (lambda: mine(), lambda: mine(None, None), lambda: mine(contxt=None)):
        with pytest.raises(atoll.InvocationError):
            wrong()
    with pytest.raises(atoll.InvariantError):
        _ = build_init_logger_context().logger_def


@pytest.mark.parametrize(
    "definition", [atoll.colored_console_logger, atoll.json_console_logger], ids=["colored", "json"]
)
def test_console_loggers_tell_what_is_at_their_level(definition: Any) -> None:
    made = definition(build_init_logger_context({"log_level": "WARNING", "name": "n"}))
    stream = made.handlers[0].stream = io.StringIO()

    made.info("not this")
    made.error("but %s", "that")

    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert "but that" in lines[0]
    assert "not this" not in lines[0]
    with pytest.raises(atoll.ConfigError, match="no log level"):
        definition(build_init_logger_context({"log_level": "LOUD"}))


def test_lines_of_json_are_json_whatever_they_carry() -> None:
    made = atoll.json_console_logger(build_init_logger_context({}))
    stream = made.handlers[0].stream = io.StringIO()  # type: ignore[attr-defined]

    made.error("x", extra={"odd": object()})

    found = json.loads(stream.getvalue())
    assert (found["message"], found["levelname"]) == ("x", "ERROR")


def test_the_default_loggers() -> None:
    assert atoll.default_loggers() == {"console": atoll.colored_console_logger}
    ((definition, config),) = atoll.default_system_loggers(None)
    assert definition is atoll.colored_console_logger
    assert config["log_level"] == "DEBUG"


def test_a_mapping_makes_the_config_of_parts() -> None:
    class Whole(atoll.Config):
        n: int = 2

    @config_mapping
    def typed(config: Whole) -> Any:
        return {"part": {"config": {"n": config.n + 1}}}

    @config_mapping(config_schema={"n": int})
    def plain(config: Any) -> Any:
        return {"part": {"config": {"n": config["n"]}}}

    assert typed.resolve_from_unvalidated_config({}) == {"part": {"config": {"n": 3}}}
    assert plain.resolve_from_unvalidated_config({"n": 1}) == {"part": {"config": {"n": 1}}}
    assert plain.configured({"n": 4}).resolve_from_unvalidated_config({}) == {
        "part": {"config": {"n": 4}}
    }
    with pytest.raises(atoll.ConfigError, match="root:n"):
        plain.resolve_from_unvalidated_config({"n": "x"})
    with pytest.raises(atoll.ParameterError):
        atoll.ConfigMapping(3)  # type: ignore[arg-type]
    with pytest.raises(atoll.ParameterError):
        config_mapping(config_schema={"n": int})(_takes_whole)


def _takes_whole(config: _Whole) -> Any:
    return {}


class _Whole(atoll.Config):
    n: int = 2
