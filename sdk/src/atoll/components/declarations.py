"""What is declared below a `defs` folder, before any of it is loaded."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from atoll.components import composites
from atoll.components.component import Component, is_component_instance
from atoll.components.load_context import ComponentDeclLoadContext, ComponentPath
from atoll.errors import DefinitionError, nearest

YAML_FILES = ("defs.yaml", "defs.yml", "component.yaml")


class ComponentDecl:
    """A component that is declared somewhere.

    Attributes:
        context: where.
        children: what is declared in it.
    """

    component_type: Any = Component

    def __init__(self, context: ComponentDeclLoadContext, children: Sequence[ComponentDecl] = ()):
        self.context = context
        self.children: List[ComponentDecl] = list(children)

    @property
    def loc(self) -> ComponentPath:
        """Its place."""
        return self.context.component_path

    def load(self) -> Component:
        """The component itself."""
        raise NotImplementedError

    def loaded_children(self) -> List[Component]:
        """The components in it, by way of the tree, which loads each once."""
        return [
            self.context.component_tree.load_structural_component_at_loc(each.loc)
            for each in self.children
        ]

    def iterate_child_component_decls(self) -> Iterator[ComponentDecl]:
        """What is declared in it."""
        return iter(self.children)

    def by_place(self) -> Iterator[Tuple[ComponentPath, ComponentDecl]]:
        """It, and all below it, each with its place."""
        yield self.loc, self
        for each in self.children:
            yield from each.by_place()


class InstanceDecl(ComponentDecl):
    """A function that `@component_instance` decorates."""

    def __init__(self, context: ComponentDeclLoadContext, function: Callable[[Any], Component]):
        super().__init__(context)
        self.function = function
        found = inspect.signature(function).return_annotation
        self.component_type = found if isinstance(found, type) else Component

    def load(self) -> Component:
        """What the function gives."""
        wants = inspect.signature(self.function).parameters
        context = self.context.for_loading(self)
        made: Any = self.function(context) if wants else self.function()  # type: ignore[call-arg]
        if not isinstance(made, Component):
            code = self.function.__code__
            raise DefinitionError(
                "@component_instance: %s returned %.80r, not a Component"
                % (self.function.__name__, made),
                code="component.wrong_type",
                source=(code.co_filename, code.co_firstlineno),
            )
        return made


class PythonFileDecl(ComponentDecl):
    """A Python file."""

    component_type = composites.PythonFileComponent

    def load(self) -> Component:
        """The file, with the components in it."""
        names = [str(each.loc.instance_key) for each in self.children]
        return composites.PythonFileComponent(
            self.loc.file_path, dict(zip(names, self.loaded_children()))
        )


class FolderDecl(ComponentDecl):
    """A folder; its `defs.yaml`, if there is one, is a document of a `YamlFileDecl`."""

    component_type = composites.DefsFolderComponent

    def load(self) -> Component:
        """The folder, with what is in it."""
        paths = [each.loc.file_path for each in self.children]
        return composites.DefsFolderComponent(
            self.loc.file_path, dict(zip(paths, self.loaded_children()))
        )


class YamlDecl(ComponentDecl):
    """A document of a YAML file that names a component's class."""

    def __init__(
        self,
        context: ComponentDeclLoadContext,
        document: Any,
        cls: Any,
        children: Sequence[ComponentDecl] = (),
    ):
        super().__init__(context, children)
        self.document = document
        self.component_type = cls
        self._scoped: Optional[ComponentDeclLoadContext] = None

    @property
    def scoped(self) -> ComponentDeclLoadContext:
        """The context in which its templates are rendered."""
        if self._scoped is None:
            scope = _scope(self.context, self.component_type, self.document)
            self._scoped = scope.with_source_position_tree(self.document.positions)
        return self._scoped

    def load(self) -> Component:
        """An object of the class, of what the document says as `attributes`."""
        attributes = self._attributes()
        if issubclass(self.component_type, composites.DefsFolderComponent):
            return FolderDecl(self.context, self.children).load()
        made: Component = self.component_type.load(attributes, self.scoped.for_loading(self))
        return made

    def post_processors(self) -> List[Any]:
        """The changes that the document says as `post_processing`."""
        said = self.document.value.get("post_processing")
        if not said:
            return []
        from atoll.components.post_processing import post_processors

        return post_processors(self.scoped.resolution_context, said, self.document.positions)

    def _attributes(self) -> Any:
        said = self.document.value.get("attributes")
        if not said:
            return None
        model = self.component_type.get_model_cls()
        if model is None:
            position = self.document.positions.nearest(["attributes"])
            raise DefinitionError(
                "%s: %s takes no attributes" % (position, self.component_type.__name__),
                code="component.invalid",
                hint="derive it from Resolvable too, and give it fields",
            )
        from atoll.components.validation import validated

        return validated(model, said, self.document.positions, ["attributes"])


class YamlFileDecl(ComponentDecl):
    """A `defs.yaml`, with its documents."""

    component_type = composites.CompositeYamlComponent

    def __init__(
        self, context: ComponentDeclLoadContext, path: Path, documents: Sequence[YamlDecl]
    ):
        super().__init__(context, documents)
        self.path = path
        self.documents = list(documents)

    def load(self) -> Component:
        """The components of the documents, and what is to be changed after."""
        return composites.CompositeYamlComponent(
            self.path,
            self.loaded_children(),
            [each.document.positions.position for each in self.documents],
            [each.post_processors() for each in self.documents],
        )


