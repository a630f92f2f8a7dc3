from __future__ import annotations

from typing import Any

import pytest

from atoll_wire.selection import MAX_DEPTH, SelectionError, parse, resolve


class Asset:
    def __init__(self, deps: str = "", **attributes: Any) -> None:
        self.deps = deps.split()
        self.group: str = attributes.get("group", "default")
        self.tags: dict[str, str] = attributes.get("tags", {})
        self.kinds: list[str] = attributes.get("kinds", [])
        self.owners: list[str] = attributes.get("owners", [])
        self.location: str | None = attributes.get("location")


GRAPH = {
    "raw/orders": Asset(group="raw", tags={"pii": "yes"}, kinds=["duckdb"], location="one"),
    "raw/users": Asset(group="raw", tags={"pii": ""}, owners=["me@x.com"], location="one"),
    "clean": Asset("raw/orders raw/users outside", owners=["team:data"], location="two"),
    "report": Asset("clean", location="two"),
    "odd name": Asset("report"),
    "1": Asset(),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", list(GRAPH)),
        ("clean", ["clean"]),
        ('"odd name"', ["odd name"]),
        ("key:raw/orders", ["raw/orders"]),
        ('key:"raw/*"', ["raw/orders", "raw/users"]),
        ("key:*e*r*", ["raw/orders", "raw/users", "report"]),
        ("+clean", ["raw/orders", "raw/users", "clean"]),
        ("clean+", ["clean", "report", "odd name"]),
        ("clean+1", ["clean", "report"]),
        ("1+report", ["clean", "report"]),
        ("2+report", ["raw/orders", "raw/users", "clean", "report"]),
        ("1+clean+1", ["raw/orders", "raw/users", "clean", "report"]),
        ("+clean+", [k for k in GRAPH if k != "1"]),
        ("1", ["1"]),
        ("1+", ["1"]),
        ("group:raw", ["raw/orders", "raw/users"]),
        ('group:"raw"', ["raw/orders", "raw/users"]),
        ("group:nothing", []),
        ("tag:pii", ["raw/orders", "raw/users"]),
        ("tag:pii=yes", ["raw/orders"]),
        ('tag:"pii"="yes"', ["raw/orders"]),
        ("tag:<null>", ["clean", "report", "odd name", "1"]),
        ("kind:duckdb", ["raw/orders"]),
        ("owner:me@x.com", ["raw/users"]),
        ("owner:team:data", ["clean"]),
        ('owner:"team:data"', ["clean"]),
        ("code_location:two", ["clean", "report"]),
        ("group:raw and not tag:pii=yes", ["raw/users"]),
        ("clean or group:raw and kind:duckdb", ["raw/orders", "clean"]),
        ("(clean or group:raw) and kind:duckdb", ["raw/orders"]),
        ("report, clean", ["clean", "report"]),
        ("not (group:raw or clean)", ["report", "odd name", "1"]),
        ("not not clean", ["clean"]),
        ("(clean or report)+", ["clean", "report", "odd name"]),
        ("roots(+report)", ["raw/orders", "raw/users"]),
        ("sinks(+report)", ["report"]),
        ("NOT group:raw AND clean", ["clean"]),
    ],
)
def test_a_selection_selects_in_the_order_of_the_graph(text: str, expected: list[str]) -> None:
    assert resolve([text], GRAPH) == expected
    assert parse(str(parse(text))) == parse(text)


def test_several_selections_are_joined_and_none_selects_nothing() -> None:
    assert resolve(["report", parse("clean")], GRAPH) == ["clean", "report"]
    assert resolve([], GRAPH) == []
    assert resolve("clean", GRAPH) == ["clean"]


@pytest.mark.parametrize(
    ("text", "code", "column", "expects"),
    [
        ("", "selection.syntax", 1, "an asset key"),
        ("clean report", "selection.syntax", 7, "'and'"),
        ("(clean", "selection.syntax", 7, "')'"),
        ("clean)", "selection.syntax", 6, "the end"),
        ("clean and", "selection.syntax", 10, "an asset key"),
        ("++clean", "selection.syntax", 2, "2+clean"),
        ("clean++", "selection.syntax", 7, "clean+2"),
        ("raw*", "selection.syntax", 1, 'key:"raw*"'),
        ('"clean', "selection.syntax", 1, "double quotes"),
        ("group:", "selection.syntax", 7, "a value"),
        ("colour:red", "selection.unknown_attribute", 1, "'group:'"),
        ("clean $ x", "selection.syntax", 7, "double quotes"),
        ("key:<null>", "selection.syntax", 11, ""),
        ("9999999999+clean", "selection.syntax", 1, ""),
        ("(" * 60 + "clean" + ")" * 60, "selection.too_deep", MAX_DEPTH + 1, ""),
        ("not " * 60 + "clean", "selection.too_deep", 4 * MAX_DEPTH + 1, ""),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(
    text: str, code: str, column: int, expects: str
) -> None:
    with pytest.raises(SelectionError) as told:
        parse(text)

    assert (told.value.code, told.value.column) == (code, column)
    assert expects in str(told.value)


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(SelectionError) as told:
        resolve(["raw/order or clean"], GRAPH)

    assert told.value.code == "selection.unknown_key"
    assert told.value.nearest[0] == "raw/orders"


def test_a_graph_may_bring_its_dependents() -> None:
    class Indexed(dict):  # type: ignore[type-arg]
        def __init__(self) -> None:
            super().__init__(GRAPH)
            self.dependents = {"clean": ["report"]}

    assert resolve(["clean+"], Indexed()) == ["clean", "report"]


def test_thousands_of_traversals_walk_the_graph_once() -> None:
    asked = []

    class Counted(Asset):
        def __getattribute__(self, name: str) -> Any:
            if name == "deps":
                asked.append(self)
            return super().__getattribute__(name)

    graph = {"k%d" % n: Counted("k%d" % (n - 1) if n else "") for n in range(3000)}
    found = resolve(["+k%d" % n for n in range(3000)], graph)

    assert len(found) == 3000
    assert len(asked) <= 3 * len(graph), "a walk for each of them would ask millions of times"


def test_a_pattern_of_many_stars_takes_no_longer() -> None:
    graph = {"a" * 5000: Asset()}

    assert resolve(['key:"%sb"' % ("*a" * 50)], graph) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*report", "write +report for everything upstream of report"),
        ("report*", "write report+ for everything downstream of report"),
        ("*report*", "write +report+ for everything on both sides of report"),
        ("++report", "write 2+report for two layers upstream"),
        ('++"odd name"', 'write 2+"odd name" for two layers upstream'),
        ("report++", "write report+2 for two layers downstream"),
        ("re*port", 'expected key:"re*port" to match names'),
        ("++", "write 2+key for two layers upstream"),
    ],
)
def test_older_grammars_are_told_what_to_write_instead(text: str, says: str) -> None:
    with pytest.raises(SelectionError) as told:
        parse(text)

    assert says in str(told.value)
    assert told.value.code == "selection.syntax"
