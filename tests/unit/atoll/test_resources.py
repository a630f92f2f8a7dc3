from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, Optional

import pytest
from pydantic import Field as ModelField
from pydantic import PrivateAttr, SecretStr, field_validator
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import (
    Config,
    ConfigurableResource,
    EnvVar,
    InitResourceContext,
    MaterializeResult,
    ResourceDependency,
    ResourceParam,
    RunConfig,
    asset,
    materialize,
    resource,
)


class Db(ConfigurableResource):
    url: str
    port: int = 1
    password: Optional[SecretStr] = None
    _told: List[str] = PrivateAttr(default_factory=list)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        self._told.append("setup of %s" % context.resource_key)

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        LOG.append("teardown of %s" % self.url)


LOG: list[str] = []


def facts(result: Any) -> dict[str, Any]:
    """The metadata of the first materialization, as plain values."""
    found = result.get_asset_materialization_events()[0].metadata
    return {name: value.value for name, value in found.items()}


def test_a_parameter_annotated_with_it_takes_the_resource_of_its_name() -> None:
    @asset
    def a(db: Db) -> MaterializeResult:
        return MaterializeResult(metadata={"url": db.url, "told": db._told})

    LOG.clear()
    original = Db(url="here")
    result = materialize([a], resources={"db": original})

    assert facts(result) == {
        "url": "here",
        "told": ["setup of db"],
    }
    assert LOG == ["teardown of here"]
    assert original._told == [], "each step has a fresh one"


def test_environment_variables_are_read_when_a_step_runs(monkeypatch: Any) -> None:
    monkeypatch.delenv("DB_URL", raising=False)
    db = Db(url=EnvVar("DB_URL"), port=EnvVar.int("DB_PORT"), password=EnvVar("DB_PW"))

    @asset
    def a(db: Db) -> MaterializeResult:
        assert db.password is not None
        shown = "%s %d %s" % (db.url, db.port, db.password.get_secret_value())
        return MaterializeResult(metadata={"is": shown, "type": type(db.url).__name__})

    failure = attempt([a], "a", resources={"db": db}).failure
    assert failure["code"] == "config.env_missing"
    assert "DB_URL" in failure["message"]

    monkeypatch.setenv("DB_URL", "there")
    monkeypatch.setenv("DB_PORT", "5")
    monkeypatch.setenv("DB_PW", "secret")
    assert attempt([a], "a", resources={"db": db}).metadata("a") == {
        "is": "there 5 secret",
        "type": "str",
    }


def test_an_environment_variable_does_not_become_text_by_accident() -> None:
    with pytest.raises(atoll.ConfigError, match="get_value"):
        str(EnvVar("X"))
    with pytest.raises(atoll.ConfigError):
        f"{EnvVar('X')}"
    assert EnvVar("NOT_SET_ANYWHERE").get_value("default") == "default"


def test_the_user_s_own_validators_see_values_and_no_variables(monkeypatch: Any) -> None:
    class Stripped(ConfigurableResource):
        host: str

        @field_validator("host")
        @classmethod
        def _strip(cls, value: str) -> str:
            assert type(value) is str
            return value.strip()

    @asset
    def a(stripped: Stripped) -> MaterializeResult:
        return MaterializeResult(metadata={"host": stripped.host})

    monkeypatch.setenv("HOST", "  here ")
    done = attempt([a], "a", resources={"stripped": Stripped(host=EnvVar("HOST"))})

    assert done.metadata("a") == {"host": "here"}
    assert Stripped(host=" x ").host == "x"


class Service(ConfigurableResource):
    db: Db
    name: str = "s"


def test_resources_nest_and_share_what_they_share() -> None:
    db = Db(url="one")

    @asset
    def a(db: Db, service: Service) -> MaterializeResult:
        return MaterializeResult(metadata={"same": service.db is db, "told": db._told})

    done = attempt([a], "a", resources={"db": db, "service": Service(db=db)})

    assert done.metadata("a") == {"same": True, "told": ["setup of db"]}


def test_a_dependency_may_be_any_object() -> None:
    class Client:
        n = 7

    class Wrapper(ConfigurableResource):
        client: ResourceDependency[Client]

    @resource
    def client(_: Any) -> Client:
        return Client()

    @asset
    def a(wrapper: Wrapper, plain: ResourceParam[Client]) -> MaterializeResult:
        return MaterializeResult(metadata={"n": wrapper.client.n + plain.n})

    done = attempt([a], "a", resources={"wrapper": Wrapper(client=client), "plain": Client()})

    assert done.metadata("a") == {"n": 14}


def test_run_config_fills_fields_and_configure_at_launch_waits_for_it() -> None:
    @asset
    def a(db: Db) -> MaterializeResult:
        return MaterializeResult(metadata={"url": db.url, "port": db.port})

    config = RunConfig(resources={"db": {"config": {"url": "launched"}}})
    result = materialize([a], resources={"db": Db.configure_at_launch(port=9)}, run_config=config)

    assert facts(result) == {"url": "launched", "port": 9}
    failure = attempt([a], "a", resources={"db": Db.configure_at_launch()}).failure
    assert failure["code"] == "config.invalid"
    assert "the field 'url' is missing" in failure["message"]


