"""What a generation of a code location offers, as data: all that the host knows of user code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from atoll_wire.codec import from_wire, to_wire
from atoll_wire.limits import StepLimits
from atoll_wire.text import may_hold_surrogates, storable

CHUNK_CHARS = 1024 * 1024


@dataclass(frozen=True)
class AssetSnapshot:
    """One asset; an external one has no step."""

    key: str
    step: Optional[str] = None
    """Key of the step that makes it; None for an asset that this location only refers to."""
    deps: List[str] = field(default_factory=list)
    """Keys of the assets that it depends on, in order of declaration."""
    group: str = "default"
    description: Optional[str] = None
    metadata: Dict[str, Any] = field(default_factory=dict)
    """Name to `{"type": KIND, "value": JSON}`, as `atoll.MetadataValue` writes it."""
    tags: Dict[str, str] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    kinds: List[str] = field(default_factory=list)
    code_version: Optional[str] = None
    file: Optional[str] = None
    line: Optional[int] = None
    io_manager_key: str = "io_manager"


@dataclass(frozen=True)
class StepSnapshot:
    """What one worker executes: the function behind one or several assets."""

    key: str
    assets: List[str] = field(default_factory=list)
    can_subset: bool = False
    config_schema: Optional[Dict[str, Any]] = None
    """JSON Schema of its config, where it takes one."""
    required_resources: List[str] = field(default_factory=list)
    pool: Optional[str] = None
    max_retries: int = 0
    limits: Optional[StepLimits] = None
    """What it may use at most, where its declaration says so."""


@dataclass(frozen=True)
class ResourceSnapshot:
    key: str
    type: str = ""
    description: Optional[str] = None
    config_schema: Optional[Dict[str, Any]] = None
    required_resources: List[str] = field(default_factory=list)
    """Keys of the resources that it takes itself."""


@dataclass(frozen=True)
class JobSnapshot:
    """A name for some of the location's assets, with config and tags for its runs."""

    name: str
    assets: List[str] = field(default_factory=list)
    """Keys of what it makes, each after those of them that it depends on."""
    description: Optional[str] = None
    config: Dict[str, Any] = field(default_factory=dict)
    tags: Dict[str, str] = field(default_factory=dict)
    """Of the job."""
    run_tags: Dict[str, str] = field(default_factory=dict)
    """Of its runs."""
    metadata: Dict[str, Any] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    file: Optional[str] = None
    line: Optional[int] = None


@dataclass(frozen=True)
class LocationSnapshot:
    """Everything that one generation of a location defines, in order of declaration."""

    assets: List[AssetSnapshot] = field(default_factory=list)
    steps: List[StepSnapshot] = field(default_factory=list)
    resources: List[ResourceSnapshot] = field(default_factory=list)
    metadata: Dict[str, Any] = field(default_factory=dict)
    jobs: List[JobSnapshot] = field(default_factory=list)

    def dumps(self) -> str:
        """Canonical JSON: equal snapshots give equal text; lone surrogates are written out."""
        text = json.dumps(to_wire(self), separators=(",", ":"), sort_keys=True)
        if may_hold_surrogates(text):
            value = storable(to_wire(self))
            text = json.dumps(value, separators=(",", ":"), sort_keys=True)
        return text

    @classmethod
    def loads(cls, text: str) -> LocationSnapshot:
        return from_wire(cls, json.loads(text))


def content_hash(text: str) -> str:
    """The name of a snapshot: the SHA-256 of its text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def chunks(text: str) -> List[str]:
    """`text` in pieces that fit a frame; at least one."""
    return [text[i : i + CHUNK_CHARS] for i in range(0, len(text), CHUNK_CHARS)] or [""]
