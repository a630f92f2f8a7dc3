"""`DefinitionsComponent`: a file or folder of definitions, named by YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from atoll.components.component import Component
from atoll.components.composites import PythonFileComponent
from atoll.components.model import Model
from atoll.components.resolvable import Resolvable
from atoll.definitions.collection import Definitions


class DefinitionsComponent(Component, Model, Resolvable):
    """All that a Python file defines.

    Attributes:
        path: the file, relative to the folder of the `defs.yaml`; None for the folder's package.
    """

    path: Optional[str] = None

    def build_defs(self, context: Any) -> Definitions:
        """What the file defines."""
        path = Path(self.path) if self.path else context.path
        return PythonFileComponent(path).build_defs(context)
