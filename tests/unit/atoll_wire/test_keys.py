from __future__ import annotations

import pickle

import pytest

from atoll import AssetKey, DefinitionError
from atoll_wire.keys import AttemptKey, join_key, location_folder, split_key, step_key


def test_a_key_is_written_with_slashes_and_read_back() -> None:
    assert AssetKey("a/b") == AssetKey(["a", "b"]) == AssetKey.from_user_string("a/b")
    assert AssetKey(["a", "b"]).to_user_string() == "a/b"
    assert AssetKey("a/b").path == ["a", "b"]
    assert AssetKey(["a/b"]).to_user_string() == r"a\/b"
    assert hash(AssetKey("a/b")) == hash(AssetKey(("a", "b")))
    assert pickle.loads(pickle.dumps(AssetKey("a/b"))) == AssetKey("a/b")
    assert len({AssetKey("a"), AssetKey(["a"])}) == 1


@pytest.mark.parametrize("bad", ["", [], ["a", ""], "a//b", [1], 3, None])
def test_what_is_no_key_is_told(bad: object) -> None:
    with pytest.raises(DefinitionError) as told:
        AssetKey.from_coercible(bad)

    assert told.value.code == "definition.bad_key"


def test_prefixes() -> None:
    assert AssetKey("b").with_prefix(["x", "a"]) == AssetKey("x/a/b")
    assert AssetKey("x/a/b").has_prefix(["x", "a"])
    assert not AssetKey("x/a").has_prefix(["a"])


def test_steps_and_attempts_have_names_of_their_own() -> None:
    key = AttemptKey("run", "a b/c.d", 3)

    assert step_key("a/b") == "a__b"
    assert key.file_name == "a%20b%2Fc.d.3"
    assert key.ring == "run/a%20b%2Fc.d.3"
    assert split_key(join_key(["a\\", "/b"])) == ("a\\", "/b")


def test_a_long_step_has_a_short_file_name_that_is_its_own() -> None:
    names = {AttemptKey("run", "é" * n, 1).file_name for n in range(1000, 1010)}

    assert len(names) == 10
    assert max(len(name) for name in names) < 200


def test_a_location_s_folder_is_one_component_whatever_the_location_is_called() -> None:
    names = [
        "shop",
        "main.py:defs",
        "grpc:localhost:4266",
        "a/b",
        "..",
        ".",
        "../../etc",
        "x" * 300,
    ]
    folders = [location_folder(name) for name in names]
    assert folders[:3] == names[:3]
    assert len(set(folders)) == len(names)
    for folder in folders:
        assert "/" not in folder and not folder.startswith(".") and len(folder) < 200
