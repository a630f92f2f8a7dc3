"""The letter to the harbour master: ops, alone as a job, and behind an asset."""

import dagster as dg


@dg.op(config_schema={"name": dg.Field(str, default_value="Master")})
def greeting(context):
    """How it begins."""
    return "Dear " + context.op_config["name"]


@dg.op(out={"first": dg.Out(), "rest": dg.Out(is_required=False)})
def news():
    """What there is to say; some days not more than one thing."""
    yield dg.Output("the sea is calm", "first")


@dg.op
def written(start: str, what: str) -> str:
    """The letter."""
    return f"{start}, {what}."


@dg.op
def postscript(what: str) -> str:
    """Only where there is more to say."""
    return f"PS: {what}"


@dg.success_hook
def told(context: dg.HookContext):
    """Somebody is told of every step that went well."""
    context.log.info("%s is done", context.step_key)


@dg.job(hooks={told})
def letter():
    """Writes a letter."""
    found = news()
    written(greeting(), found.first)
    postscript(found.rest)


@dg.graph_asset(group_name="letters")
def filed_letter():
    """A letter, as an asset that three ops make together."""
    return written(greeting(), news().first)
