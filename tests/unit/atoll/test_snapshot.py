from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

import atoll
from atoll import AssetSpec, Config, ConfigurableResource, Definitions, EnvVar, RetryPolicy, asset
from atoll.graph import build_snapshot
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot


class Settings(Config):
    rows: int = 5


class Vault(ConfigurableResource):
    """Holds things."""

    token: str
    secret: SecretStr = SecretStr("default-secret")


def definitions() -> Definitions:
    @asset(
        key_prefix="shop",
        deps=["outside"],
        group_name="g",
        tags={"t": "1"},
        owners=["team:x"],
        kinds={"duckdb"},
        code_version="v2",
        metadata={"n": 1, "at": atoll.MetadataValue.path("/x")},
        retry_policy=RetryPolicy(2),
        pool="p",
    )
    def orders(config: Settings, vault: Vault) -> None:
        """All orders."""

    @atoll.multi_asset(specs=[AssetSpec("b"), AssetSpec("c", deps=["b"])], can_subset=True)
    def both() -> None: ...

    return Definitions(
        [orders, both, AssetSpec("declared", description="d")],
        resources={"vault": Vault(token=EnvVar("VAULT_TOKEN"))},
        metadata={"owner": "me"},
    )


def test_everything_about_an_asset_is_in_it() -> None:
    snapshot = build_snapshot(definitions())
    orders = snapshot.assets[0]

    assert orders == AssetSnapshot(
        key="shop/orders",
        step="shop__orders",
        deps=["outside"],
        group="g",
        description="All orders.",
        metadata={
            "n": {"type": "int", "value": 1},
            "at": {"type": "path", "value": "/x"},
        },
        tags={"t": "1"},
        owners=["team:x"],
        kinds=["duckdb"],
        code_version="v2",
        file=__file__,
        line=orders.line,
    )
    assert orders.line is not None and orders.line > 10


def test_steps_tell_their_assets_config_resources_and_retries() -> None:
    one, several = build_snapshot(definitions()).steps

    assert one.assets == ["shop/orders"]
    assert one.config_schema is not None
    assert one.config_schema["properties"]["rows"]["default"] == 5
    assert one.required_resources == ["vault"]
    assert (one.pool, one.max_retries, one.can_subset) == ("p", 2, False)
    assert (several.key, several.assets, several.can_subset) == ("both", ["b", "c"], True)


def test_what_nothing_here_makes_has_no_step() -> None:
    external = [a for a in build_snapshot(definitions()).assets if a.step is None]

    assert [(a.key, a.description) for a in external] == [("declared", "d"), ("outside", None)]


def test_secrets_and_variables_do_not_enter_it(monkeypatch: Any) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "very-secret")
    text = build_snapshot(definitions()).dumps()

    assert "very-secret" not in text
    assert "default-secret" not in text


def test_equal_definitions_give_equal_text_that_reads_back() -> None:
    text = build_snapshot(definitions()).dumps()

    assert text == build_snapshot(definitions()).dumps()
    assert LocationSnapshot.loads(text) == build_snapshot(definitions())
    assert json.loads(text)["metadata"] == {"owner": {"type": "text", "value": "me"}}


@pytest.mark.parametrize("order", [1, -1])
def test_assets_stand_in_order_of_declaration(order: int) -> None:
    names = ["z", "a", "m"][::order]
    made = []
    for name in names:

        @asset(name=name)
        def build() -> None: ...

        made.append(build)

    assert [a.key for a in build_snapshot(Definitions(made)).assets] == names


def test_a_real_asset_wins_over_a_spec_of_its_key() -> None:
    @asset
    def a() -> None: ...

    (found,) = build_snapshot(Definitions([AssetSpec("a"), a])).assets

    assert found.step == "a"


def test_a_long_chain_is_no_deeper_than_a_short_one() -> None:
    made = [
        atoll.asset(name="a%d" % n, deps=["a%d" % (n - 1)] if n else None)(lambda: None)
        for n in range(2000)
    ]

    assert len(build_snapshot(Definitions(made)).steps) == 2000


def test_free_text_that_is_no_utf8_is_escaped() -> None:
    @asset(description="from \udcff", metadata={"\udcff": "b\udcff"}, code_version="\udcff")
    def a() -> None: ...

    text = build_snapshot(Definitions([a], metadata={"x": "\udcff"})).dumps()

    snapshot = LocationSnapshot.loads(text)
    (found,) = snapshot.assets
    assert (found.description, found.code_version) == ("from \\udcff", "\\udcff")
    assert found.metadata == {"\\udcff": {"type": "text", "value": "b\\udcff"}}
    assert snapshot.metadata == {"x": {"type": "text", "value": "\\udcff"}}


@pytest.mark.parametrize(
    "spec",
    [
        AssetSpec("a\udcff"),
        AssetSpec("a", deps=["b\udcff"]),
        AssetSpec("a", owners=["me@x.\udcff"]),
    ],
)
def test_a_name_that_is_no_utf8_is_refused_and_its_asset_named(spec: AssetSpec) -> None:
    with pytest.raises(atoll.DefinitionError) as caught:
        build_snapshot(Definitions([spec]))

    assert caught.value.code == "definition.not_utf8"
    assert "the asset 'a" in caught.value.message
    caught.value.message.encode()


def test_resources_tell_which_others_they_take() -> None:
    class Service(ConfigurableResource):
        vault: Vault
        own: Vault

    @atoll.resource(required_resource_keys={"vault"})
    def session(context: Any) -> None:
        """Opened anew."""

    vault, own = Vault(token="a"), Vault(token="b")
    service = Service(vault=vault, own=own)
    resources = {"vault": vault, "service": service, "session": session}

    snapshot = build_snapshot(Definitions(resources=resources))

    found = {one.key: one.required_resources for one in snapshot.resources}
    assert found == {"vault": [], "service": ["vault"], "session": ["vault"]}


def test_a_resource_of_an_assets_own_is_not_offered_by_the_location() -> None:
    @asset(resource_defs={"own": atoll.ResourceDefinition.hardcoded_resource(1)})
    def a() -> None: ...

    given = Definitions([a], resources={"shared": atoll.ResourceDefinition.hardcoded_resource(2)})
    mapped = given.map_asset_specs(func=lambda spec: spec)

    for definitions in (given, Definitions.merge(given, Definitions()), mapped):
        told = build_snapshot(definitions).resources
        assert [(one.key, one.is_bound) for one in told] == [("own", True), ("shared", False)]


def test_an_asset_says_which_output_it_is_and_whether_it_may_be_absent() -> None:
    @atoll.multi_asset(outs={"a": atoll.AssetOut(), "b": atoll.AssetOut(is_required=False)})
    def both() -> Any: ...

    @asset(output_required=False)
    def perhaps() -> Any: ...

    @atoll.op(out=atoll.Out(is_required=False))
    def look() -> Any: ...

    @atoll.graph_asset
    def looked() -> Any:
        return look()

    found = build_snapshot(Definitions(assets=[both, perhaps, looked])).assets
    assert [(one.key, one.output, one.is_optional) for one in found] == [
        ("a", "a", False),
        ("b", "b", True),
        ("perhaps", "result", True),
        ("looked", "result", True),
    ]
