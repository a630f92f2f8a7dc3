"""What is no error, and yet probably not meant: told beside the location, which loads."""

from __future__ import annotations

import difflib
from typing import List

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import AssetInput
from atoll.definitions.collection import Definitions

_MOST_COMPARED = 100_000
"""Comparing names takes time: so many are compared, in a location with many unknown ones."""


def notices(definitions: Definitions) -> List[str]:
    """Sentences about parameters that name no asset here, but nearly do."""
    known = [key.to_user_string() for key in definitions.asset_keys]
    there, found, compared = set(known), [], 0
    for item in definitions.assets:
        if not isinstance(item, AssetsDefinition):
            continue
        for value in item.inputs:
            key = value.key.to_user_string()
            if key in there or compared > _MOST_COMPARED:
                continue
            compared += len(known)
            sentence = _sentence(item, value, key, known)
            if sentence:
                found.append(sentence)
    return found


def _sentence(item: AssetsDefinition, value: AssetInput, key: str, known: List[str]) -> str:
    place = " (%s:%s)" % item.source if item.source else ""
    start = "'%s' takes the value of '%s', which nothing in this location makes" % (item.name, key)
    if value.name == "config" and key == "config":
        return "%s; annotate config with your Config class, or use context.op_config%s" % (
            start,
            place,
        )
    own = set(item.keys_by_output_name.values())
    others = [name for name in known if name not in {str(k) for k in own}]
    near = difflib.get_close_matches(key, others, 1, 0.8)
    return "%s; did you mean '%s'?%s" % (start, near[0], place) if near else ""
