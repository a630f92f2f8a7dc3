from __future__ import annotations

import pickle

import pytest

from atoll import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.DefinitionError("m", code="definition.x", hint="h", source=("f.py", 3)),
        errors.ConfigError("m", code="config.x"),
        errors.StoredValueError("m", code="value.x", hint="h"),
        errors.InvocationError("m", code="invocation.x"),
    ],
)
def test_every_error_survives_a_pickle(error: errors.AtollError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert (str(again), again.code, again.hint) == (str(error), error.code, error.hint)


def test_an_error_says_where_and_what_to_do() -> None:
    error = errors.DefinitionError("wrong", hint="do this", source=("f.py", 3))

    assert str(error) == "wrong (f.py:3)\nhint: do this"


def test_a_cancellation_is_not_caught_by_accident() -> None:
    assert not issubclass(errors.ExecutionInterrupted, Exception)
