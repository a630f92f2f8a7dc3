"""Which steps a run has, where each of them runs, and what each waits for: the plan as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from atoll_wire.failure import Failure


class PlanError(Exception):
    """`plan.*`: what was asked for cannot be run; the user's declarations say why.

    Attributes:
        code: stable slug.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, code: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return _plan_error, (str(self), self.code, self.hint)

    @property
    def failure(self) -> Failure:
        """The error as data."""
        return Failure(code=self.code, message=str(self), hint=self.hint)


def _plan_error(message: str, code: str, hint: str | None) -> PlanError:
    return PlanError(message, code=code, hint=hint)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan."""

    key: str
    """Unique in the run. Where two locations have a step of one name, the later one's key
    has `@` and its location behind it."""
    assets: tuple[str, ...]
    location: str
    generation: int
    identity: str
    """Of the generation: what it must run on, under whichever number."""
    needs: tuple[str, ...] = ()
    """Keys of the steps that must succeed before it."""
    pool: str | None = None
    checks: tuple[str, ...] = ()
    """Keys of the checks that it evaluates."""
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By input, the outputs of earlier steps that it takes, as `step:output`. Where none of these
    was given back, it is skipped."""
    partition: str | None = None
    """That it makes, where it is another one than the run's."""
    is_part: bool = False
    """Whether it is an op: of a job, or of the graph behind an asset. What it gives back, another
    run finds only where it is told which run has it."""

    def to_data(self) -> dict[str, Any]:
        """The step as JSON; what says nothing is left out."""
        more = {
            "checks": list(self.checks),
            "inputs": {name: list(taken) for name, taken in self.inputs.items()},
            "partition": self.partition,
            "is_part": self.is_part,
        }
        return {
            **{name: value for name, value in more.items() if value},
            "key": self.key,
            "assets": list(self.assets),
            "location": self.location,
            "generation": self.generation,
            "identity": self.identity,
            "needs": list(self.needs),
            "pool": self.pool,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PlannedStep:
        """The inverse of `to_data`."""
        return cls(
            key=data["key"],
            assets=tuple(data["assets"]),
            location=data["location"],
            generation=data["generation"],
            identity=data["identity"],
            needs=tuple(data.get("needs", ())),
            pool=data.get("pool"),
            checks=tuple(data.get("checks", ())),
            inputs={name: tuple(taken) for name, taken in data.get("inputs", {}).items()},
            partition=data.get("partition"),
            is_part=data.get("is_part", False),
        )


@dataclass(frozen=True)
class Plan:
    """The steps of a run, every step after those that it needs."""

    steps: tuple[PlannedStep, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    """The job's own; like its tags, it goes into the run beside the plan, not as part of it."""
    tags: Mapping[str, str] = field(default_factory=dict)
    max_concurrent_steps: int | None = None
    """How many of its steps go on at once; None: as many as there is room for."""

    def to_data(self) -> dict[str, Any]:
        """The plan as JSON, as `RUN_STARTING` carries it."""
        steps = [step.to_data() for step in self.steps]
        if self.max_concurrent_steps is None:
            return {"steps": steps}
        return {"steps": steps, "max_concurrent_steps": self.max_concurrent_steps}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        """The inverse of `to_data`."""
        return cls(
            tuple(PlannedStep.from_data(step) for step in data["steps"]),
            max_concurrent_steps=data.get("max_concurrent_steps"),
        )
