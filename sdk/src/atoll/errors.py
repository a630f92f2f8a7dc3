"""Every error that Atoll raises in a user's process, and what to do about each.

    AtollError                       DagsterError
    +-- DefinitionError              DagsterInvalidDefinitionError: a declaration is wrong; knows
    |   |                            the file and line of it
    |   +-- SubsetError              DagsterInvalidSubsetError: a part of nothing
    |   +-- UnknownArgumentError     an argument that there is not (TypeError)
    |   +-- ConfigDefinitionError    DagsterInvalidConfigDefinitionError: a config schema is none
    +-- ParameterError               CheckError: an argument is of a type that is not taken
    +-- ConfigError                  DagsterInvalidConfigError: the configuration of a run or a
    |                                resource does not fit
    +-- InvocationError              DagsterInvalidInvocationError: a function was called, or gave
    |                                back something, against its declaration
    +-- PropertyError                DagsterInvalidPropertyError: a context has no such fact here
    +-- InvariantError               DagsterInvariantViolationError: what must hold does not
    |   +-- OutputNotFoundError      DagsterStepOutputNotFoundError: a value was never made
    +-- StepNotFoundError            DagsterExecutionStepNotFoundError: a run has no such step
    +-- MetadataError                DagsterInvalidMetadata: a fact is of no kind that is known
    +-- UnknownResourceError         DagsterUnknownResourceError: no such resource (AttributeError)
    +-- UnknownPartitionError        DagsterUnknownPartitionError: no such partition (ValueError)
    +-- TypeCheckError               DagsterTypeCheckDidNotPass: a value is not of its declared type
    +-- CheckFailedError             DagsterAssetCheckFailedError: a blocking check did not pass
    +-- StoredValueError             the value of an asset is missing, foreign or unreadable
    |   +-- MissingValueError        there is no such value (FileNotFoundError)
    +-- UserCodeError                DagsterUserCodeExecutionError: the user's code raised; the
    |   |                            error itself is `user_exception` and the cause
    |   +-- ResourceFunctionError    DagsterResourceFunctionError: ... while a resource was made
    |   |                            ready
    |   +-- ConfigMappingError       DagsterConfigMappingFunctionError: ... while the config of a
    |                                part was made of that of the whole
    +-- ResolutionError              ResolutionException: what a YAML file gives for a field of a
    |                                component cannot be made into it
    +-- PipesExecutionError          DagsterPipesExecutionError: a process that a step started did
    |                                not do its work
    ExecutionInterrupted             DagsterExecutionInterruptedError: the step is to end now (a
                                     BaseException: not caught by accident)

In the right column stands the name under which code written for Dagster knows each.

Each has a stable `code`, such as `definition.duplicate_key`, and at most one `hint`.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence, Tuple, Type, TypeVar

_E = TypeVar("_E", bound="AtollError")


class AtollError(Exception):
    """The root of all errors that Atoll itself raises.

    Args:
        message: what is wrong, in a sentence.
        code: stable, for programs; a row of `docs/reference/errors.md`.
        hint: what to do; put below the message. None: nothing is said.
    """

    def __init__(self, message: str, *, code: str = "atoll.error", hint: Optional[str] = None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        return self.message if not self.hint else "%s\nhint: %s" % (self.message, self.hint)

    def __reduce__(self) -> Tuple[Any, ...]:
        return _rebuild, (type(self), self.__dict__.copy())


class DefinitionError(AtollError):
    """`definition.*`: something in the user's declarations cannot be meant so.

    Args:
        source: file and line of the user's declaration; put before the message.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "definition.invalid",
        hint: Optional[str] = None,
        source: Optional[Tuple[str, int]] = None,
    ):
        super().__init__(message, code=code, hint=hint)
        self.file = source[0] if source else None
        self.line = source[1] if source else None

    def __str__(self) -> str:
        place = "" if self.file is None else " (%s:%s)" % (self.file, self.line)
        hint = "" if not self.hint else "\nhint: " + self.hint
        return self.message + place + hint


class UnknownArgumentError(DefinitionError, TypeError):
    """`definition.unknown_argument`: a declaration was given an argument that there is not."""


class SubsetError(DefinitionError):
    """`selection.*`: a selection asks for something that is not there, or not by itself."""


class ConfigDefinitionError(DefinitionError):
    """`config_schema.*`: a config schema is written so that nothing could fit it."""


class ParameterError(AtollError):
    """`parameter.*`: an argument is of a type that the function does not take."""

    def __init__(self, message: str, *, code: str = "parameter.type", hint: Optional[str] = None):
        super().__init__(message, code=code, hint=hint)


