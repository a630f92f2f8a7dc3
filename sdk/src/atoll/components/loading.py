"""`load_from_defs_folder` and its like: definitions out of components."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

from atoll.components.component import Component
from atoll.components.project import project_root_of
from atoll.components.tree import ComponentTree, LegacyAutoloadingComponentTree
from atoll.definitions.collection import Definitions
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError


def load_from_defs_folder(
    *, path_within_project: Any = None, project_root: Any = None
) -> Definitions:
    """All that the Python and YAML files below a project's `defs` folder define.

    Args:
        path_within_project: a file or folder of the project.
        project_root: the project's folder itself, as it was given before.

    Raises:
        DefinitionError: `definition.no_defs_folder`, there is none; `component.*`, a component
            is described wrongly.
    """
    given = path_within_project or project_root
    if given is None:
        raise DefinitionError(
            "load_from_defs_folder is not told where the project is",
            code="definition.no_defs_folder",
            hint="write path_within_project=Path(__file__).parent",
            source=caller_source(),
        )
    return ComponentTree.for_project(Path(given)).build_defs()


def load_defs(
    defs_root: ModuleType,
    project_root: Any = None,
    terminate_autoloading_on_keyword_files: bool = True,
) -> Definitions:
    """All that the Python and YAML files below a package define.

    Args:
        defs_root: the package.
        project_root: the project's folder; found where it is not given.
        terminate_autoloading_on_keyword_files: a `definitions.py` stands for its whole folder.

    Raises:
        DefinitionError: as `load_from_defs_folder`.
    """
    trees = (
        LegacyAutoloadingComponentTree if terminate_autoloading_on_keyword_files else ComponentTree
    )
    folder = trees(defs_root, Path()).defs_module_path
    root = Path(project_root) if project_root else project_root_of(folder.parent)
    return trees(defs_root, root).build_defs()


def build_component_defs(components_root: Path) -> Definitions:
    """As `load_defs`, of a folder that can be imported below the name of the one around it.

    Args:
        components_root: the folder.

    Raises:
        DefinitionError: as `load_from_defs_folder`.
    """
    folder = Path(components_root)
    module = importlib.import_module("%s.%s" % (folder.parent.name, folder.name))
    return load_defs(module, folder.parent.parent)


def build_defs_for_component(component: Component) -> Definitions:
    """The definitions of one component that stands in no `defs` folder.

    Args:
        component: the component.
    """
    return component.build_defs(ComponentTree.for_test().load_context)


def component_defs(
    *, component: Component, resources: Any = None, context: Any = None
) -> Definitions:
    """The definitions of one component; for tests.

    Args:
        component: the component.
        resources: by name, what its assets need.
        context: where it is; by itself a folder without components.
    """
    made = component.build_defs(context or ComponentTree.for_test().load_context)
    return made.with_resources(resources)
