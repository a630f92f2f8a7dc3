"""`@resource` and `ConfigurableResource` side by side; variables read as the module is imported."""

import os

from dagster import (
    Config,
    ConfigurableIOManager,
    ConfigurableResource,
    Definitions,
    EnvVar,
    Field,
    IOManager,
    Noneable,
    ResourceDependency,
    StringSource,
    asset,
    io_manager,
    resource,
)
from pydantic import Field as PydanticField
from pydantic import PrivateAttr

REGION = os.environ.get("SHOP_REGION", "eu")
DEBUG = os.getenv("SHOP_DEBUG") == "1"


class Credentials(ConfigurableResource):
    user: str = PydanticField(default="reader", description="Who reads.")
    password: str = EnvVar("SHOP_PASSWORD")


class Warehouse(ConfigurableResource):
    credentials: ResourceDependency[Credentials]
    schema_name: str = "public"
    _connection = PrivateAttr(default=None)

    def setup_for_execution(self, context) -> None:
        self._connection = object()


class Folder(ConfigurableIOManager):
    root: str = "/tmp/" + REGION

    def handle_output(self, context, obj):
        context.add_output_metadata({"root": self.root})

    def load_input(self, context):
        return None


@resource(config_schema={"url": StringSource, "timeout": Field(Noneable(int), default_value=None)})
def api(init_context):
    return init_context.resource_config["url"]


@resource(required_resource_keys={"api"})
def client(init_context):
    return init_context.resources.api


class Memory(IOManager):
    def handle_output(self, context, obj): ...

    def load_input(self, context): ...


@io_manager
def memory_io_manager(_):
    return Memory()


class Query(Config):
    text: str = "select 1"


@asset(required_resource_keys={"client", "api"}, io_manager_key="memory")
def answers(context):
    return context.resources.client


@asset
def rows(warehouse: Warehouse, config: Query, answers):
    return config.text


credentials = Credentials()
defs = Definitions(
    assets=[answers, rows],
    resources={
        "api": api.configured({"url": {"env": "SHOP_URL"}}),
        "client": client,
        "warehouse": Warehouse(credentials=credentials),
        "credentials": credentials,
        "memory": memory_io_manager,
        "io_manager": Folder(),
        "debug": DEBUG,
    },
)
