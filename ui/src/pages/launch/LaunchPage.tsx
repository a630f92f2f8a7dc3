import { Button, Kbd, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { cache, live } from "@/api/cache";
import { Unreachable } from "@/api/client";
import { type Job, jobQuery, launchRun, planQuery, type RunPlan } from "@/api/plans";
import { catalogQuery, runQuery } from "@/api/queries";
import { Problem, Warning } from "@/design/Notice";
import { useOnce } from "@/design/once";
import { Page, Panel } from "@/design/Page";
import { shortId } from "@/design/runs";
import { type Shortcut, useShortcuts } from "@/keys/shortcuts";
import { ChecksField } from "./ChecksField";
import { ConfigField } from "./ConfigField";
import { judge } from "./config/judge";
import { type ConfigText, readConfig } from "./config/text";
import {
  type Change,
  type Form,
  fieldOf,
  formOfRun,
  hasSubject,
  launchOf,
  tagMistake,
} from "./form";
import { JobField } from "./JobField";
import { launched, rememberLaunch } from "./kept";
import styles from "./Launch.module.css";
import { OpsField } from "./OpsField";
import { PartitionField } from "./PartitionField";
import { Below, Preview } from "./Preview";
import { Recent } from "./Recent";
import { SelectionField } from "./SelectionField";
import { TagsField } from "./TagsField";
import { useForm } from "./useForm";

const ASK_AFTER_MS = 250;
const CONFIG_IS_WRONG = "The config is not right yet";
const NOTHING = {};

/** One form for everything that a run is asked for with, and what the run would do. */
export function LaunchPage() {
  const [form, change] = useForm();
  const copied = useCopiedRun(change);
  const catalog = useQuery(catalogQuery()).data;
  const { read, plan, job, below, mistakes } = usePlan(form);
  const launching = useLaunching(form, read, below.config);
  const [, once] = useOnce();
  const [recent] = useState(launched);
  const problem = launching.error ?? plan.error;
  const at = (field: string) => (problem && fieldOf(problem) === field ? problem : null);
  const reason = whyNot(
    form,
    mistakes.some((each) => !each.isWarning),
    plan,
    job,
  );
  const launch = (isLast: boolean) => {
    if (reason !== null) return;
    // What went wrong is shown by the mutation.
    void once(() => launching.mutateAsync(isLast)).catch(() => {});
  };
  useLaunchKey(() => launch(true));
  const hasPartitions =
    form.partition.length > 0 || (plan.data?.partitions ?? null) !== null || isPartitioned(at);
  const isHere = fieldOf(plan.error) !== "form" && plan.error !== null;
  return (
    <Page
      title="Launch"
      actions={
        <>
          <Button
            variant="default"
            disabled={reason !== null}
            title={reason ?? "Launch this, and keep the form"}
            loading={launching.isPending && !launching.variables}
            onClick={() => launch(false)}
          >
            Launch another
          </Button>
          <Tooltip label={<Kbd size="xs">Ctrl Enter</Kbd>} disabled={reason !== null}>
            <Button
              disabled={reason !== null}
              title={reason ?? undefined}
              leftSection={<Rocket size={15} aria-hidden />}
              loading={launching.isPending && launching.variables}
              onClick={() => launch(true)}
            >
              Launch
            </Button>
          </Tooltip>
        </>
      }
    >
      {copied.error && <Problem error={copied.error} />}
      {launching.error && fieldOf(launching.error) === "form" && (
        <Problem error={launching.error} />
      )}
      {job?.not_supported && (
        <Warning title={`The job ${job.name} cannot be launched yet`}>{job.not_supported}</Warning>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title="What to make">
            <div className={styles.fields}>
              {job !== null && job.step_count > 0 ? (
                <OpsField
                  form={form}
                  job={job}
                  problem={at("selection")}
                  onChange={(ops) => change({ do: "select ops", ops })}
                />
              ) : (
                <SelectionField
                  form={form}
                  catalog={catalog}
                  problem={at("selection")}
                  onChange={(selections) => change({ do: "select", selections })}
                />
              )}
              <JobField
                form={form}
                catalog={catalog}
                problem={at("job")}
                onChange={(job, location) => change({ do: "choose job", job, location })}
              />
              {hasPartitions && (
                <PartitionField
                  form={form}
                  plan={plan.data}
                  problem={at("partition")}
                  onChange={(partition) => change({ do: "choose partition", partition })}
                />
              )}
              <ChecksField
                form={form}
                plan={plan.data}
                problem={at("checks")}
                onChange={(checks) => change({ do: "choose checks", checks })}
              />
              <TagsField form={form} problem={at("tags")} change={change} />
            </div>
          </Panel>
          <ConfigField
            text={form.config}
            isReadable={read.value !== null}
            schema={plan.data?.config_schema ?? null}
            below={below.config}
            mistakes={mistakes}
            problem={at("config")}
            onChange={(text) => change({ do: "write config", text })}
            onSubmit={() => launch(true)}
          />
        </div>
        <div className={styles.column}>
          {isHere ? (
            <Panel title="What it would do">
              <Warning title="It cannot be planned as it stands">
                The form says what is wrong.
              </Warning>
            </Panel>
          ) : (
            <Preview
              plan={plan.data}
              problem={plan.error}
              hasSubject={hasSubject(form)}
              hasPartition={form.partition.length > 0}
              isOld={plan.isOld}
            />
          )}
          {form.job !== null && <Below job={form.job} {...below} />}
          <Recent launches={recent} onTake={(taken) => change({ do: "take", form: taken })} />
        </div>
      </div>
    </Page>
  );
}

/** Whether the server tells that a partition has to be named, or another one. */
const isPartitioned = (at: (field: string) => unknown) => at("partition") !== null;

/** Takes over the form of the run that the address names. */
function useCopiedRun(change: (change: Change) => void) {
  const { from } = useSearch({ from: "/launch" });
  const { data, error } = useQuery({ ...runQuery(from ?? ""), enabled: from !== undefined });
  useEffect(() => {
    if (data !== undefined && from !== undefined) change({ do: "take", form: formOfRun(data) });
  }, [data, from, change]);
  return { error };
}

/** The config as it reads, what the server would do with the form, and what is wrong with it. */
function usePlan(form: Form) {
  const read = useMemo(() => readConfig(form.config), [form.config]);
  const launch = useMemo(() => launchOf(form, read.value ?? NOTHING), [form, read.value]);
  const [asked] = useDebouncedValue(launch, ASK_AFTER_MS);
  const isAsked = asked.assets.length > 0 || asked.job !== null || (asked.checks ?? []).length > 0;
  const { data, error, isPlaceholderData } = useQuery({ ...planQuery(asked), enabled: isAsked });
  const job = useQuery({
    ...jobQuery(asked.job ?? "", asked.location),
    enabled: asked.job !== null,
  });
  const isJobs = asked.job !== null && job.data !== undefined;
  const config = isJobs ? (job.data.config ?? NOTHING) : NOTHING;
  const tags = isJobs ? (job.data.run_tags ?? NOTHING) : NOTHING;
  const plan = isAsked && !error ? data : undefined;
  const schema = plan && !plan.waits_for ? plan.config_schema : null;
  const mistakes = useMemo(() => judge(read, schema, config), [read, schema, config]);
  return {
    read,
    plan: {
      data: plan,
      error: isAsked ? error : null,
      isOld: isPlaceholderData || asked !== launch,
    },
    job: isJobs ? job.data : null,
    below: { config, tags },
    mistakes,
  };
}

/** Asks for the run; with `true`, goes to its page, otherwise the form stays. */
function useLaunching(form: Form, read: ConfigText, below: Readonly<Record<string, unknown>>) {
  const navigate = useNavigate();
  const launching = useMutation({
    mutationFn: async (_isLast: boolean) => {
      const launch = launchOf(form, read.value ?? NOTHING);
      // Whoever is quicker than the preview is judged by the same plan.
      const { config_schema, waits_for } = await cache.fetchQuery(planQuery(launch));
      const mistakes = judge(read, waits_for ? null : config_schema, below);
      if (mistakes.some((each) => !each.isWarning)) throw new Error(CONFIG_IS_WRONG);
      return launchRun(launch);
    },
    onSuccess: async (run, isLast) => {
      rememberLaunch({ form, at: run.created_at, runId: run.run_id });
      if (isLast) await navigate({ to: "/runs/$runId", params: { runId: run.run_id } });
      else {
        notifications.show({
          title: "Launched",
          message: (
            <Link to="/runs/$runId" params={{ runId: run.run_id }}>
              Run {shortId(run.run_id)}
            </Link>
          ),
        });
      }
    },
  });
  const { error, reset } = launching;
  // What was refused was another form.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is what this follows
  useEffect(() => {
    if (!cache.isMutating()) reset();
  }, [form, reset]);
  const connection = useSyncExternalStore(live.watch, live.connection);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the host is heard again
  useEffect(() => {
    if (connection === "live" && error instanceof Unreachable) reset();
  }, [connection, reset]);
  return launching;
}

/** Why the form cannot be launched; null: it can. */
function whyNot(
  form: Form,
  isConfigWrong: boolean,
  { data, error }: { data: RunPlan | undefined; error: unknown },
  job: Job | null,
): string | null {
  if (!hasSubject(form)) return "Select assets or a job first";
  if (job?.not_supported) return job.not_supported;
  if (isConfigWrong) return CONFIG_IS_WRONG;
  if (form.tags.some((tag) => tagMistake(form, tag) !== null)) return "A tag is not right yet";
  if (error && fieldOf(error) !== "form") return "The form is not right yet";
  if (form.partition.length > 1 && form.partition.includes("")) {
    return "Choose both ends of the range of partitions";
  }
  if (data?.needs_partition && form.partition.length === 0) return "Choose a partition first";
  return null;
}

function useLaunchKey(run: () => void): void {
  useShortcuts(
    useMemo(
      (): Shortcut[] => [{ keys: "mod+Enter", about: "Launch", where: "Launch", run }],
      [run],
    ),
  );
}
