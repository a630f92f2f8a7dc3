"""`PipesClient`: starts a process outside, and gives what it reports."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any, Dict, Mapping, Optional, Sequence

from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.outcomes import MaterializeResult
from atoll.errors import PipesExecutionError
from atoll.pipes.messages import PipesExecutionResult
from atoll.pipes.protocol import PipesExtras
from atoll.pipes.session import PipesSession


class PipesClientCompletedInvocation:
    """What came of a process outside.

    Args:
        session: that with the process.
        metadata: facts for each of the results.
    """

    def __init__(self, session: PipesSession, metadata: Optional[Mapping[str, Any]] = None):
        self._session = session
        self._metadata: Dict[str, MetadataValue] = normalize(metadata)

    @property
    def metadata(self) -> Mapping[str, MetadataValue]:
        """The facts for each of the results."""
        return self._metadata

    def get_results(
        self, *, implicit_materializations: bool = True
    ) -> Sequence[PipesExecutionResult]:
        """What the step is to return or yield.

        Args:
            implicit_materializations: assets of which the process said nothing are made as well.
        """
        return self._session.get_results(
            implicit_materializations=implicit_materializations, metadata=self._metadata
        )

    def get_materialize_result(self, *, implicit_materialization: bool = True) -> MaterializeResult:
        """The one asset that was made, with what was found by checks.

        Raises:
            PipesExecutionError: `pipes.results`, there is none, or there are several.
        """
        found = self.get_results(implicit_materializations=implicit_materialization)
        made = [each for each in found if isinstance(each, MaterializeResult)]
        checks = [each for each in found if isinstance(each, AssetCheckResult)]
        if len(made) != 1:
            raise PipesExecutionError(
                "get_materialize_result(): %d assets were made%s"
                % (len(made), ": " * bool(made) + ", ".join(str(each.asset_key) for each in made)),
                code="pipes.results",
                hint="use get_results()",
            )
        if any(each.asset_key not in (None, made[0].asset_key) for each in checks):
            raise PipesExecutionError(
                "get_materialize_result(): a check is of an asset other than '%s'"
                % made[0].asset_key,
                code="pipes.results",
                hint="use get_results()",
            )
        result = copy.copy(made[0])
        result.check_results = [*result.check_results, *checks]
        return result

    def get_asset_check_result(self) -> AssetCheckResult:
        """The one thing that a check found.

        Raises:
            PipesExecutionError: `pipes.results`, there is another number of results.
        """
        found = self.get_results()
        if len(found) != 1 or not isinstance(found[0], AssetCheckResult):
            raise PipesExecutionError(
                "get_asset_check_result(): there are %d results, and not one of a check"
                % len(found),
                code="pipes.results",
                hint="use get_results()",
            )
        return found[0]

    def get_custom_messages(self) -> Sequence[Any]:
        """What the process has said with `report_custom_message`."""
        return self._session.get_custom_messages()


class PipesClient(ABC):
    """Starts a process outside; derive from it for another place to start one in."""

    @abstractmethod
    def run(
        self, *, context: Any, extras: Optional[PipesExtras] = None, **kwargs: Any
    ) -> PipesClientCompletedInvocation:
        """Start a process, and wait for its end.

        Args:
            context: that of the step.
            extras: what else the process is to know; JSON can say it.
            kwargs: what else the place needs to start one.
        """
