"""Single components of a project, for its tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Tuple

from atoll.components.component import Component
from atoll.components.load_context import ComponentPath
from atoll.components.tree import ComponentTree
from atoll.definitions.collection import Definitions


def get_all_components_defs_within_project(
    *, project_root: Any, component_path: Any
) -> List[Tuple[Component, Definitions]]:
    """The components of a file or folder, each with its definitions.

    Args:
        project_root: the project's folder.
        component_path: relative to the folder `defs`.

    Raises:
        DefinitionError: `component.unknown_path`, there is none; and as `load_from_defs_folder`.
    """
    tree = ComponentTree.for_project(Path(project_root))
    place = ComponentPath.from_resolvable(tree.defs_module_path, component_path)
    tree.load_structural_component_at_loc(place)
    found = tree.declarations[place].children
    places = [each.loc for each in found] or [place]
    return [(tree.load_structural_component_at_loc(each), tree.build_defs(each)) for each in places]


def get_component_defs_within_project(
    *, project_root: Any, component_path: Any, instance_key: int = 0
) -> Tuple[Component, Definitions]:
    """A component of a file or folder, with its definitions.

    Args:
        project_root: the project's folder.
        component_path: relative to the folder `defs`.
        instance_key: which of those in it, from 0.

    Raises:
        DefinitionError: as `get_all_components_defs_within_project`.
    """
    found = get_all_components_defs_within_project(
        project_root=project_root, component_path=component_path
    )
    return found[instance_key]
