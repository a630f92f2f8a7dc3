"""Where the code of an asset is to be found: files, and addresses in source control."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from atoll.definitions.metadata.values import MetadataValue
from atoll.definitions.parameters import check_optional, check_type
from atoll.errors import ParameterError

KEY = "dagster/code_references"
"""The name of the fact in an asset's metadata."""
_TREES = {"github": "%s/tree/%s", "gitlab": "%s/-/tree/%s"}


class LocalFileCodeReference:
    """A place in a file on this machine.

    Args:
        file_path: the file.
        line_number: the line, from 1.
        label: what to call it on screen.
    """

    def __init__(
        self, file_path: str, line_number: Optional[int] = None, label: Optional[str] = None
    ):
        self.file_path = check_type(file_path, "LocalFileCodeReference(file_path=...)", str)
        self.line_number = check_optional(line_number, "line_number", int)
        self.label = check_optional(label, "label", str)

    @property
    def source(self) -> str:
        """`FILE:LINE`, or the file alone."""
        place = self.file_path if not self.line_number else (self.file_path, self.line_number)
        return "%s:%d" % place if isinstance(place, tuple) else str(place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFileCodeReference) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return "LocalFileCodeReference(%r, %r, %r)" % (self.file_path, self.line_number, self.label)


class UrlCodeReference:
    """An address, such as that of a line in source control.

    Args:
        url: the address.
        label: what to call it on screen.
    """

    def __init__(self, url: str, label: Optional[str] = None):
        self.url = check_type(url, "UrlCodeReference(url=...)", str)
        self.label = check_optional(label, "label", str)

    @property
    def source(self) -> str:
        """The address."""
        return str(self.url)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UrlCodeReference) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.url)

    def __repr__(self) -> str:
        return "UrlCodeReference(%r, %r)" % (self.url, self.label)


_References = (LocalFileCodeReference, UrlCodeReference)


class CodeReferencesMetadataValue(MetadataValue):
    """The places where the code of an asset is to be found.

    Args:
        code_references: `LocalFileCodeReference`s and `UrlCodeReference`s.
    """

    __slots__ = ("_references",)
    kind = "code_references"

    def __init__(self, code_references: Sequence[Any]):
        what = "CodeReferencesMetadataValue(code_references=[...])"
        check_type(code_references, what, (list, tuple))
        self._references: List[Any] = [
            check_type(each, what, _References) for each in code_references
        ]

    @property
    def code_references(self) -> List[Any]:  # type: ignore[override]
        """The places: `LocalFileCodeReference`s and `UrlCodeReference`s."""
        return self._references

    def _parts(self) -> Tuple[Any, ...]:
        return (self._references,)

    def _wire_value(self) -> Any:
        return [dict(reference.__dict__) for reference in self._references]

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(
            [
                (UrlCodeReference if "url" in each else LocalFileCodeReference)(**each)
                for each in value
            ]
        )


class FilePathMapping:
    """Says where a local file lies in a repository. Derive from it for a rule of your own."""

    def convert_to_source_control_path(self, local_path: Path) -> str:
        """The file's path in the repository, relative to its root."""
        raise NotImplementedError


class AnchorBasedFilePathMapping(FilePathMapping):
    """Maps files as they lie to one whose path in the repository is known.

    Args:
        local_file_anchor: that file on this machine, for example `Path(__file__)`.
        file_anchor_path_in_repository: the same file's path in the repository.
    """

    def __init__(self, local_file_anchor: Path, file_anchor_path_in_repository: str):
        self.local_file_anchor = local_file_anchor
        self.file_anchor_path_in_repository = file_anchor_path_in_repository

    def convert_to_source_control_path(self, local_path: Path) -> str:
        """The file's path in the repository, relative to its root."""
        way = os.path.relpath(local_path, self.local_file_anchor)
        return os.path.normpath(os.path.join(self.file_anchor_path_in_repository, way))


def with_source_code_references(assets_defs: Sequence[Any]) -> List[Any]:
    """The assets, each with the file and line of its function among its metadata.

    What has no function (an `AssetSpec`, for example) is given back as it is.

    Args:
        assets_defs: assets, `AssetSpec`s and others.
    """
    return [_with_function(assets) for assets in assets_defs]


def link_code_references_to_git(
    assets_defs: Sequence[Any],
    git_url: str,
    git_branch: str,
    file_path_mapping: FilePathMapping,
    platform: Optional[str] = None,
) -> List[Any]:
    """The assets, with addresses in source control in place of local files.

    Args:
        assets_defs: as `with_source_code_references` gives them back.
        git_url: of the repository, such as `https://github.com/owner/project`.
        git_branch: the branch, tag or commit.
        file_path_mapping: where a local file lies in the repository.
        platform: `github` or `gitlab`; read from the address where it is None.

    Raises:
        ValueError: the platform is neither.
    """
    tree = _tree(git_url, git_branch, platform)

    def linked(reference: Any) -> Any:
        if not isinstance(reference, LocalFileCodeReference):
            return reference
        path = file_path_mapping.convert_to_source_control_path(Path(reference.file_path))
        line = "#L%d" % reference.line_number if reference.line_number else ""
        return UrlCodeReference("%s/%s%s" % (tree, path, line), reference.label)

    return [
        _changed(assets, lambda known: [linked(each) for each in known]) for assets in assets_defs
    ]


def _tree(git_url: str, git_branch: str, platform: Optional[str]) -> str:
    if platform is None:
        platform = next((name for name in _TREES if name in git_url), None)
    if platform not in _TREES:
        raise ValueError(
            "%r is neither on GitHub nor on GitLab, as far as its address tells; write "
            "platform='github' or platform='gitlab'" % git_url
        )
    return _TREES[platform] % (git_url, git_branch)


def _with_function(assets: Any) -> Any:
    own = _of_function(assets)
    return _changed(assets, lambda known: known + own)


def _of_function(assets: Any) -> List[LocalFileCodeReference]:
    """The place of the function that makes the assets, if a function does."""
    function = getattr(assets, "function", None)
    fn = getattr(function, "fn", None)
    if fn is None:
        return []
    try:
        file, (_, line) = inspect.getsourcefile(fn), inspect.getsourcelines(fn)
    except (OSError, TypeError):  # made by `exec`, or written in C
        return []
    return [] if file is None else [LocalFileCodeReference(os.path.abspath(file), line)]


def _changed(assets: Any, change: Callable[[List[Any]], List[Any]]) -> Any:
    """The assets with other references in the metadata of each."""
    if not hasattr(assets, "map_asset_specs"):
        return assets

    def changed(spec: Any) -> Any:
        known = spec.metadata.get(KEY)
        if known is not None and not isinstance(known, CodeReferencesMetadataValue):
            raise ParameterError("'%s' has metadata %s of another kind" % (spec.key, KEY))
        references = change([] if known is None else list(known.code_references))
        facts: Dict[str, Any] = {**spec.metadata, KEY: CodeReferencesMetadataValue(references)}
        return spec.replace_attributes(metadata=facts) if references else spec

    return assets.map_asset_specs(changed)
