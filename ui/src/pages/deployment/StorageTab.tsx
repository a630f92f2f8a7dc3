import { Button, Modal, NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck, Trash2 } from "lucide-react";
import { useState } from "react";
import { checkStorage, type Keep, prunableQuery, prune } from "@/api/capacity";
import type { Schemas } from "@/api/client";
import { instanceQuery } from "@/api/queries";
import { act } from "@/design/act";
import { Answer, Warning } from "@/design/Notice";
import { Facts, Panel } from "@/design/Page";
import { count, size } from "@/design/size";
import styles from "./LocationFacts.module.css";

/** Whether the parts of the deployment run, what is stored where, and how long it is kept. */
export function StorageTab() {
  const asked = useQuery(instanceQuery());
  return (
    <Answer of={asked}>
      {(instance) => (
        <div className={styles.columns}>
          <Panel title="What runs">
            <Facts
              of={[
                ["Engine", instance.engine ? `runs, pid ${instance.engine.pid}` : "none runs"],
                ["Web", instance.web ? `${instance.web.url}, pid ${instance.web.pid}` : null],
                ["Release", instance.release],
                ["Deployment", <code key="id">{instance.deployment_id}</code>],
                ["ATOLL_HOME", <code key="home">{instance.home}</code>],
              ]}
            />
          </Panel>
          <Database instance={instance} />
          <Retention instance={instance} />
        </div>
      )}
    </Answer>
  );
}

function Database({ instance }: { instance: Schemas["Instance"] }) {
  const [isChecking, setChecking] = useState(false);
  const [findings, setFindings] = useState<Schemas["Findings"]["items"]>();
  const check = async () => {
    setChecking(true);
    const found = await act(checkStorage);
    setFindings(found?.items);
    setChecking(false);
  };
  return (
    <Panel
      title="Database"
      actions={
        <Button
          size="xs"
          variant="default"
          loading={isChecking}
          leftSection={<ShieldCheck size={14} aria-hidden />}
          title="Reads all of it; that may take long"
          onClick={check}
        >
          Check
        </Button>
      }
    >
      <Facts
        of={[
          ["File", <code key="path">{instance.database.path}</code>],
          ["Size", size(instance.database.size_bytes)],
          ["Schema version", instance.database.schema_version],
          ["Runs", instance.runs.toLocaleString("en")],
          ["Materialized assets", instance.assets.toLocaleString("en")],
          ["Values", <code key="values">{instance.values_url}</code>],
        ]}
      />
      {findings?.length === 0 && <p role="status">Nothing is wrong with it.</p>}
      {findings?.map((finding) => (
        <Warning key={finding.message} title={finding.message}>
          {finding.hint}
        </Warning>
      ))}
    </Panel>
  );
}

function Retention({ instance }: { instance: Schemas["Instance"] }) {
  const [isOpen, setOpen] = useState(false);
  const rules = instance.settings.filter(({ name }) => name.startsWith("keep_"));
  return (
    <Panel
      title="How long runs are kept"
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={() => setOpen(true)}
        >
          Prune…
        </Button>
      }
    >
      <Facts of={rules.map((rule) => [rule.name, JSON.stringify(rule.value)] as const)} />
      <p className={styles.note}>
        Runs that these rules do not keep are erased by themselves, a few at a time. They are set
        under Configuration.
      </p>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Prune ended runs">
        <Prune onDone={() => setOpen(false)} />
      </Modal>
    </Panel>
  );
}

function Prune({ onDone }: { onDone: () => void }) {
  const [keep, setKeep] = useState<Keep>({ keep_days: 30 });
  const asked = useQuery(prunableQuery(keep));
  const number = (value: number | string) => (value === "" ? undefined : Number(value));
  return (
    <div className={styles.stack}>
      <NumberInput
        label="Keep runs that ended within so many days"
        min={0}
        value={keep.keep_days ?? ""}
        onChange={(value) => setKeep({ ...keep, keep_days: number(value) })}
      />
      <NumberInput
        label="Keep so many of the newest runs"
        min={0}
        value={keep.keep_runs ?? ""}
        onChange={(value) => setKeep({ ...keep, keep_runs: number(value) })}
      />
      <Answer of={asked} rows={1}>
        {(told) => (
          <p role="status">
            {count(told.runs, "run")} and {count(told.events, "event")} would be erased; that cannot
            be taken back.
          </p>
        )}
      </Answer>
      <Button
        color="red"
        disabled={!asked.data?.runs}
        onClick={() => {
          onDone();
          void act(
            () => prune(keep),
            (told) => `${count(told.runs, "run")} erased`,
          );
        }}
      >
        Erase them
      </Button>
    </div>
  );
}
