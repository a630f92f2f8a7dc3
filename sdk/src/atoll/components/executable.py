"""`ExecutableComponent`: assets and checks that one function makes."""

from __future__ import annotations

import functools
import os
import shlex
from abc import ABC, abstractmethod
from typing import Any, Callable, Iterable, Iterator, List, Optional, Union

from typing_extensions import Literal

from atoll.components.component import Component
from atoll.components.core_models import OpSpec, ResolvedAssetCheckSpec, ResolvedAssetSpec
from atoll.components.model import Model
from atoll.components.resolvable import Resolvable
from atoll.definitions.assets.multi_asset_decorator import multi_asset
from atoll.definitions.checks.decorators import multi_asset_check
from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.collection import Definitions
from atoll.definitions.outcomes import MaterializeResult
from atoll.errors import DefinitionError, ParameterError


class ExecutableComponent(Component, Resolvable, Model, ABC):
    """Assets and checks that one function makes.

    Attributes:
        assets: what it makes.
        checks: what it checks.
    """

    assets: Optional[List[ResolvedAssetSpec]] = None
    checks: Optional[List[ResolvedAssetCheckSpec]] = None

    @property
    @abstractmethod
    def op_spec(self) -> OpSpec:
        """What it says of its step."""

    @abstractmethod
    def function(self, context: Any) -> Callable[..., Any]:
        """What the step calls; its parameters say what it needs, as those of an asset's function.

        Args:
            context: where the component is.
        """

    def build_underlying_assets_def(self, component_load_context: Any) -> Any:
        """The definition that makes the assets, or the checks where there are no assets.

        Raises:
            DefinitionError: `component.nothing_to_make`, there are neither.
        """
        step = self.op_spec
        said: Any = {
            "name": step.name,
            "op_tags": step.tags,
            "description": step.description,
            "pool": step.pool,
        }
        function = self.function(component_load_context)
        if self.assets:
            kinds: Any = (MaterializeResult, AssetCheckResult)
            return multi_asset(
                specs=self.assets,
                check_specs=self.checks,
                backfill_policy=step.backfill_policy,
                **said,
            )(results_of(function, kinds))
        if self.checks:
            return multi_asset_check(specs=self.checks, **said)(
                results_of(function, (AssetCheckResult,))
            )
        raise DefinitionError(
            "%s%s has neither assets nor checks"
            % (type(self).__name__, " '%s'" % step.name if step.name else ""),
            code="component.nothing_to_make",
            hint="name what it makes: assets: [{key: ...}]",
        )

    def build_defs(self, context: Any) -> Definitions:
        """The one definition."""
        made = self.build_underlying_assets_def(component_load_context=context)
        return Definitions(assets=[made]) if self.assets else Definitions(asset_checks=[made])


def results_of(function: Callable[..., Any], kinds: Any) -> Callable[..., Iterator[Any]]:
    """The function as a generator of results, whether it gives one, several or none."""

    @functools.wraps(function)
    def results(*args: Any, **kwargs: Any) -> Iterator[Any]:
        found = function(*args, **kwargs)
        if found is None:
            return
        many = isinstance(found, Iterable) and not isinstance(found, kinds)
        for each in found if many else [found]:
            if not isinstance(each, kinds):
                raise ParameterError(
                    "%s gave %.80r, which is no %s"
                    % (function.__name__, each, " or ".join(kind.__name__ for kind in kinds))
                )
            yield each

    return results


class ScriptSpec(OpSpec):
    """A script that a step runs.

    Attributes:
        path: the file, relative to the component's folder.
        args: its arguments, as a list or as one writes them in a shell.
    """

    type: Literal["script"] = "script"
    path: str
    args: Union[List[str], str, None] = None

    def command(self, program: List[str], folder: str) -> List[str]:
        """What to start."""
        args = shlex.split(self.args) if isinstance(self.args, str) else self.args or []
        return [*program, os.path.join(folder, self.path), *args]
