"""What names, groups, tags, kinds and owners may look like; told clearly where they do not."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.source import Source
from atoll.errors import DefinitionError
from atoll_wire.keys import is_name

_TAG_PART = re.compile(r"[A-Za-z0-9_.\-/]{1,127}\Z")
_TAG_NAME = re.compile(r"([A-Za-z0-9_.\-]{1,63}/|dagster/kind/)?[A-Za-z0-9_.\-]{1,63}\Z")
_TAG_TEXT = re.compile(r"[A-Za-z0-9_.\-]{0,63}\Z")
_KIND = re.compile(r"[A-Za-z0-9_.\- ]{1,63}\Z")
_TEAM = re.compile(r"team:.*\S.*\Z")
_MOST_KINDS = 10
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z")

LATER = {
    "partitions_def": "partitioned assets",
    "backfill_policy": "backfills",
    "automation_condition": "declarative automation",
    "auto_materialize_policy": "declarative automation",
    "freshness_policy": "freshness policies",
    "legacy_freshness_policy": "freshness policies",
    "check_specs": "asset checks",
    "hooks": "hooks",
    "partition_mapping": "partitioned assets",
    "executor_def": "executors",
    "op_retry_policy": "retry policies of jobs",
    "schedules": "schedules",
    "sensors": "sensors",
    "asset_checks": "asset checks",
    "executor": "executors",
    "loggers": "loggers",
}


def refuse_later(source: Source, arguments: Mapping[str, Any]) -> None:
    """Raise for arguments that this release does not support yet, unless they are empty."""
    for name, value in arguments.items():
        if value is None or (isinstance(value, (list, tuple, dict, set)) and not value):
            continue
        raise DefinitionError(
            "'%s' is not supported yet: %s come in a later release of Atoll"
            % (name, LATER.get(name, "these")),
            code="definition.not_supported_yet",
            hint="leave '%s' out for now" % name,
            source=source,
        )


def check_name(name: str, what: str, source: Source) -> str:
    """`name`, if it may name a step, a resource or a group."""
    if not isinstance(name, str) or not is_name(name):
        raise DefinitionError(
            "%r cannot name %s: only letters, digits and underscores may" % (name, what),
            code="definition.bad_name",
            hint="for a path of several parts use key_prefix=[...] or key='a/b'"
            if "/" in str(name)
            else None,
            source=source,
        )
    return name


def check_group(name: Optional[str], source: Source) -> Optional[str]:
    """`name`, if it may name a group."""
    if name is None:
        return None
    if name == "":
        raise DefinitionError(
            "a group's name may not be empty; leave group_name out for the group 'default'",
            code="definition.bad_name",
            source=source,
        )
    for part in name.split("/") if isinstance(name, str) else (name,):
        check_name(part, "a group", source)
    return name


def check_tags(tags: Optional[Mapping[str, str]], source: Source) -> Dict[str, str]:
    """`tags` as a dict, if names and values may be tags."""
    if not tags:
        return {}
    for name, value in tags.items():
        if not isinstance(name, str) or not _TAG_PART.match(name):
            raise DefinitionError(
                "%r cannot name a tag: 1 to 127 letters, digits, '_', '-', '.', '/'" % (name,),
                code="definition.bad_tag",
                source=source,
            )
        if not isinstance(value, str):
            raise DefinitionError(
                "the value of tag '%s' is %r, not a string" % (name, value),
                code="definition.bad_tag",
                hint="write it as a string: %r" % str(value),
                source=source,
            )
    return dict(tags)


def check_asset_tags(tags: Mapping[str, str], source: Source) -> Dict[str, str]:
    """`tags` as a dict, if they may be tags of an asset: these are short labels."""
    for name, value in check_tags(tags, source).items():
        if not _TAG_NAME.match(name):
            raise DefinitionError(
                "%r cannot name a tag of an asset: 1 to 63 letters, digits, '_', '-', '.', with "
                "as many and a '/' before them" % (name,),
                code="definition.bad_tag",
                source=source,
            )
        if not _TAG_TEXT.match(value):
            raise DefinitionError(
                "%r cannot be the value of the tag '%s' of an asset: up to 63 letters, digits, "
                "'_', '-', '.'" % (value, name),
                code="definition.bad_tag",
                hint="metadata takes any text",
                source=source,
            )
    return dict(tags)


def check_owners(owners: Optional[Sequence[str]], source: Source) -> List[str]:
    """`owners` as a list, if each is an e-mail address or `team:NAME`."""
    for owner in _strings(owners, "owners", source):
        if not (_TEAM.match(owner) or _EMAIL.match(owner)):
            raise DefinitionError(
                "%r cannot be an owner" % (owner,),
                code="definition.bad_owner",
                hint="write an e-mail address, or 'team:NAME'",
                source=source,
            )
    return list(owners or ())


def check_kinds(kinds: Optional[Iterable[str]], source: Source) -> List[str]:
    """`kinds` as a list in a stable order, if each may be a kind."""
    if not kinds:
        return []
    found = _strings(kinds, "kinds", source)
    for kind in found:
        if not _KIND.match(kind):
            raise DefinitionError(
                "%r cannot be a kind" % (kind,), code="definition.bad_kind", source=source
            )
    if len(set(found)) > _MOST_KINDS:
        raise DefinitionError(
            "%d kinds: an asset has %d at most" % (len(set(found)), _MOST_KINDS),
            code="definition.bad_kind",
            source=source,
        )
    return sorted(found) if isinstance(kinds, (set, frozenset)) else list(dict.fromkeys(found))


def _strings(values: Optional[Iterable[str]], what: str, source: Source) -> List[str]:
    if isinstance(values, str):
        raise DefinitionError(
            "'%s' takes a list of strings, not the string %r" % (what, values),
            code="definition.invalid",
            hint="write %s=[%r]" % (what, values),
            source=source,
        )
    found = list(values or ())
    for value in found:
        if not isinstance(value, str):
            raise DefinitionError(
                "'%s' takes strings, not %r" % (what, value),
                code="definition.invalid",
                source=source,
            )
    return found


def text_tags(what: str, tags: Optional[Mapping[str, Any]], source: Source) -> Dict[str, str]:
    """`tags` with every value as text, if they may be tags; what is no text becomes JSON.

    Args:
        what: whose they are, for the message.

    Raises:
        DefinitionError: `definition.bad_tag`.
    """
    return check_tags(as_text(what, tags, source), source)


def as_text(what: str, tags: Optional[Mapping[str, Any]], source: Source) -> Dict[str, str]:
    """`tags` with every value as text, whatever their names are.

    Raises:
        DefinitionError: `definition.bad_tag`.
    """
    if not tags:
        return {}
    if not isinstance(tags, Mapping):
        raise DefinitionError(
            "the tags of %s are %.80r, not a dict" % (what, tags),
            code="definition.bad_tag",
            source=source,
        )
    texts = {}
    for name, value in tags.items():
        try:
            texts[name] = value if isinstance(value, str) else json.dumps(value)
            is_kept = isinstance(value, str) or json.loads(texts[name]) == value
        except (TypeError, ValueError):
            is_kept = False
        if not is_kept:
            raise DefinitionError(
                "the tag '%s' of %s is %.80r, which is neither text nor what JSON keeps as it is"
                % (name, what, value),
                code="definition.bad_tag",
                source=source,
            ) from None
    return texts
