"""A workspace to look at: two locations, three groups, eight assets, one of which fails."""

from __future__ import annotations

from atoll_e2e import Deployment, Host

SHOP = """
    import atoll

    @atoll.asset(group_name="raw", kinds={"table"}, owners=["team:shop"], tags={"tier": "gold"})
    def orders():
        "What was bought, as it comes in."
        return [1, 2]

    @atoll.asset(group_name="raw", kinds={"table"})
    def visits():
        return [1]

    @atoll.asset(group_name="core", kinds={"table", "python"})
    def customers(orders, visits):
        return len(orders)

    @atoll.asset(group_name="core")
    def broken(orders):
        raise ValueError("no such column: price")

    defs = atoll.Definitions(assets=[orders, visits, customers, broken])
"""
FINANCE = """
    import atoll

    @atoll.asset(deps=["customers"], group_name="reports")
    def revenue():
        return 1

    @atoll.asset(deps=["revenue"], group_name="reports")
    def forecast():
        return 2

    rates = atoll.AssetSpec("rates", group_name="reports")

    @atoll.asset(deps=[rates], group_name="reports")
    def converted():
        return 3

    defs = atoll.Definitions(assets=[revenue, forecast, rates, converted])
"""
KEYS = ["broken", "converted", "customers", "forecast", "orders", "rates", "revenue", "visits"]


def write(deployment: Deployment) -> None:
    """Both locations."""
    deployment.write("shop", SHOP)
    deployment.write("finance", FINANCE)


def wait(host: Host) -> None:
    """Return when both have loaded."""
    for name in ("shop", "finance"):
        host.wait_loaded(name)


def many(deployment: Deployment, count: int) -> None:
    """A location of that many assets, in groups of ten, each made of the one before it."""
    code = f"""
        import atoll

        def make(number):
            key, group = f"asset_{{number:03}}", f"group_{{number // 10:02}}"
            deps = [f"asset_{{number - 1:03}}"] if number % 10 else []

            @atoll.asset(key=key, deps=deps, group_name=group)
            def body():
                return number

            return body

        defs = atoll.Definitions(assets=[make(number) for number in range({count})])
    """
    deployment.write("factory", code)
