"""Keys: what is written is read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atoll import AssetKey
from atoll_wire.keys import AttemptKey, join_key, split_key

parts = st.lists(st.text(min_size=1), min_size=1)


@given(parts)
def test_a_written_key_has_the_same_parts(found: list[str]) -> None:
    assert split_key(join_key(found)) == tuple(found)
    assert AssetKey(AssetKey(found).to_user_string()).path == found


@given(parts, parts)
def test_two_keys_are_written_alike_only_if_they_are_equal(a: list[str], b: list[str]) -> None:
    assert (join_key(a) == join_key(b)) == (a == b)
    assert (AssetKey(a) == AssetKey(b)) == (a == b)


@given(st.text(min_size=1), st.integers(1, 10**6))
def test_an_attempt_is_known_from_its_file(step: str, attempt: int) -> None:
    step = step.encode("utf-8", "ignore").decode() or "x"
    key = AttemptKey("r", step, attempt)

    assert AttemptKey.from_file_name("r", key.file_name) == key
    assert "/" not in key.file_name
