"""`post_processing` of a `defs.yaml`: changes of selected assets after they are defined."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

from typing_extensions import Annotated, Literal

from atoll.components.core_models import (
    ResolvedAssetAttributes,
    resolve_assets_def_update_kwargs_to_mapping,
)
from atoll.components.documents import SourcePositionTree
from atoll.components.model import Model, Resolver
from atoll.components.resolution import ResolutionContext, error_at
from atoll.components.resolvable import Resolvable
from atoll.components.validation import validated
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.errors import SubsetError, nearest
from atoll_wire.selection_error import SelectionError

OPERATIONS = ("merge", "replace")
PostProcessorFn = Callable[[Definitions], Definitions]


class AssetPostProcessorModel(Resolvable, Model):
    """One change: which assets, how, and what."""

    target: str = "*"
    operation: Literal["merge", "replace"] = "merge"
    attributes: ResolvedAssetAttributes


def apply_post_processor_to_spec(
    model: Any, spec: AssetSpec, context: ResolutionContext
) -> AssetSpec:
    """The asset, changed; templates can name it as `asset`."""
    at = context.with_scope(asset=spec).at_path("attributes")
    changes = dict(resolve_assets_def_update_kwargs_to_mapping(at, model.attributes))
    if model.operation == "merge":
        merged = {name: changes.pop(name) for name in ("metadata", "tags") if name in changes}
        spec = spec.merge_attributes(**merged)
    return spec.replace_attributes(**changes) if changes else spec


def _processor(context: ResolutionContext, model: Any) -> PostProcessorFn:
    if model.operation not in OPERATIONS:
        raise error_at(
            context.at_path("operation"),
            "operation: it is %.40r, and can be merge or replace" % (model.operation,),
            "component.invalid",
            nearest(str(model.operation), OPERATIONS) or None,
        )

    selection = None if model.target == "*" else model.target

    def change(definitions: Definitions) -> Definitions:
        try:
            return definitions.map_resolved_asset_specs(
                func=lambda spec: apply_post_processor_to_spec(model, spec, context),
                selection=selection,
            )
        except (SelectionError, SubsetError) as error:
            raise error_at(context.at_path("target"), "target: %s" % error, error.code) from None

    return change


AssetPostProcessor = Annotated[
    PostProcessorFn,
    Resolver(_processor, model_field_type=AssetPostProcessorModel.model()),
]
"""A function of `Definitions`, in YAML `target`, `operation` and `attributes`."""


class ComponentPostProcessingModel(Resolvable, Model):
    """`post_processing` of a `defs.yaml`."""

    assets: Optional[Sequence[AssetPostProcessor]] = None


def post_processors(
    context: ResolutionContext, said: Any, positions: Optional[SourcePositionTree]
) -> List[PostProcessorFn]:
    """The changes that `post_processing` says.

    Raises:
        DefinitionError: `component.invalid`.
    """
    if not said:
        return []
    model = validated(ComponentPostProcessingModel.model(), said, positions, ["post_processing"])
    made = ComponentPostProcessingModel.resolve_from_model(
        context.at_path("post_processing"), model
    )
    return list(made.assets or ())


def post_process_defs(
    definitions: Definitions, processors: Optional[Sequence[PostProcessorFn]]
) -> Definitions:
    """The definitions, changed in turn."""
    for each in processors or ():
        definitions = each(definitions)
    return definitions