class ConfigError(AtollError):
    """`config.*`: a run's or a resource's configuration does not fit its declaration.

    Attributes:
        errors: what does not fit, each with `message`, `path` and `reason`.
        config_value: the configuration; not in the message, for it may hold secrets.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "config.invalid",
        hint: Optional[str] = None,
        errors: Sequence[Any] = (),
        config_value: Any = None,
    ):
        super().__init__(message, code=code, hint=hint)
        self.errors = list(errors)
        self.config_value = config_value


class PropertyError(AtollError):
    """`context.*`: a context was asked for something that its step or value does not have."""


class InvariantError(AtollError):
    """`invariant.*`: what must hold between several definitions or calls does not."""


class OutputNotFoundError(InvariantError):
    """`output.not_found`: a value was asked for that no step has made."""


class StepNotFoundError(AtollError):
    """`selection.unknown_step`: a step was selected that the run does not have.

    Attributes:
        step_keys: what was selected.
    """

    def __init__(self, message: str, *, step_keys: Sequence[str], hint: Optional[str] = None):
        super().__init__(message, code="selection.unknown_step", hint=hint)
        self.step_keys = list(step_keys)


class MetadataError(AtollError):
    """`metadata.*`: a fact is of no kind that metadata knows."""


class UnknownResourceError(AtollError, AttributeError):
    """`resource.unknown`: a step asked for a resource that it did not declare."""


class UnknownPartitionError(AtollError, ValueError):
    """`partition.unknown`: a partition key is not among those of its definition."""


class TypeCheckError(AtollError):
    """`type.mismatch`: a value is not of the type that was declared for it.

    Attributes:
        metadata: what the type's check found, by name.
        dagster_type: the type; None where it is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "type.mismatch",
        hint: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        dagster_type: Any = None,
    ):
        super().__init__(message, code=code, hint=hint)
        self.metadata = dict(metadata or {})
        self.dagster_type = dagster_type


class ResolutionError(AtollError):
    """`component.*`: a value of a YAML file cannot be made into what its field is to hold."""

    def __init__(
        self, message: str, *, code: str = "component.unresolved", hint: Optional[str] = None
    ):
        super().__init__(message, code=code, hint=hint)


class PipesExecutionError(AtollError):
    """`pipes.*`: what a step started outside did not do its work, or said something else."""

    def __init__(self, message: str, *, code: str = "pipes.failed", hint: Optional[str] = None):
        super().__init__(message, code=code, hint=hint)


class UserCodeError(AtollError):
    """`user_code.raised`: the user's code raised while it ran in this process.

    Attributes:
        user_exception: what it raised; also the cause.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "user_code.raised",
        hint: Optional[str] = None,
        user_exception: Optional[BaseException] = None,
    ):
        super().__init__(message, code=code, hint=hint)
        self.user_exception = user_exception


class ResourceFunctionError(UserCodeError):
    """`resource.raised`: the user's code raised while a resource was made ready.

    Args:
        arguments: further arguments of `UserCodeError`.
    """

    def __init__(self, message: str, *, code: str = "resource.raised", **arguments: Any):
        super().__init__(message, code=code, **arguments)


class ConfigMappingError(UserCodeError):
    """`user_code.config_mapping`: a function that makes config of other config raised.

    Args:
        arguments: further arguments of `UserCodeError`.
    """

    def __init__(self, message: str, *, code: str = "user_code.config_mapping", **arguments: Any):
        super().__init__(message, code=code, **arguments)


class CheckFailedError(AtollError):
    """`check.failed`: a blocking check did not pass, so nothing downstream is made."""

    def __init__(self, message: str, *, code: str = "check.failed", hint: Optional[str] = None):
        super().__init__(message, code=code, hint=hint)


class StoredValueError(AtollError):
    """`value.*`: the value of an asset cannot be stored or loaded."""


class MissingValueError(StoredValueError, FileNotFoundError):
    """`value.missing`: there is no such value, as of a file that is not there."""


class InvocationError(AtollError):
    """`invocation.*` and `output.*`: an asset's function was used against its declaration."""


class UnsupportedImport(AtollError, ImportError):
    """`compat.unsupported`: code asks for a name of Dagster's that Atoll does not have."""


class UnsupportedAttribute(AtollError, AttributeError):
    """`compat.unsupported`: the same, where the name is not imported but looked up (`dg.NAME`)."""


class ExecutionInterrupted(BaseException):
    """`step.*`: raised inside user code when its step is cancelled, or has used up its time.

    It derives from BaseException so that `except Exception` does not swallow it. The code is
    `step.interrupted` for a cancellation, else `step.timed_out` or `step.cpu_time`.

    Args:
        message: what happened, in a sentence.
        code: as said above.
    """

    def __init__(self, message: str = "the step was canceled", *, code: str = "step.interrupted"):
        super().__init__(message)
        self.code = code


def nearest(name: str, known: Sequence[str], limit: int = 3) -> str:
    """A clause that names the known names closest to `name`, or an empty string."""
    import difflib

    matches = difflib.get_close_matches(name, known, limit, 0.6)
    return "did you mean %s?" % " or ".join("'%s'" % match for match in matches) if matches else ""


def _rebuild(cls: Type[_E], state: Dict[str, Any]) -> _E:
    error = cls.__new__(cls, state["message"])
    error.args = (state["message"],)
    error.__dict__.update(state)
    return error
