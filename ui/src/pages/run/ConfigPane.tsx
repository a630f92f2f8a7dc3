import { Loader, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Run } from "@/api/queries";
import { Copy } from "@/design/metadata/Copy";
import { Empty } from "@/design/Notice";
import { Facts } from "@/design/Page";
import styles from "./RunPage.module.css";

type Form = "YAML" | "JSON";

/** With what a run was launched: its config, its tags, and how it was asked for. */
export function ConfigPane({ run }: { run: Run }) {
  return (
    <div className={styles.config}>
      <section>
        <Config of={run.config} />
      </section>
      <section>
        <h2 className={styles.heading}>Tags</h2>
        <Facts
          of={Object.entries(run.tags).map(([name, value]) => [
            name,
            <Link key={name} to="/runs" search={{ tag: [`${name}=${value}`] }}>
              {value}
            </Link>,
          ])}
        />
        {Object.keys(run.tags).length === 0 && <p className={styles.quiet}>It has no tags.</p>}
        <h2 className={styles.heading}>Asked for</h2>
        <Facts
          of={[
            ["Job", run.job],
            ["Selection", run.selection.join(", ")],
            ["Partition", run.partition],
            ["Assets", run.asset_count > 0 ? run.asset_count.toLocaleString("en") : null],
          ]}
        />
      </section>
    </div>
  );
}

function Config({ of }: { of: Run["config"] }) {
  const [form, setForm] = useState<Form>("YAML");
  const isEmpty = Object.keys(of).length === 0;
  const { data: yaml } = useQuery({
    queryKey: ["as yaml", of],
    queryFn: async () => (await import("yaml")).stringify(of),
    enabled: !isEmpty && form === "YAML",
    gcTime: 0,
  });
  const text = form === "JSON" ? JSON.stringify(of, null, 2) : yaml;
  if (isEmpty) {
    return (
      <Empty title="Launched without config">Ops and resources have taken their defaults.</Empty>
    );
  }
  return (
    <>
      <div className={styles.tools}>
        <h2 className={styles.heading}>Config</h2>
        <SegmentedControl
          size="xs"
          aria-label="Form"
          data={["YAML", "JSON"]}
          value={form}
          onChange={(value) => setForm(value as Form)}
        />
        {text !== undefined && <Copy text={text} what="config" />}
      </div>
      {text === undefined ? <Loader size="sm" /> : <pre className={styles.code}>{text}</pre>}
    </>
  );
}
