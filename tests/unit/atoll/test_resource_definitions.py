from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, Optional

import pytest
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import (
    ConfigurableLegacyIOManagerAdapter,
    ConfigurableLegacyResourceAdapter,
    ConfigurableResource,
    ConfigurableResourceFactory,
    Definitions,
    EnvVar,
    Field,
    IAttachDifferentObjectToOpContext,
    InitResourceContext,
    MaterializeResult,
    ResourceDefinition,
    ResourceDependency,
    ResourceParam,
    asset,
    build_init_resource_context,
    build_resources,
    configured,
    io_manager,
    make_values_resource,
    resource,
    with_resources,
)

SCHEMA = {"url": str, "port": Field(int, default_value=1)}


@resource(config_schema=SCHEMA)
def plain(context: InitResourceContext) -> str:
    return "%s:%d" % (context.resource_config["url"], context.resource_config["port"])


class Db(ConfigurableResource):
    url: str
    port: int = 1

    @property
    def at(self) -> str:
        return "%s:%d" % (self.url, self.port)


def ready(config: Optional[dict[str, Any]] = None, **resources: Any) -> Any:
    """What a resource called `r` is, made ready with a run's config for it."""
    entry = {} if config is None else {"r": {"config": config}}
    with build_resources(resources, resource_config=entry) as made:
        return made.r


def test_config_is_given_in_advance_in_several_ways(monkeypatch: Any) -> None:
    monkeypatch.setenv("URL", "env")

    @configured(plain)
    def fixed(_: Any) -> dict[str, Any]:
        return {"url": "fixed"}

    @configured(plain, {"host": str})
    def mapped(config: dict[str, Any]) -> dict[str, Any]:
        return {"url": "at " + config["host"], "port": 7}

    class HostConfig(atoll.Config):
        host: str = "default"

    @configured(plain)
    def typed(config: HostConfig) -> dict[str, Any]:
        return {"url": config.host}

    twice = mapped.configured({"host": "twice"})
    of_class = configured(Db)({"url": {"env": "URL"}, "port": 3})

    of_function = configured(Db, {"host": Field(str, default_value="own")})(
        lambda config: {"url": config["host"]}
    )

    assert ready(r=of_function).at == ready({}, r=of_function).at == "own:1"
    assert ready(r=plain.configured({"url": "x"})) == "x:1"
    assert ready(r=fixed) == "fixed:1"
    assert ready({"host": "here"}, r=mapped) == "at here:7"
    assert ready(r=twice) == "at twice:7"
    assert ready(r=typed) == "default:1"
    assert ready({"host": "h"}, r=typed) == "h:1"
    assert ready(r=of_class).at == "env:3"
    assert ready(r=Db(url="y").get_resource_definition()).at == "y:1"


def test_what_configured_gives_is_checked_too() -> None:
    with pytest.raises(atoll.ConfigError, match="no field 'uri'"):
        ready(r=plain.configured({"uri": "x"}))
    with pytest.raises(atoll.ConfigError, match="'host' is missing"):
        ready(r=plain.configured(lambda config: {"url": "x"}, {"host": str}))

    @configured(plain)
    def broken(_: Any) -> Any:
        raise KeyError("no")

    with pytest.raises(atoll.UserCodeError) as caught:
        ready(r=broken)
    assert isinstance(caught.value.user_exception, KeyError)
    with pytest.raises(atoll.ParameterError):
        configured(3)


def test_a_resource_is_called_in_tests() -> None:
    torn: List[str] = []

    @resource(required_resource_keys={"plain"})
    def needing(context: InitResourceContext) -> str:
        return "over " + str(context.resources.plain)

    @resource
    def yielding() -> Iterator[int]:
        yield 3
        torn.append("yes")

    @resource
    @contextlib.contextmanager
    def managed(context: InitResourceContext) -> Iterator[int]:
        yield 4
        torn.append("too")

    context = build_init_resource_context(config={"url": "x"})
    assert plain(context) == "x:1"
    assert plain(context=context) == "x:1"
    assert needing(build_init_resource_context(resources={"plain": "p"})) == "over p"
    with yielding() as three, managed(None) as four:
        assert (three, four, torn) == (3, 4, [])
    assert torn == ["too", "yes"]
    assert ready(r=managed) == 4
    assert torn[2:] == ["too"]


