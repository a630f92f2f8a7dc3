from dagster import asset


@asset
def items(): ...


@asset
def baskets(items): ...
