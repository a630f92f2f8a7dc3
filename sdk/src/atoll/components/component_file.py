"""What a document of a `defs.yaml` may say."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from atoll.components.model import Model


class ComponentRequirementsModel(Model):
    """What a component needs to be there."""

    env: Optional[List[str]] = None
    """Environment variables; `dg check` reads them, loading does not ask for them."""


class ComponentFileModel(Model):
    """A document of a `defs.yaml`."""

    type: str
    attributes: Optional[Mapping[str, Any]] = None
    template_vars_module: Optional[str] = None
    requirements: Optional[ComponentRequirementsModel] = None
    post_processing: Optional[Mapping[str, Any]] = None
