"""Components that are made of what a file or a folder holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from atoll.components.component import Component
from atoll.components.load_context import ComponentLoadContext, ComponentPath
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.lazy import LazyDefinitions
from atoll.definitions.metadata.code_references import KEY, CodeReferencesMetadataValue
from atoll.definitions.module_definitions import definitions_of_modules
from atoll.errors import DefinitionError


class DefsFolderComponent(Component):
    """A folder in `defs`: all that is in it.

    Args:
        path: the folder.
        children: by path, the components in it.
    """

    def __init__(self, path: Path, children: Mapping[Path, Component]):
        self.path = path
        self.children: Dict[Path, Component] = dict(children)

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """All definitions in the folder."""
        return Definitions.merge(*[context.build_defs(each.loc) for each in _declared_in(context)])

    def iterate_components(self) -> Iterator[Component]:
        """The components in it, at any depth."""
        for _, each in self.iterate_path_component_pairs():
            yield each

    def iterate_path_component_pairs(self) -> Iterator[Tuple[ComponentPath, Component]]:
        """The components in it, at any depth, each with its place."""
        for path, each in self.children.items():
            yield ComponentPath(path), each
            if isinstance(each, DefsFolderComponent):
                yield from each.iterate_path_component_pairs()
            elif isinstance(each, CompositeYamlComponent):
                for index, inner in enumerate(each.components):
                    yield ComponentPath(path, index), inner
            elif isinstance(each, PythonFileComponent):
                for name, inner in each.components.items():
                    yield ComponentPath(path, name), inner


class PythonFileComponent(Component):
    """A Python file in `defs`.

    Args:
        path: the file.
        components: by name, those that its functions give.
    """

    def __init__(self, path: Path, components: Optional[Mapping[str, Component]] = None):
        self.path = path
        self.components: Dict[str, Component] = dict(components or {})

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """The file's one `Definitions`, or what its `@definitions` functions give, or all else.

        Raises:
            DefinitionError: `definition.several`, it has several `Definitions`, or both.
        """
        module = context.load_defs_relative_python_module(self.path)
        held = {id(each): each for each in vars(module).values()}.values()
        whole = [each for each in held if isinstance(each, Definitions)]
        lazy = [each for each in held if isinstance(each, LazyDefinitions)]
        if len(whole) + bool(lazy) > 1:
            raise DefinitionError(
                "%s has %s" % (self.path, _several(whole, lazy)),
                code="definition.several",
                hint="join them with Definitions.merge, or write one function with @definitions",
                source=(str(self.path), 1),
            )
        if whole:
            return whole[0]
        if lazy:
            made = [each.built(context) for each in lazy]
            return made[0] if len(made) == 1 else Definitions.merge(*made)
        return Definitions.merge(
            *[context.build_defs(each.loc) for each in _declared_in(context)],
            definitions_of_modules([module]),
        )


class CompositeYamlComponent(Component):
    """A `defs.yaml`.

    Args:
        path: the file.
        components: those of its documents.
        source_positions: where each document begins.
        post_processors: by document, what changes its definitions.
    """

    def __init__(
        self,
        path: Path,
        components: Sequence[Component],
        source_positions: Sequence[Any],
        post_processors: Sequence[Sequence[Any]],
    ):
        self.path = path
        self.components: List[Component] = list(components)
        self.source_positions = list(source_positions)
        self.post_processors = list(post_processors)

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """The definitions of all documents; their assets say where they were described."""
        found = []
        for declared, component, position, changes in zip(
            _declared_in(context), self.components, self.source_positions, self.post_processors
        ):
            references = component.get_code_references_for_yaml(self.path, position, context)
            made = with_code_references(context.build_defs(declared.loc), references)
            for change in changes:
                made = change(made)
            found.append(made)
        return found[0] if len(found) == 1 else Definitions.merge(*found)


def with_code_references(definitions: Definitions, references: Sequence[Any]) -> Definitions:
    """The definitions; each asset says besides that it is described at these places."""

    def described(spec: AssetSpec) -> AssetSpec:
        known = spec.metadata.get(KEY)
        before = list(known.code_references) if known is not None else []
        value = CodeReferencesMetadataValue([*before, *references])
        return spec.merge_attributes(metadata={KEY: value})

    return definitions.map_asset_specs(func=described)


def only_one_of(component: Component) -> Component:
    """The component of a file that holds only one; else the file."""
    if isinstance(component, CompositeYamlComponent) and len(component.components) == 1:
        return component.components[0]
    if isinstance(component, PythonFileComponent) and len(component.components) == 1:
        return next(iter(component.components.values()))
    return component


def _declared_in(context: ComponentLoadContext) -> List[Any]:
    return [] if context.component_decl is None else context.component_decl.children


def _several(whole: List[Any], lazy: List[Any]) -> str:
    if lazy:
        return "both Definitions objects and functions that @definitions decorates"
    return "%d Definitions objects" % len(whole)
