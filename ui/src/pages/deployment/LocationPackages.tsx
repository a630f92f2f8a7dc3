import { TextInput } from "@mantine/core";
import { useState } from "react";
import { Empty } from "@/design/Notice";
import { Panel } from "@/design/Page";
import { count } from "@/design/size";
import { VirtualTable } from "@/design/VirtualTable";
import styles from "./LocationFacts.module.css";

const ROW_PX = 32;

/** What is installed in a location's environment. */
export function LocationPackages({ packages }: { packages: Readonly<Record<string, string>> }) {
  const [wanted, setWanted] = useState("");
  const all = Object.entries(packages);
  const found = all.filter(([name]) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (all.length === 0) return <Empty title="It has not told what is installed" />;
  return (
    <Panel title={count(all.length, "package")} isFlush>
      <div className={styles.search}>
        <TextInput
          size="xs"
          placeholder="Filter by name"
          aria-label="Filter by name"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <VirtualTable
        label="Installed packages"
        rows={found}
        rowKey={([name]) => name}
        rowHeight={ROW_PX}
        height="55dvh"
        columns={[
          { key: "name", title: "Package", width: "minmax(0, 1fr)", cell: ([name]) => name },
          { key: "version", title: "Version", width: "160px", cell: ([, version]) => version },
        ]}
      />
    </Panel>
  );
}
