import { beforeEach, describe, expect, it } from "vitest";
import { ApiProblem, type Schemas, Unreachable } from "@/api/client";
import {
  addressOf,
  EMPTY,
  type Form,
  fieldOf,
  formOf,
  formOfRun,
  hasSubject,
  launchOf,
  reduce,
  tagMistake,
  tagOf,
  titleOf,
} from "./form";
import { keepWritten, launched, rememberLaunch, writtenAt } from "./kept";

const WRITTEN: Form = {
  selections: ["group:finance", "+orders"],
  job: "daily",
  location: "shop",
  ops: ["+load"],
  partition: ["2024-01-01", "2024-01-31"],
  checks: ["orders:fresh"],
  tags: [{ id: 1, name: "team", value: "a=b" }],
  config: "ops: {} # mine",
};

const problem = (code: string, detail = "") => new ApiProblem(422, { code, detail });

describe("the form", () => {
  it("keeps its other parts whatever is changed", () => {
    const changed = [
      reduce(WRITTEN, { do: "select", selections: ["x"] }),
      reduce(WRITTEN, { do: "choose job", job: null, location: null }),
      reduce(WRITTEN, { do: "add tag", name: "atoll/priority" }),
      reduce(WRITTEN, { do: "remove tag", id: 1 }),
    ];
    for (const form of changed) expect(form.config).toBe(WRITTEN.config);
    const other = reduce(WRITTEN, { do: "write config", text: "ops: [" });
    expect({ ...other, config: WRITTEN.config }).toEqual(WRITTEN);
  });

  it("holds each selection once, without blanks", () => {
    const { selections } = reduce(EMPTY, { do: "select", selections: [" a", "a ", "", "b,c"] });
    expect(selections).toEqual(["a", "b,c"]);
  });

  it("forgets a location with its job", () => {
    const form = reduce(WRITTEN, { do: "choose job", job: null, location: "shop" });
    expect(form).toMatchObject({ job: null, location: null, selections: WRITTEN.selections });
  });

  it("writes, adds and removes tags by row", () => {
    let form = reduce(WRITTEN, { do: "add tag", name: "n" });
    expect(form.tags.map((tag) => tag.id)).toEqual([1, 2]);
    form = reduce(form, { do: "write tag", id: 2, value: "v" });
    form = reduce(form, { do: "remove tag", id: 1 });
    expect(form.tags).toEqual([{ id: 2, name: "n", value: "v" }]);
  });

  it("goes into the address and comes back", () => {
    expect(formOf(addressOf(WRITTEN), WRITTEN.config)).toEqual(WRITTEN);
    expect(addressOf(EMPTY)).toEqual({});
    expect(formOf({})).toEqual(EMPTY);
    const without = reduce(WRITTEN, { do: "choose checks", checks: [] });
    expect(formOf(addressOf(without), WRITTEN.config)).toEqual(without);
  });

  it("asks for what it says", () => {
    const form = reduce(WRITTEN, { do: "add tag" });
    expect(launchOf(form, { ops: {} })).toEqual({
      assets: ["group:finance", "+orders"],
      job: "daily",
      location: "shop",
      config: { ops: {} },
      partition: null,
      partition_range: ["2024-01-01", "2024-01-31"],
      checks: ["orders:fresh"],
      ops: ["+load"],
      tags: { team: "a=b" },
    });
  });

  it("asks for one partition, or for none", () => {
    const one = reduce(WRITTEN, { do: "choose partition", partition: ["2024-01-01", ""] });
    expect(launchOf(one, {})).toMatchObject({ partition: "2024-01-01", partition_range: null });
    expect(launchOf(EMPTY, {})).toMatchObject({ partition: null, partition_range: null });
  });

  it("leaves ops to jobs, and checks to what is made unless they are named", () => {
    const ofAssets = reduce(WRITTEN, { do: "choose job", job: null, location: null });
    expect(launchOf(ofAssets, {})).toMatchObject({ ops: [], checks: ["orders:fresh"] });
    expect(launchOf(EMPTY, {}).checks).toBeNull();
    expect(launchOf({ ...EMPTY, checks: [] }, {}).checks).toEqual([]);
  });

  it("needs a subject", () => {
    const forms = [
      EMPTY,
      { ...EMPTY, checks: [] },
      { ...EMPTY, job: "a" },
      formOf({ select: ["a"] }),
      formOf({ check: ["a:fresh"] }),
    ];
    expect(forms.map(hasSubject)).toEqual([false, false, true, true, true]);
  });

  it("is named by what it makes", () => {
    expect([titleOf(EMPTY), titleOf(WRITTEN), titleOf({ ...EMPTY, job: "daily" })]).toEqual([
      "Nothing selected",
      "daily: group:finance, +orders, +load",
      "daily",
    ]);
  });

  it("tells of tags without a name, and of names that are there twice", () => {
    let form = reduce(WRITTEN, { do: "add tag", name: "", value: "v" });
    form = reduce(form, { do: "add tag", name: "team " });
    expect(form.tags.map((tag) => tagMistake(form, tag))).toEqual([
      "This name is there twice.",
      "This value needs a name.",
      "This name is there twice.",
    ]);
    expect(tagMistake(WRITTEN, { id: 9, name: "", value: "" })).toBeNull();
  });
});