def test_calls_against_the_declaration_are_refused() -> None:
    @resource(required_resource_keys={"other"})
    def needing(context: Any) -> None: ...

    @resource(required_resource_keys={"other"})
    def nothing() -> None: ...

    nothing()

    for wrong in (
        lambda: plain(),
        lambda: plain(None),
        lambda: plain(build_init_resource_context({"url": "x"}), 2),
        lambda: plain(contxt=None),
        lambda: nothing(None),
        lambda: needing(None),
    ):
        with pytest.raises(atoll.InvocationError):
            wrong()
    with pytest.raises(atoll.DefinitionError, match="'other'"):
        needing(build_init_resource_context())
    with pytest.raises(atoll.ConfigError, match="no field 'uri'"):
        plain(build_init_resource_context({"uri": "x"}))
    with pytest.raises(atoll.DefinitionError, match="needs 2 arguments"):

        @resource
        def two(context: Any, other: Any) -> None: ...


def test_ready_made_definitions() -> None:
    assert ready(r=ResourceDefinition.hardcoded_resource(5)) == 5
    assert ready(r=ResourceDefinition.none_resource()) is None
    assert ready("text", r=ResourceDefinition.string_resource()) == "text"  # type: ignore[arg-type]
    assert ready({"a": 1}, r=make_values_resource(a=int)) == {"a": 1}
    assert ready(r=ResourceDefinition.mock_resource()).anything().goes is not None
    with pytest.raises(atoll.ConfigError, match="root:resources:r:config:a"):
        ready({"a": "x"}, r=make_values_resource(a=int))


def test_a_block_makes_ready_and_tears_down_in_order() -> None:
    told: List[str] = []

    class Pool(ConfigurableResource):
        name: str

        def setup_for_execution(self, context: InitResourceContext) -> None:
            told.append("up " + self.name)

        def teardown_after_execution(self, context: InitResourceContext) -> None:
            told.append("down " + self.name)

    class Outer(ConfigurableResource):
        pool: Pool
        n: int = 1

        @contextlib.contextmanager
        def yield_for_execution(self, context: InitResourceContext) -> Iterator[Any]:
            told.append("enter %d" % self.n)
            yield self
            told.append("leave")

    outer = Outer(pool=Pool(name="p"))
    with build_resources({"outer": outer}, resource_config={"outer": {"config": {"n": 2}}}) as made:
        assert made.outer.pool.name == "p"
        assert told == ["up p", "enter 2"]
    assert told == ["up p", "enter 2", "leave", "down p"]

    told.clear()
    with outer.process_config_and_initialize_cm() as value:
        assert value.n == 1
    assert told == ["up p", "enter 1", "leave", "down p"]
    with pytest.raises(atoll.ParameterError, match="torn down"):
        outer.process_config_and_initialize()
    with pytest.raises(atoll.UserCodeError) as caught, build_resources({"r": resource(_raise)}):
        pass
    assert isinstance(caught.value.user_exception, ZeroDivisionError)


def _raise() -> float:
    return 1 / 0


def test_coroutines_set_a_resource_up() -> None:
    class Async(ConfigurableResource):
        @contextlib.asynccontextmanager
        async def yield_for_execution(self, context: InitResourceContext) -> Any:
            yield "from a coroutine"

    assert ready(r=Async()) == "from a coroutine"


def test_a_resource_knows_its_context_and_whole_config() -> None:
    class Told(ConfigurableResource):
        n: int
        m: int = 2

    made = ready({"n": 5}, r=Told.configure_at_launch())

    context = made.get_resource_context()
    assert context.resource_config == {"n": 5, "m": 2}
    assert context.run is None
    assert context.run_id is None
    with pytest.raises(atoll.ParameterError, match="not been made ready"):
        Told(n=1).get_resource_context()
    bound = Told(n=1).with_replaced_resource_context(build_init_resource_context())
    assert bound.get_resource_context() is not None


def test_a_function_s_context_makes_a_class_of_resource() -> None:
    class Client:
        def __init__(self, url: str):
            self.url = url

    class Factory(ConfigurableResourceFactory[Client]):
        url: str

        def create_resource(self, context: InitResourceContext) -> Client:
            return Client(self.url)

    @resource(config_schema=Factory.to_config_schema())
    def older(context: InitResourceContext) -> Any:
        return Factory.from_resource_context(context)

    @resource(config_schema=Factory.to_config_schema())
    def yielded(context: InitResourceContext) -> Iterator[Any]:
        with Factory.from_resource_context_cm(context) as made:
            yield made

    assert ready({"url": "x"}, r=older).url == "x"
    assert ready({"url": "y"}, r=yielded).url == "y"
    with pytest.raises(atoll.ConfigError, match="'url' is missing"):
        ready(r=older)


