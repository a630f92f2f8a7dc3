"""Run config and tags as the command line takes them."""

from __future__ import annotations

import json
from typing import Any

import click

_MAX_DEPTH = 50


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


def merge(below: dict[str, Any], above: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """`above` over `below`, mapping by mapping."""
    if depth > _MAX_DEPTH:
        return above
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = merge(old, value, depth + 1) if both else value  # type: ignore[arg-type]
    return merged


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
