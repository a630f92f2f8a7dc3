"""Run config and tags as the command line takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from atoll_server.core.run.config import merge

Command = TypeVar("Command", bound=Callable[..., Any])


def run_config_options(command: Command) -> Command:
    """`--config-json`, `-c` and `--tags`."""
    for decorate in reversed(
        [
            click.option("--config-json", help="Run config as JSON."),
            click.option(
                "-c",
                "--config",
                "config_files",
                multiple=True,
                type=click.Path(exists=True, dir_okay=False),
                help="A YAML or JSON file with run config; later ones go over earlier ones.",
            ),
            click.option("--tags", multiple=True, help="NAME=VALUE, or a JSON object."),
        ]
    ):
        command = decorate(command)
    return command


def read_config(config_json: str | None, files: tuple[str, ...]) -> dict[str, Any]:
    """One run config out of files, later ones over earlier ones, and the JSON over all."""
    config: dict[str, Any] = {}
    for path in files:
        config = merge(config, _read_file(path))
    if config_json is not None:
        config = merge(config, _object(config_json, "--config-json"))
    return config


def read_tags(texts: tuple[str, ...]) -> dict[str, str]:
    """Tags out of `NAME=VALUE` and JSON objects."""
    tags: dict[str, str] = {}
    for text in texts:
        if text.lstrip().startswith("{"):
            tags.update({k: str(v) for k, v in _object(text, "--tags").items()})
            continue
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f'expected NAME=VALUE, not "{text}"', param_hint="--tags")
        tags[name] = value
    return tags


def _object(text: str, option: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint=option) from None
    if not isinstance(value, dict):
        raise click.BadParameter("expected a JSON object", param_hint=option)
    return value


def _read_file(path: str) -> dict[str, Any]:
    import yaml

    try:
        with open(path, encoding="utf-8") as file:
            value = yaml.safe_load(file)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="-c") from None
    if value is not None and not isinstance(value, dict):
        raise click.BadParameter(f"{path}: expected a mapping", param_hint="-c")
    return value or {}
