"""Runs of ops and graphs."""

from told import dg, executed, materialized, scenario


@scenario
def dynamic_outputs():
    @dg.op(out=dg.DynamicOut())
    def pieces():
        for name in ("one", "two"):
            yield dg.DynamicOutput(name, mapping_key=name)

    @dg.op
    def work(piece):
        return len(piece)

    @dg.op
    def more(number):
        return number + 1

    @dg.op
    def total(numbers):
        return sum(numbers)

    @dg.job
    def sums():
        total(pieces().map(work).map(more).collect())

    return executed(sums)


@scenario
def no_dynamic_outputs():
    @dg.op(out=dg.DynamicOut())
    def pieces():
        yield from ()

    @dg.op
    def work(piece):
        return len(piece)

    @dg.op
    def total(numbers):
        return sum(numbers)

    @dg.job
    def sums():
        total(pieces().map(work).collect())

    return executed(sums)


@scenario
def observations_and_materializations():
    @dg.asset
    def talks(context):
        context.log_event(dg.AssetObservation("elsewhere", metadata={"rows": 3}))
        yield dg.AssetMaterialization("aside")
        yield dg.AssetObservation("talks")
        yield dg.ExpectationResult(True, label="fine")
        yield dg.Output(1, metadata={"rows": 1})

    @dg.op
    def op_talks(context):
        context.log_event(dg.AssetMaterialization("made"))
        return 1

    @dg.job
    def talk():
        op_talks()

    return [materialized([talks]), executed(talk)]


@scenario
def graph_in_a_graph():
    @dg.op
    def one():
        return 1

    @dg.op
    def add(value):
        return value + 1

    @dg.graph
    def inner(value):
        return add(add.alias("again")(value))

    @dg.job
    def outer():
        add.alias("last")(inner(one()))

    return executed(outer)


@scenario
def order_without_values():
    @dg.op(out=dg.Out(dg.Nothing))
    def prepare():
        pass

    @dg.op(ins={"ready": dg.In(dg.Nothing)})
    def go():
        return 1

    @dg.job
    def ordered():
        go(ready=[prepare(), prepare.alias("second")()])

    return executed(ordered)


@scenario
def fan_in():
    @dg.op
    def one():
        return 1

    @dg.op
    def total(values):
        return sum(values)

    @dg.job
    def sums():
        total([one(), one.alias("two")(), one.alias("b")()])

    return executed(sums)


@scenario
def inputs_of_config_and_defaults():
    @dg.op
    def takes(number: int, word: str = "w"):
        return number

    @dg.job
    def given():
        takes()

    return executed(given, run_config={"ops": {"takes": {"inputs": {"number": 3}}}})


@scenario
def a_part_of_a_job():
    @dg.op
    def one():
        return 1

    @dg.op
    def two(one):
        return 1

    @dg.op
    def three(two):
        return 1

    @dg.job
    def line():
        three(two(one()))

    return executed(line, op_selection=["one", "two"])


@scenario
def priorities():
    @dg.op
    def one():
        return 1

    @dg.op(tags={"dagster/priority": "3"})
    def urgent():
        return 1

    @dg.op(tags={"dagster/priority": "-1"})
    def later():
        return 1

    @dg.op
    def after_urgent(value):
        return value

    @dg.job
    def ordered():
        one()
        later()
        after_urgent(urgent())

    return executed(ordered)


@scenario
def wide_graph():
    @dg.op
    def start():
        return 1

    @dg.op
    def mix(left, right):
        return left + right

    @dg.graph
    def twice(value):
        return mix(mix.alias("inner")(value, value), value)

    @dg.job
    def wide():
        first = start.alias("z")()
        second = start.alias("a")()
        branch = twice(first)
        other = mix.alias("other")(second, second)
        mix.alias("end")(branch, other)
        mix.alias("tail")(other, first)

    return executed(wide)
