"""What a deployment is set to, from `ATOLL_*` variables and the command line.

A plain dataclass, read once at start and handed on; nobody looks at the environment later.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from atoll_server.stored_settings import STORABLE, SettingsError

__all__ = ["RELEASE", "Setting", "Settings", "SettingsError", "prepare_home"]

RELEASE = "0.1.0"
"""Of this wheel; a test compares it with its metadata, whose reading costs a start 30 ms."""

DEFAULT_HOME = ".atoll"
DEFAULT_PORT = 3000
LOOPBACK = frozenset(["127.0.0.1", "::1", "localhost"])
DEFAULT = "default"
OPTION = "option"
STORED = "stored"
_USER_INFO = re.compile(r"(?<=://)[^/]*(?=@)")
_TRUE = frozenset(["1", "true", "yes", "on"])
_FALSE = frozenset(["", "0", "false", "no", "off"])


class Setting(NamedTuple):
    """One setting as it is shown."""

    name: str
    variable: str
    """The environment variable that sets it."""
    value: Any
    """What of it may be shown: never the user and password of a URL."""
    origin: str
    """`default`, `option`, `stored`, or the name of the variable that was set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one deployment."""

    home: Path
    """`ATOLL_HOME`: database, files and environments of the deployment. Absolute."""
    host: str = "127.0.0.1"
    """`ATOLL_HOST`: the address on which the web listens."""
    port: int = DEFAULT_PORT
    """`ATOLL_PORT`: its port; 0 takes a free one."""
    insecure: bool = False
    """`ATOLL_INSECURE`: listen beyond loopback although nobody has to log in."""
    values_url: str = ""
    """`ATOLL_VALUES_URL`: where the default IO manager keeps values."""
    storable: Mapping[str, Any] = field(default_factory=dict)
    """What an engine has where nothing is stored, by the names of `stored_settings`: each may
    come out of its variable, such as `ATOLL_MAX_CONCURRENT_STEPS`."""
    shutdown_grace: int = 10
    """`ATOLL_SHUTDOWN_GRACE`: seconds that running steps have to end when the host is to end."""
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    """By field: where its value comes from, if it is not the default."""

    @property
    def host_file(self) -> Path:
        """Where a running host says how it is reached: `{"url": …, "pid": …}`."""
        return self.home / "host.json"

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can reach the web."""
        return self.host in LOOPBACK

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **chosen: Any) -> Settings:
        """Settings from `ATOLL_*` variables, with what was chosen on the command line on top.

        Args:
            environment: as `os.environ` has it.
            chosen: fields by name; None stands for "not chosen".

        Raises:
            SettingsError: `settings.invalid`, names the variable and what it may be.
        """
        home = Path(environment.get("ATOLL_HOME") or DEFAULT_HOME).expanduser()
        settings = cls(
            home=Path(os.path.abspath(home)),
            host=environment.get("ATOLL_HOST") or cls.host,
            port=_number(environment, "ATOLL_PORT", cls.port, most=65535),
            insecure=_flag(environment, "ATOLL_INSECURE"),
            values_url=environment.get("ATOLL_VALUES_URL", ""),
            storable=_storable(environment),
            shutdown_grace=_number(environment, "ATOLL_SHUTDOWN_GRACE", cls.shutdown_grace),
        )
        options = {name: value for name, value in chosen.items() if value is not None}
        settings = replace(settings, **options, origins=_origins(environment, options))
        if not settings.values_url:
            settings = replace(settings, values_url=str(settings.home / "values"))
        return settings

    def shown(self, stored: Mapping[str, Any] | None = None) -> list[Setting]:
        """Every setting, in order, as people may see it.

        Args:
            stored: what the deployment has stored, which wins.
        """
        stored = stored or {}
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        values = {name: v for name, v in own.items() if name not in ("origins", "storable")}
        values |= {**self.storable, **stored}
        return [
            Setting(
                name,
                "" if "." in name else _variable(name),
                _showable(value),
                STORED if name in stored else self.origins.get(name, DEFAULT),
            )
            for name, value in values.items()
        ]


def prepare_home(home: Path) -> None:
    """Make the deployment's folder, private to its user and unknown to git.

    Raises:
        SettingsError: `settings.invalid`, the folder cannot be made or written to.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise SettingsError(
            f"ATOLL_HOME is {home}, which cannot be used: {error.strerror}"
        ) from None


def _variable(name: str) -> str:
    return f"ATOLL_{name.upper()}"


def _origins(environment: Mapping[str, str], options: Mapping[str, Any]) -> dict[str, str]:
    names = [*(one.name for one in fields(Settings)), *STORABLE]
    variables = {name: _variable(name) for name in names}
    found = {name: variable for name, variable in variables.items() if environment.get(variable)}
    return {**found, **dict.fromkeys(options, OPTION)}


def _storable(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name, row in STORABLE.items():
        if not row.has_members:
            text = environment.get(_variable(name))
            found[name] = row.read(_variable(name), text) if text else row.default
    return found


def _showable(value: Any) -> Any:
    return _USER_INFO.sub("***", str(value)) if isinstance(value, str | Path) else value


def _number(
    environment: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = 10**6
) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f'{name} is a whole number from {least} to {most}, not "{text}"')
    return int(text)


def _flag(environment: Mapping[str, str], name: str, default: bool = False) -> bool:
    text = environment.get(name, "").lower()
    if not text:
        return default
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise SettingsError(f'{name} is 1 or 0, not "{text}"')