def test_adapters_put_fields_before_functions() -> None:
    class Adapted(ConfigurableLegacyResourceAdapter):
        url: str
        port: int = 4

        @property
        def wrapped_resource(self) -> ResourceDefinition:
            return plain

    @io_manager(config_schema={"base": str}, output_config_schema={"x": int})
    def files(context: InitResourceContext) -> Any:
        return atoll.InMemoryIOManager()

    class Files(ConfigurableLegacyIOManagerAdapter):
        base: str

        @property
        def wrapped_io_manager(self) -> atoll.IOManagerDefinition:
            return files

    assert ready(r=Adapted(url="z")) == "z:4"
    assert Adapted(url="z")(build_init_resource_context({"url": "q"})) == "q:1"
    assert isinstance(ready(r=Files(base="b")), atoll.InMemoryIOManager)
    assert isinstance(Files(base="b").get_resource_definition(), atoll.IOManagerDefinition)
    assert files.output_config_schema is not None
    assert files.input_config_schema is None


def test_a_resource_may_stand_in_the_context_as_another_object() -> None:
    class Both(ConfigurableResource, IAttachDifferentObjectToOpContext):
        name: str

        def get_object_to_set_on_execution_context(self) -> str:
            return "client of " + self.name

    @asset
    def a(context: atoll.AssetExecutionContext, both: Both) -> MaterializeResult:
        told = {"parameter": both.name, "context": context.resources.both}
        return MaterializeResult(metadata=told)

    done = attempt([a], "a", resources={"both": Both(name="n")})

    assert done.metadata("a") == {"parameter": "n", "context": "client of n"}


def test_assets_carry_resources_of_their_own() -> None:
    @resource(required_resource_keys={"base"})
    def over(context: InitResourceContext) -> str:
        return "over " + str(context.resources.base)

    @asset(required_resource_keys={"over", "db"})
    def a(context: atoll.AssetExecutionContext) -> MaterializeResult:
        told = {"over": context.resources.over, "db": context.resources.db}
        return MaterializeResult(metadata=told)

    given = {"over": over, "base": "b", "db": plain, "unused": 1}
    (bound,) = with_resources([a], given, {"db": {"config": {"url": "u"}}})

    assert attempt(Definitions([bound]), "a").metadata("a") == {"over": "over b", "db": "u:1"}
    assert set(bound.resource_defs) == {"over", "base", "db"}
    assert a.resource_defs == {}
    with pytest.raises(atoll.DefinitionError, match="needs the resource 'base'"):
        with_resources([a], {"over": over, "db": 1})
    with pytest.raises(atoll.InvocationError, match="another resource"):
        with_resources([bound], {**given, "db": 2})
    with pytest.raises(atoll.InvocationError, match="not given as"):
        with_resources([a], given, {"db": {"url": "u"}})
    with pytest.raises(atoll.ConfigError, match="root:resources:db:config:url"):
        with_resources([a], given, {"db": {"config": {"url": 1}}})


def test_a_nested_resource_that_waits_for_config_needs_a_name() -> None:
    class Outer(ConfigurableResource):
        db: Db
        any: ResourceDependency[str] = ""  # type: ignore[assignment]

    waiting = Db.configure_at_launch()

    @asset
    def a(outer: Outer, db: ResourceParam[Any]) -> MaterializeResult:
        return MaterializeResult(metadata={"at": outer.db.at})

    with pytest.raises(atoll.DefinitionError, match="the field 'db' of the resource 'outer'"):
        Definitions.validate_loadable(
            Definitions([a], resources={"outer": Outer(db=waiting), "db": Db(url="x")})
        )
    done = attempt(
        [a],
        "a",
        resources={"outer": Outer(db=waiting), "db": waiting},
        run_config={"resources": {"db": {"config": {"url": "named"}}}},
    )
    assert done.metadata("a") == {"at": "named:1"}


def test_contexts_of_tests_belong_to_nothing_and_need_a_block_for_what_is_torn_down() -> None:
    @resource
    def yielding() -> Iterator[int]:
        yield 3

    context = build_init_resource_context(resources={"y": yielding, "x": Db(url="u")})
    with pytest.raises(atoll.InvariantError, match="torn down"):
        _ = context.resources
    with context:
        assert (context.resources.y, context.resources.x.at) == (3, "u:1")
    with pytest.raises(atoll.InvariantError, match="no resource yet"):
        _ = context.resource_def
    assert context.replace_config({"a": 1}).resource_config == {"a": 1}


def test_variables_read_too_early_say_so() -> None:
    for read in (str, "{}".format):
        with pytest.raises(RuntimeError, match="get_value"):
            read(EnvVar("X"))
    with pytest.raises(RuntimeError, match="get_value"):
        int(EnvVar.int("X"))
