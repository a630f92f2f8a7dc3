from dagster import asset


@asset(group_name="customers")
def customers(): ...


@asset
def segments(context, customers):
    return context.run_id
