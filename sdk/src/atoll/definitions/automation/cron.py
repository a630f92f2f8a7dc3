"""Cron strings and time zones of declarations: told at once where they cannot be meant."""

from __future__ import annotations

from typing import Any, List, Optional

from atoll.definitions.source import Source
from atoll.errors import DefinitionError, ParameterError
from atoll_wire.cron import CronError, cron
from atoll_wire.zones import UnknownTimezone, zone


def check_crons(given: Any, what: str, source: Source) -> List[str]:
    """The cron strings of an argument that takes one or several.

    Args:
        what: whose they are, for the message.

    Raises:
        ParameterError: `parameter.type`, it is no text.
        DefinitionError: `definition.bad_cron`.
    """
    if not isinstance(given, (str, list, tuple)):
        raise ParameterError(
            "the cron_schedule of %s is %.80r, not text" % (what, given),
            hint="write cron_schedule='0 6 * * *' for every day at six",
        )
    found = [given] if isinstance(given, str) else list(given)
    if not found:
        raise DefinitionError(
            "%s has an invalid cron schedule: an empty list" % what,
            code="definition.bad_cron",
            source=source,
        )
    for text in found:
        check_cron(text, what, source)
    return found


def check_cron(text: Any, what: str, source: Source) -> str:
    """`text`, if it is a cron string.

    Raises:
        ParameterError: `parameter.type`, it is no text.
        DefinitionError: `definition.bad_cron`.
    """
    if not isinstance(text, str):
        raise ParameterError("the cron_schedule of %s holds %.80r, not text" % (what, text))
    try:
        cron(text)
    except CronError as error:
        raise DefinitionError(
            "%s has an invalid cron schedule: %s" % (what, error),
            code="definition.bad_cron",
            hint="write five fields: minute, hour, day of month, month, day of week",
            source=source,
        ) from None
    return text


def check_timezone(name: Optional[str], what: str, source: Source) -> Optional[str]:
    """`name`, if it names a time zone, such as `Europe/Berlin`.

    Raises:
        ParameterError: `parameter.type`, it is no text.
        DefinitionError: `definition.bad_timezone`.
    """
    if name is None:
        return None
    if not isinstance(name, str):
        raise ParameterError("the time zone of %s is %.80r, not text" % (what, name))
    try:
        zone(name)
    except UnknownTimezone as error:
        raise DefinitionError(
            "the time zone of %s: %s" % (what, error),
            code="definition.bad_timezone",
            source=source,
        ) from None
    return name


def check_cron_argument(text: Any, timezone: Optional[str], what: str) -> None:
    """Refuse a cron string or a time zone that a function was called with.

    Raises:
        ParameterError: `definition.bad_cron` or `definition.bad_timezone`.
    """
    try:
        check_cron(text, what, None)
        check_timezone(timezone, what, None)
    except DefinitionError as error:
        raise ParameterError(error.message, code=error.code, hint=error.hint) from None