def declared_at(context: ComponentDeclLoadContext) -> Optional[ComponentDecl]:
    """What a file or folder declares: by YAML, by Python, or by what the folder holds."""
    path = context.path
    written = next((path / name for name in YAML_FILES if (path / name).exists()), None)
    if written is not None:
        return yaml_file(context, written)
    keyword = path / "definitions.py"
    stops = context.terminate_autoloading_on_keyword_files and keyword.exists()
    if stops and not (path / "component.py").exists():
        return PythonFileDecl(context.for_component_loc(ComponentPath(keyword)))
    if path.suffix == ".py" and path.is_file():
        return _python_file(context)
    children = _in_folder(context) if path.is_dir() else []
    return FolderDecl(context, children) if children else None


def _in_folder(context: ComponentDeclLoadContext) -> List[ComponentDecl]:
    found: List[ComponentDecl] = []
    for path in sorted(context.path.iterdir()):
        if path.name == "__pycache__" or path.name.startswith("."):
            continue
        declared = declared_at(context.for_component_loc(ComponentPath(path)))
        if declared is not None:
            found.append(declared)
    return found


def _python_file(context: ComponentDeclLoadContext) -> PythonFileDecl:
    module = context.load_defs_relative_python_module(context.path)
    functions = {
        name: value for name, value in vars(module).items() if is_component_instance(value)
    }
    return PythonFileDecl(
        context,
        [
            InstanceDecl(context.for_component_loc(ComponentPath(context.path, name)), function)
            for name, function in sorted(functions.items())
        ],
    )


def yaml_file(context: ComponentDeclLoadContext, path: Path) -> YamlFileDecl:
    """What the documents of a YAML file declare.

    Raises:
        DefinitionError: `component.yaml`, `component.invalid`, `component.unknown_type`.
    """
    from atoll.components.documents import read_documents

    documents = read_documents(str(path))
    if not documents:
        raise DefinitionError(
            "%s says nothing" % path,
            code="component.invalid",
            hint="write `type: ` and the class of a component",
            source=(str(path), 1),
        )
    folder = context.path
    return YamlFileDecl(
        context,
        path,
        [
            _document(context.for_component_loc(ComponentPath(folder, index)), each)
            for index, each in enumerate(documents)
        ],
    )


def _document(context: ComponentDeclLoadContext, document: Any) -> YamlDecl:
    from atoll.components.component_file import ComponentFileModel
    from atoll.components.validation import validated

    said = validated(ComponentFileModel, document.value, document.positions)
    cls = component_class(context, said.type, document.positions.nearest(["type"]))
    children: List[ComponentDecl] = []
    if issubclass(cls, composites.DefsFolderComponent):
        children = _in_folder(_scope(context, cls, document))
    return YamlDecl(context, document, cls, children)


def _scope(context: ComponentDeclLoadContext, cls: Any, document: Any) -> ComponentDeclLoadContext:
    """The context with what the class, and then the module, give templates to name."""
    from atoll.components import template_vars

    context = context.with_rendering_scope(template_vars.scope_of_class(cls, context))
    said = document.value.get("template_vars_module")
    if said is None:
        return context
    name = context.normalize_component_type_str(said)
    position = document.positions.nearest(["template_vars_module"])
    found: Dict[str, Any] = template_vars.scope_of_module(name, context, position)
    return context.with_rendering_scope(found)


def component_class(context: ComponentDeclLoadContext, name: str, position: Any) -> Any:
    """The class that `type:` names.

    Raises:
        DefinitionError: `component.unknown_type`, there is none; `component.wrong_type`, it is no
            component's class.
    """
    module, _, last = context.normalize_component_type_str(name).rpartition(".")
    try:
        holder = _module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not (module + ".").startswith(error.name + "."):
            raise
        raise DefinitionError(
            "%s: type: there is no module '%s'" % (position, module),
            code="component.unknown_type",
            hint="write the class with its module, as in my_project.components.Tables; "
            "'.Tables' is one in the module of this folder",
        ) from None
    try:
        found = getattr(holder, last)
    except AttributeError as error:
        if module in ("dagster", "atoll"):  # which say themselves what is near
            raise DefinitionError(
                "%s: type: %s" % (position, error), code="component.unknown_type"
            ) from None
        known = [each for each, value in list(vars(holder).items()) if isinstance(value, type)]
        raise DefinitionError(
            "%s: type: %s has no '%s'" % (position, module, last),
            code="component.unknown_type",
            hint=nearest(last, known) or None,
        ) from None
    if not (isinstance(found, type) and issubclass(found, Component)):
        raise DefinitionError(
            "%s: type: %s is %.60r, not the class of a component" % (position, name, found),
            code="component.wrong_type",
            hint="derive it from Component",
        )
    return found


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Files that name Dagster's components load where nothing serves `import dagster`, too.
        if name != "dagster" or error.name != "dagster":
            raise
        return importlib.import_module("atoll")
