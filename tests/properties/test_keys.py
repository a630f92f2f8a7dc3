"""Keys: what is written is read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atoll import AssetKey
from atoll_wire.keys import AttemptKey, join_key, split_key

parts = st.lists(st.text(min_size=1), min_size=1)


STEP = st.text(st.characters(codec="utf-8"), min_size=1)


@given(parts)
def test_a_written_key_has_the_same_parts(found: list[str]) -> None:
    assert split_key(join_key(found)) == tuple(found)
    assert AssetKey(AssetKey(found).to_user_string()).path == found


@given(parts, parts)
def test_two_keys_are_written_alike_only_if_they_are_equal(a: list[str], b: list[str]) -> None:
    assert (join_key(a) == join_key(b)) == (a == b)
    assert (AssetKey(a) == AssetKey(b)) == (a == b)


@given(st.sets(st.tuples(STEP, st.integers(1, 10**6)), max_size=5))
def test_attempts_have_file_names_of_their_own(attempts: set[tuple[str, int]]) -> None:
    names = {AttemptKey("r", step, attempt).file_name for step, attempt in attempts}

    assert len(names) == len(attempts)
    assert all("/" not in name and len(name) < 200 for name in names)
