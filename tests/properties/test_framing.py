"""Every message survives its frame, however the bytes are cut."""

from __future__ import annotations

import dataclasses
import functools
import sys
import typing
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll_wire.codec import MalformedMessage
from atoll_wire.framing import FrameDecoder, decode_payload, encode
from atoll_wire.messages import MESSAGES, Message

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return JSON
    if origin is typing.Union:
        return st.none() | _of(next(a for a in arguments if a is not type(None)))
    if origin is list:
        return st.lists(_of(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(st.text(max_size=3), _of(arguments[1]), max_size=3)
    if dataclasses.is_dataclass(hint):
        return st.deferred(lambda: _dataclass(hint))
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    return st.from_type(hint)


@functools.cache
def _dataclass(cls: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls, vars(sys.modules[cls.__module__]))
    return st.builds(cls, **{f.name: _of(hints[f.name]) for f in dataclasses.fields(cls)})


MESSAGE = st.sampled_from(sorted(MESSAGES)).flatmap(lambda name: _dataclass(MESSAGES[name]))


@settings(suppress_health_check=[HealthCheck.too_slow])  # building the strategies once
@given(st.lists(st.tuples(MESSAGE, st.integers(0, 9)), max_size=4), st.data())
def test_messages_survive_any_cutting_of_the_stream(
    sent: list[tuple[Message, int]], data: st.DataObject
) -> None:
    stream = b"".join(encode(message, epoch) for message, epoch in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    decoder, received = FrameDecoder(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        received.extend(decoder.feed(stream[start:end]))
    assert received == sent


@given(st.binary(max_size=200) | JSON.map(lambda value: repr(value).encode()))
def test_garbage_is_refused_and_nothing_else_happens(payload: bytes) -> None:
    try:
        decode_payload(payload)
    except MalformedMessage:
        pass