def test_yield_for_execution_does_both() -> None:
    class Session(ConfigurableResource):
        @contextlib.contextmanager
        def yield_for_execution(self, context: InitResourceContext) -> Iterator[Any]:
            LOG.append("open")
            yield self
            LOG.append("close")

    @asset
    def a(session: Session) -> None:
        LOG.append("used")

    LOG.clear()
    materialize([a], resources={"session": Session()})

    assert LOG == ["open", "used", "close"]


def test_functions_make_resources_with_config_and_cleanup() -> None:
    @resource(config_schema={"n": int, "m": atoll.Field(int, default_value=2)})
    def numbers(context: InitResourceContext) -> Iterator[dict[str, int]]:
        yield context.resource_config
        LOG.append("cleaned up")

    @resource(required_resource_keys={"numbers"})
    def doubled(context: InitResourceContext) -> int:
        return context.resources.numbers["n"] * 2  # type: ignore[no-any-return]

    @asset(required_resource_keys={"doubled", "numbers"})
    def a(context: atoll.AssetExecutionContext) -> MaterializeResult:
        found = {"numbers": context.resources.numbers, "doubled": context.resources.doubled}
        return MaterializeResult(metadata=found)

    LOG.clear()
    resources = {"numbers": numbers.configured({"n": 4}), "doubled": doubled}
    done = attempt([a], "a", resources=resources)

    assert done.metadata("a") == {"numbers": {"n": 4, "m": 2}, "doubled": 8}
    assert LOG == ["cleaned up"]


def test_what_was_not_asked_for_is_not_there_and_the_error_says_how() -> None:
    @asset(required_resource_keys={"db"})
    def a(context: atoll.AssetExecutionContext) -> None:
        context.resources.warehouse  # noqa: B018

    failure = attempt([a], "a", resources={"db": 1, "warehouse": 2}).failure

    assert "required_resource_keys={'warehouse'}" in failure["hint"]


def test_config_takes_what_the_run_says(monkeypatch: Any) -> None:
    class Settings(Config):
        n: int = ModelField(default=1, ge=0)
        name: str

    @asset(key_prefix="p")
    def a(config: Settings) -> MaterializeResult:
        return MaterializeResult(metadata={"n": config.n, "name": config.name})

    monkeypatch.setenv("NAME", "from env")
    config = RunConfig(ops={"p__a": Settings(n=5, name=EnvVar("NAME"))})
    result = materialize([a], run_config=config)

    assert config.to_config_dict()["ops"] == {"p__a": {"config": {"n": 5, "name": {"env": "NAME"}}}}
    assert facts(result) == {"n": 5, "name": "from env"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "root:ops:a:config: the field 'name' is missing"),
        ({"name": 1}, "root:ops:a:config:name: it takes String"),
        ({"name": "x", "m": 1}, "no field 'm'"),
    ],
)
def test_config_that_does_not_fit_is_told_by_field_without_its_value(given: Any, says: str) -> None:
    class Settings(Config):
        name: str

    @asset
    def a(config: Settings) -> None: ...

    failure = attempt([a], "a", run_config={"ops": {"a": {"config": given}}}).failure

    assert failure["code"] == "config.invalid"
    assert says in failure["message"]


def test_legacy_config_is_checked_and_filled() -> None:
    @asset(config_schema={"n": int, "deep": {"x": atoll.Field(str, default_value="y")}})
    def a(context: atoll.AssetExecutionContext) -> MaterializeResult:
        return MaterializeResult(metadata={"config": context.op_config})

    config = {"ops": {"a": {"config": {"n": 1, "deep": {}}}}}
    assert attempt([a], "a", run_config=config).metadata("a") == {
        "config": {"n": 1, "deep": {"x": "y"}}
    }
    assert attempt([a], "a").failure["code"] == "config.invalid"


def test_the_legacy_types_mean_what_they_meant() -> None:
    schema = {
        "names": atoll.Array(str),
        "limit": atoll.Noneable(int),
        "url": atoll.StringSource,
        "more": atoll.Field(atoll.Permissive({"a": atoll.Int}), is_required=False),
    }

    @asset(config_schema=schema)
    def a(context: atoll.AssetExecutionContext) -> MaterializeResult:
        return MaterializeResult(metadata={"config": context.op_config})

    config = {"names": ["x"], "url": "u", "more": {"a": 1, "b": 2}}
    done = attempt([a], "a", run_config={"ops": {"a": {"config": config}}})

    assert done.metadata("a") == {"config": {**config, "limit": None}}


def test_a_resource_that_is_frozen_and_forbids_unknown_fields() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        Db(url="x", uri="y")
    with pytest.raises(atoll.InvocationError, match="does not change"):
        Db(url="x").url = "y"  # type: ignore[misc]


def test_io_managers_with_fields_store_and_load() -> None:
    class Shelf(atoll.ConfigurableIOManager):
        prefix: str

        def handle_output(self, context: atoll.OutputContext, obj: Any) -> None:
            KEPT[self.prefix + str(context.asset_key)] = obj
            context.add_output_metadata({"kept": True})

        def load_input(self, context: atoll.InputContext) -> Any:
            assert context.upstream_output is not None
            return KEPT[self.prefix + context.upstream_output.asset_key.to_user_string()]

    KEPT: dict[str, Any] = {}

    @asset(io_manager_key="shelf")
    def a() -> int:
        return 1

    @asset(io_manager_key="shelf")
    def b(a: int) -> int:
        return a + 1

    result = materialize([a, b], resources={"shelf": Shelf(prefix="x/")})

    assert KEPT == {"x/a": 1, "x/b": 2}
    assert facts(result) == {"kept": True}
