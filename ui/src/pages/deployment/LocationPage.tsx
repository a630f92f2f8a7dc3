import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type Location, locationQuery } from "@/api/queries";
import { Ago } from "@/design/Moment";
import { Answer, present } from "@/design/Notice";
import { Page } from "@/design/Page";
import { StatusTag } from "@/design/StatusTag";
import { LocationChanges } from "./LocationChanges";
import { LocationFacts } from "./LocationFacts";
import { LocationLog } from "./LocationLog";
import { LocationPackages } from "./LocationPackages";
import { ReloadButton } from "./LocationsTab";
import { LOCATION_TABS, type LocationSearch } from "./search";

type Tab = NonNullable<LocationSearch["tab"]>;

const TITLES: Readonly<Record<Tab, string>> = {
  overview: "Overview",
  log: "Log",
  packages: "Packages",
  changes: "Last change",
};

/** One code location: how it is, what it is loaded from, what it prints, what it has installed. */
export function LocationPage() {
  const { name } = useParams({ from: "/deployment/locations/$name" });
  const { tab = "overview" } = useSearch({ from: "/deployment/locations/$name" });
  const navigate = useNavigate();
  const asked = useQuery(locationQuery(name));
  const data = present(asked);
  return (
    <Page
      title={name}
      above={
        <Link to="/deployment" search={{}}>
          Code locations
        </Link>
      }
      beside={
        data && (
          <>
            <StatusTag kind="location" status={data.status} />
            <Ago at={data.updated_at} />
          </>
        )
      }
      actions={<ReloadButton name={name} />}
    >
      <Answer of={asked}>
        {(location) => (
          <Tabs
            value={tab}
            onChange={(value) =>
              void navigate({
                to: "/deployment/locations/$name",
                params: { name },
                search: { tab: value as Tab },
              })
            }
          >
            <Tabs.List>
              {LOCATION_TABS.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {TITLES[each]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab} pt="md">
              <Content tab={tab} location={location} />
            </Tabs.Panel>
          </Tabs>
        )}
      </Answer>
    </Page>
  );
}

function Content({ tab, location }: { tab: Tab; location: Location }) {
  if (tab === "log") return <LocationLog name={location.name} />;
  if (tab === "packages") return <LocationPackages packages={location.packages} />;
  if (tab === "changes") return <LocationChanges location={location} />;
  return <LocationFacts location={location} />;
}
