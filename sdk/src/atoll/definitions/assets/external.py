"""Assets that something else makes, as definitions without a function."""

from __future__ import annotations

from typing import Any, Iterable, List, Sequence

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import AssetOutput
from atoll.definitions.assets.specs import AssetSpec


def external_assets(cls: Any, specs: Sequence[AssetSpec], source: Any) -> Any:
    """Assets that something else makes, as one definition."""
    made = cls.made(
        name="__".join(specs[0].key.path) if specs else "nothing",
        function=None,
        outputs=[
            AssetOutput("__".join(spec.key.path), spec, None, spec.io_manager_key) for spec in specs
        ],
        inputs=[],
        source=source,
        is_multi=len(specs) != 1,
    )
    made.is_external = True
    return made


def external_asset(spec: AssetSpec) -> AssetsDefinition:
    """The definition of one asset that something else makes."""
    found: AssetsDefinition = external_assets(AssetsDefinition, [spec], spec.source)
    return found


def external_assets_from_specs(specs: Iterable[AssetSpec]) -> List[AssetsDefinition]:
    """A definition of each; `Definitions(assets=[...])` takes the `AssetSpec`s themselves too."""
    return [external_asset(spec) for spec in specs]
