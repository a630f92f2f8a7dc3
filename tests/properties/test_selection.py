"""Selections: printing and reading, and the laws of what they select."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from atoll_wire import selection as s
from atoll_wire.selection import SelectionError, parse, resolve


class Asset:
    def __init__(self, deps: list[str], group: str) -> None:
        self.deps = deps
        self.group = group
        self.tags = {"t": group}
        self.kinds = [group]
        self.owners: list[str] = []


KEYS = [f"k{n}" for n in range(8)]
names = st.text(min_size=1, max_size=5)
layers = st.one_of(st.none(), st.integers(1, 3))
leaves = st.one_of(
    st.just(s.All()),
    st.builds(s.Key, st.sampled_from(KEYS)),
    st.builds(s.Attribute, st.sampled_from(["group", "kind"]), st.sampled_from(["a", "b"])),
)
wild_leaves = st.one_of(
    leaves,
    st.builds(s.Key, names),
    st.builds(s.Attribute, st.sampled_from(["group", "kind", "owner"]), st.none() | names),
    st.builds(s.Attribute, st.just("tag"), names, st.none() | st.text(max_size=3)),
    st.builds(s.Attribute, st.just("key"), names.map(lambda name: name + "*")),
)


def extend(inner: Any) -> Any:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(s.Traverse, inner, layers, st.just(0)),
        st.builds(s.Traverse, inner, st.just(0), layers),
        st.builds(s.Traverse, inner, layers, layers),
        st.builds(s.Function, st.sampled_from(["roots", "sinks"]), inner),
        st.builds(s.Not, inner),
        st.builds(s.And, several),
        st.builds(s.Or, several),
    )


trees = st.recursive(leaves, extend, max_leaves=6)
wild_trees = st.recursive(wild_leaves, extend, max_leaves=8)


@st.composite
def graphs(draw: Any) -> dict[str, Asset]:
    found = {}
    for n, key in enumerate(KEYS):
        deps = draw(st.lists(st.sampled_from([*KEYS[:n], "outside"]), max_size=3, unique=True))
        found[key] = Asset(deps, draw(st.sampled_from(["a", "b"])))
    return found


@given(wild_trees)
@example(s.Key("and"))
@example(s.Traverse(s.Key("1"), 2, 3))
@example(s.Key('"\\'))
@example(s.Attribute("owner", "team:x"))
def test_what_is_printed_reads_back_the_same(tree: Any) -> None:
    assert parse(str(tree)) == tree


@given(st.text(alphabet='ab1*+:()"\\ =,<>nulotrdk', max_size=30))
def test_any_text_is_read_or_refused_with_a_column(text: str) -> None:
    try:
        tree = parse(text)
    except SelectionError as error:
        assert error.column is None or 1 <= error.column <= len(text) + 1
        assert str(error)
    else:
        assert parse(str(tree)) == tree


@given(graphs(), trees, trees)
def test_the_laws_of_sets_hold(graph: dict[str, Asset], a: Any, b: Any) -> None:
    in_a, in_b = set(resolve([a], graph)), set(resolve([b], graph))

    assert set(resolve([a, b], graph)) == set(resolve([s.Or((a, b))], graph)) == in_a | in_b
    assert set(resolve([s.And((a, b))], graph)) == in_a & in_b
    assert set(resolve([s.Not(a)], graph)) == set(graph) - in_a


@given(graphs(), trees)
def test_traversal_grows_layer_by_layer_until_nothing_is_left(
    graph: dict[str, Asset], tree: Any
) -> None:
    found = set(resolve([tree], graph))
    for depth in range(1, len(KEYS) + 1):
        more = set(resolve([s.Traverse(tree, depth, 0)], graph))
        parents = {dep for key in found for dep in graph[key].deps if dep in graph}
        assert more == found | parents
        found = more
    assert found == set(resolve([s.Traverse(tree, None, 0)], graph))


@given(graphs(), st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_upstream_and_downstream_mirror_each_other(graph: dict[str, Asset], a: str, b: str) -> None:
    assert (a in resolve(["+" + b], graph)) == (b in resolve([a + "+"], graph))


@given(graphs(), trees)
def test_roots_and_sinks_reach_everything_that_was_selected(
    graph: dict[str, Asset], tree: Any
) -> None:
    whole = set(resolve([tree], graph))
    roots = resolve([s.Function("roots", tree)], graph)
    sinks = resolve([s.Function("sinks", tree)], graph)

    assert set(roots) | set(sinks) <= whole
    assert bool(roots) == bool(sinks) == bool(whole)
