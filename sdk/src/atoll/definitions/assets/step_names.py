"""One op or graph may be behind the assets of several definitions: each has a step of its own."""

from __future__ import annotations

import copy
from typing import Dict, Iterable, List

from atoll.definitions.assets.assets_definition import AssetsDefinition


def numbered(items: Iterable[AssetsDefinition]) -> Dict[int, AssetsDefinition]:
    """Copies, by the `id` of the original, of those that share op or graph with another one.

    The first in order of keys keeps the name; the others are `name_2`, `name_3`. Where two have a
    name in common and nothing else, they are left as they are: that is a mistake.
    """
    by_name: Dict[str, List[AssetsDefinition]] = {}
    for item in items:
        by_name.setdefault(item.name, []).append(item)
    found: Dict[int, AssetsDefinition] = {}
    for name, several in list(by_name.items()):
        if len(several) == 1 or len({id(_node(one)) for one in several}) > 1:
            continue
        number = 1
        for item in sorted(several, key=lambda one: sorted(map(str, one.keys)))[1:]:
            number += 1
            while "%s_%d" % (name, number) in by_name:
                number += 1
            made = found[id(item)] = copy.copy(item)
            made.name = "%s_%d" % (name, number)
    return found


def _node(item: AssetsDefinition) -> object:
    return item.graph if item.graph is not None else item.function