describe("a run's form", () => {
  const run = {
    selection: ["+orders"],
    job: "daily",
    partition: "a...b",
    tags: {
      team: "a",
      "dagster/partition": "a",
      "atoll/parent_run_id": "01",
      "dagster/retry_number": "1",
    },
    config: { ops: { orders: { config: { days: 3 } } } },
  } as unknown as Schemas["Run"];

  it("has its selection, job, config and tags, without what links it to others", () => {
    expect(formOfRun(run)).toEqual({
      selections: ["+orders"],
      job: "daily",
      location: null,
      ops: [],
      partition: ["a", "b"],
      checks: null,
      tags: [{ id: 1, name: "team", value: "a" }],
      config: "ops:\n  orders:\n    config:\n      days: 3\n",
    });
  });

  it("has no job where it was asked for by asset", () => {
    expect(formOfRun({ ...run, job: "__ASSET_JOB", config: {} })).toMatchObject({
      job: null,
      config: "",
    });
  });
});

describe("problems of the server", () => {
  it.each([
    ["selection.invalid", "selection"],
    ["plan.nothing_to_do", "selection"],
    ["plan.not_supported", "form"],
    ["partition.invalid", "partition"],
    ["asset.no_partitions", "partition"],
    ["asset.unknown", "selection"],
    ["check.unknown", "checks"],
    ["job.ambiguous", "job"],
    ["location.unknown", "job"],
    ["location.not_loaded", "form"],
    ["run.bad_tag", "tags"],
    ["config.invalid", "config"],
    ["request.read_only", "form"],
  ])("%s concerns the field %s", (code, field) => {
    expect(fieldOf(problem(code))).toBe(field);
  });

  it("concern the form where nobody answers", () => {
    expect(fieldOf(new Unreachable())).toBe("form");
  });

  it("name the tag that they are about", () => {
    const tags = [
      { id: 1, name: "atoll/priority", value: "high" },
      { id: 2, name: "atoll/max_retires", value: "1" },
    ];
    const whole = problem("run.bad_tag", 'tag atoll/priority is a whole number, not "high"');
    const near = problem("run.bad_tag", 'no tag is called "atoll/max_retires"; did you mean x?');
    expect([tagOf(whole, tags)?.id, tagOf(near, tags)?.id]).toEqual([1, 2]);
    expect(tagOf(problem("job.unknown", "atoll/priority"), tags)).toBeNull();
  });
});

describe("what the browser keeps", () => {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
  });

  it("is the form that is being written, for its address only", () => {
    keepWritten("?select=a", WRITTEN);
    expect(writtenAt("?select=a")).toEqual(WRITTEN);
    expect(writtenAt("?select=b")).toBeNull();
  });

  it("is the last five launches, each form once", () => {
    const launch = (name: string, at: number) =>
      rememberLaunch({ form: { ...EMPTY, selections: [name] }, at, runId: name });
    for (const [at, name] of ["a", "b", "c", "d", "e", "f", "c"].entries()) launch(name, at);
    expect(launched().map((each) => each.form.selections[0])).toEqual(["c", "f", "e", "d", "b"]);
  });

  it.each(["", "nonsense", "{}", '[{"form": 5}]', '[{"at": 1, "form": {"selections": []}}]'])(
    "is nothing where %j was kept",
    (text) => {
      localStorage.setItem("atoll.launches", text);
      sessionStorage.setItem("atoll.launch", text);
      expect([launched(), writtenAt("")]).toEqual([[], null]);
    },
  );
});
