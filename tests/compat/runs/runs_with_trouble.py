"""Runs with resources, IO managers and hooks, and runs in which something fails or is missing."""

from told import dg, executed, materialized, scenario


@scenario
def retries_until_it_works():
    @dg.op(retry_policy=dg.RetryPolicy(max_retries=3))
    def shaky(context):
        if context.retry_number < 2:
            raise ValueError("not yet")
        return 1

    @dg.op
    def after(value):
        return value

    @dg.job
    def tries():
        after(shaky())

    return executed(tries)


@scenario
def retries_that_are_asked_for_and_used_up():
    @dg.op
    def asks():
        raise dg.RetryRequested(max_retries=1)

    @dg.job
    def tries():
        asks()

    return executed(tries)


@scenario
def failure_of_one_branch():
    @dg.op
    def start():
        return 1

    @dg.op
    def breaks(value):
        raise dg.Failure("no", metadata={"why": "because"})

    @dg.op
    def works(value):
        return value

    @dg.op
    def joins(left, right):
        return 0

    @dg.job
    def branches():
        value = start()
        joins(breaks(value), works(value))

    return executed(branches)


@scenario
def failed_asset_with_assets_below():
    @dg.asset
    def broken():
        raise ValueError("no")

    @dg.asset
    def below(broken):
        return 0

    @dg.asset
    def beside():
        return 0

    return materialized([broken, below, beside])


@scenario
def skipped_for_want_of_an_output():
    @dg.op(out={"left": dg.Out(is_required=False), "right": dg.Out(is_required=False)})
    def fork():
        yield dg.Output(1, "left")

    @dg.op
    def on_left(value):
        return value

    @dg.op
    def on_right(value):
        return value

    @dg.op
    def after_right(value):
        return value

    @dg.job
    def choice():
        left, right = fork()
        on_left(left)
        after_right(on_right(right))

    return executed(choice)


@scenario
def asset_that_makes_nothing_this_time():
    @dg.asset(output_required=False)
    def maybe():
        if False:
            yield dg.Output(1)

    @dg.asset
    def below(maybe):
        return 0

    return materialized([maybe, below])


def hooked(hook):
    @dg.op
    def works():
        return 1

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def breaks(value):
        raise ValueError("no")

    @dg.job(hooks={hook})
    def watched():
        breaks(works())

    return executed(watched)


@scenario
def success_hook():
    @dg.success_hook
    def cheer(context):
        pass

    return hooked(cheer)


@scenario
def failure_hook():
    @dg.failure_hook
    def mourn(context):
        pass

    return hooked(mourn)


@scenario
def hook_that_raises():
    @dg.success_hook
    def stumble(context):
        raise ValueError("in a hook")

    return hooked(stumble)


@scenario
def io_manager_that_tells_metadata():
    class Told(dg.IOManager):
        def handle_output(self, context, obj):
            context.add_output_metadata({"size": 1})
            context.log_event(dg.AssetMaterialization("side"))

        def load_input(self, context):
            return 1

    @dg.op
    def writes():
        return 1

    @dg.op
    def reads(value):
        return value

    @dg.job(resource_defs={"io_manager": dg.IOManagerDefinition.hardcoded_io_manager(Told())})
    def stores():
        reads(writes())

    return executed(stores)


@scenario
def io_manager_that_fails():
    class Full(dg.IOManager):
        def handle_output(self, context, obj):
            raise OSError("disk is full")

        def load_input(self, context):
            return 1

    @dg.asset
    def big():
        return 1

    @dg.asset
    def reader(big):
        return 1

    return materialized([big, reader], resources={"io_manager": Full()})


@scenario
def input_that_cannot_be_loaded():
    class Lost(dg.IOManager):
        def handle_output(self, context, obj):
            pass

        def load_input(self, context):
            raise OSError("no such file")

    @dg.asset
    def big():
        return 1

    @dg.asset
    def reader(big):
        return 1

    return materialized([big, reader], resources={"io_manager": Lost()})


@scenario
def resources_old_and_new():
    @dg.resource
    def older(context):
        return 1

    @dg.resource
    def generated(context):
        yield 2

    class Newer(dg.ConfigurableResource):
        name: str = "n"

    @dg.asset(required_resource_keys={"older", "generated"})
    def by_key(context):
        return context.resources.older

    @dg.asset
    def by_annotation(by_key, newer: Newer):
        return newer.name

    resources = {"older": older, "generated": generated, "newer": Newer()}
    return materialized([by_key, by_annotation], resources=resources)


@scenario
def resource_that_fails():
    @dg.resource
    def broken(context):
        raise ValueError("no")

    @dg.asset(required_resource_keys={"broken"})
    def needs(context):
        return 1

    @dg.asset
    def below(needs):
        return 1

    return materialized([needs, below], resources={"broken": broken})


@scenario
def resource_that_fails_at_the_end():
    @dg.resource
    def sticky(context):
        yield 1
        raise ValueError("no")

    @dg.op(required_resource_keys={"sticky"})
    def needs(context):
        return 1

    @dg.job(resource_defs={"sticky": sticky})
    def one():
        needs()

    return executed(one)


@scenario
def what_depends_on_an_asset_that_is_not_made():
    @dg.asset(output_required=False)
    def maybe():
        if False:
            yield dg.Output(1)

    @dg.asset(deps=[maybe])
    def without_its_value():
        return 0

    @dg.asset
    def further(without_its_value):
        return 0

    @dg.asset_check(asset=maybe)
    def looks(maybe):
        return dg.AssetCheckResult(passed=True)

    @dg.asset
    def beside():
        return 0

    return materialized([maybe, without_its_value, further, looks, beside])


@scenario
def retry_while_others_wait():
    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def a_shaky(context):
        if context.retry_number < 1:
            raise ValueError("not yet")
        return 1

    @dg.op
    def b_other():
        return 1

    @dg.job
    def both():
        b_other()
        a_shaky()

    return executed(both)


@scenario
def wrong_types():
    @dg.op
    def text() -> str:
        return 3

    @dg.op
    def takes(text: str):
        return text

    @dg.job
    def typed():
        takes(text())

    return executed(typed)


@scenario
def wrong_type_of_an_input():
    @dg.op
    def untyped():
        return 3

    @dg.op
    def takes(text: str):
        return text

    @dg.job
    def typed():
        takes(untyped())

    return executed(typed)


@scenario
def output_that_is_missing():
    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def half():
        yield dg.Output(1, "a")

    @dg.job
    def halves():
        half()

    return executed(halves)
