import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { instanceQuery } from "@/api/queries";
import { Warning } from "@/design/Notice";
import { Page } from "@/design/Page";
import { CapacityTab } from "./CapacityTab";
import { ConfigurationTab } from "./ConfigurationTab";
import { LocationsTab } from "./LocationsTab";
import { StorageTab } from "./StorageTab";
import { TABS, type Tab } from "./search";

const CONTENT: Readonly<Record<Tab, { title: string; content: ComponentType }>> = {
  locations: { title: "Code locations", content: LocationsTab },
  capacity: { title: "Queue and pools", content: CapacityTab },
  configuration: { title: "Configuration", content: ConfigurationTab },
  storage: { title: "Storage and health", content: StorageTab },
};

/** The deployment: its locations, what waits for room, how it is set, what it has stored. */
export function DeploymentPage() {
  const { tab = "locations" } = useSearch({ from: "/deployment" });
  const navigate = useNavigate();
  const { data: instance } = useQuery(instanceQuery());
  const Content = CONTENT[tab].content;
  return (
    <Page title="Deployment">
      {instance?.engine === null && (
        <Warning title="No daemon runs">
          Nothing is executed: runs that are asked for wait. Start `atoll daemon run` or `atoll dev`
          with this ATOLL_HOME ({instance.home}).
        </Warning>
      )}
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: "/deployment", search: { tab: (value as Tab) ?? undefined } })
        }
      >
        <Tabs.List>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {CONTENT[name].title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Content />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
