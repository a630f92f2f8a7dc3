"""Names out of Dagster's private modules, as projects import them."""

import dagster._check as check
from dagster import Definitions, asset, define_asset_job
from dagster import _check as check_too
from dagster._annotations import beta, public
from dagster._core.definitions.assets.definition.asset_spec import AssetSpec
from dagster._core.definitions.data_version import DATA_VERSION_TAG
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.errors import DagsterInvariantViolationError
from dagster._core.test_utils import environ
from dagster._utils import file_relative_path
from dagster._utils.merger import merge_dicts
from dagster._utils.warnings import BetaWarning

HERE = file_relative_path(__file__, "data.csv")
TAGS = merge_dicts({"a": "1"}, {"b": "2"})


@public
@beta
def named(name):
    check.str_param(name, "name")
    check_too.invariant(name.isidentifier(), "a name")

    @asset(name=name, tags=TAGS)
    def _named():
        raise DagsterInvariantViolationError(DATA_VERSION_TAG)

    return _named


with environ({"SHOP": "1"}):
    shop = named("shop")

everything: UnresolvedAssetJobDefinition = define_asset_job("everything")
assert issubclass(BetaWarning, Warning)

defs = Definitions(assets=[shop, AssetSpec("elsewhere")], jobs=[everything])
