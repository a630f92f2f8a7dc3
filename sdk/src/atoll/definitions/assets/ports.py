"""What goes into the function behind assets, and what comes out of it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.checks.specs import AssetCheckKey, AssetCheckSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.ops.ports import NO_DEFAULT

RESULT = "result"
"""Name of the only output of a single asset."""


class AssetInput:
    """A parameter that takes the value of an asset."""

    upstream = ()
    is_nothing = False
    is_fan_in = False
    value = default = NO_DEFAULT

    __slots__ = ("input_manager_key", "key", "metadata", "name", "partition_mapping", "type")

    def __init__(
        self,
        name: str,
        key: AssetKey,
        type: Any,
        input_manager_key: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        partition_mapping: Any = None,
    ):
        self.name = name
        self.key = key
        self.type = type
        self.partition_mapping = partition_mapping
        self.input_manager_key = input_manager_key
        self.metadata = metadata or {}


class AssetOutput:
    """One of the assets that a function makes, as the output of its step."""

    is_dynamic = False
    in_output = None
    check: Any = None

    __slots__ = ("io_manager_key", "is_required", "name", "spec", "type")

    def __init__(
        self, name: str, spec: AssetSpec, type: Any, io_manager_key: str, is_required: bool = True
    ):
        self.name = name
        self.spec = spec
        self.type = type
        self.io_manager_key = io_manager_key
        self.is_required = is_required

    def with_spec(self, spec: AssetSpec) -> AssetOutput:
        """The same output, whose asset is described otherwise."""
        return AssetOutput(self.name, spec, self.type, self.io_manager_key, self.is_required)

    @property
    def key(self) -> AssetKey:
        """The asset's key."""
        return self.spec.key

    @property
    def metadata(self) -> Dict[str, Any]:
        """The asset's metadata."""
        return self.spec.metadata

    @property
    def code_version(self) -> Optional[str]:
        """The asset's code version."""
        return self.spec.code_version


class CheckOutput:
    """One of the checks that a function evaluates, as the output of its step."""

    is_dynamic = False
    in_output = None
    is_required = True
    io_manager_key = "io_manager"
    type = None
    spec = None
    code_version = None

    def __init__(self, name: str, check: AssetCheckSpec):
        self.name = name
        self.check = check
        self.metadata: Dict[str, Any] = {}


def check_outputs(
    specs: Sequence[AssetCheckSpec], names: Mapping[AssetCheckKey, str]
) -> List[CheckOutput]:
    """The outputs that checks are; of those in `names`, under that name."""
    return [
        CheckOutput(names.get(spec.key) or spec.get_python_identifier(), spec) for spec in specs
    ]
