import { ActionIcon, AppShell, Button, Kbd, Tooltip } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import {
  Boxes,
  CalendarClock,
  Gauge,
  Keyboard,
  ListVideo,
  type LucideIcon,
  Rocket,
  Search,
  Server,
  Settings,
  Waypoints,
  Workflow,
} from "lucide-react";
import { useMemo, useState } from "react";
import { HelpSheet } from "@/keys/HelpSheet";
import { onKey, type Shortcut, useShortcuts } from "@/keys/shortcuts";
import { SearchDialog } from "@/search/SearchDialog";
import { Connection } from "./Connection";
import { Health } from "./Health";
import styles from "./Shell.module.css";

interface Place {
  to: "/" | "/assets" | "/lineage" | "/jobs" | "/runs" | "/automation" | "/deployment";
  name: string;
  icon: LucideIcon;
  keys: string;
}

const PLACES: readonly Place[] = [
  { to: "/", name: "Overview", icon: Gauge, keys: "g o" },
  { to: "/assets", name: "Assets", icon: Boxes, keys: "g a" },
  { to: "/lineage", name: "Lineage", icon: Waypoints, keys: "g l" },
  { to: "/jobs", name: "Jobs", icon: Workflow, keys: "g j" },
  { to: "/runs", name: "Runs", icon: ListVideo, keys: "g r" },
  { to: "/automation", name: "Automation", icon: CalendarClock, keys: "g t" },
  { to: "/deployment", name: "Deployment", icon: Server, keys: "g d" },
];

document.addEventListener("keydown", onKey);

/** The frame around every page: navigation, search, health, and what the connection is like. */
export function Shell() {
  const router = useRouter();
  const [isSearching, setSearching] = useState(false);
  const [isHelping, setHelping] = useState(false);
  useShortcuts(
    useMemo((): Shortcut[] => {
      const where = "Everywhere";
      const go = PLACES.map(({ to, name, keys }) => ({
        keys,
        about: `Go to ${name.toLowerCase()}`,
        where,
        run: () => void router.navigate({ to }),
      }));
      return [
        { keys: "/", about: "Search", where, run: () => setSearching(true) },
        { keys: "mod+k", about: "Search", where, run: () => setSearching(true) },
        ...go,
        {
          keys: "g n",
          about: "Launch a run",
          where,
          run: () => void router.navigate({ to: "/launch" }),
        },
        {
          keys: "g s",
          about: "Go to settings",
          where,
          run: () => void router.navigate({ to: "/settings" }),
        },
        { keys: "?", about: "Show this help", where, run: () => setHelping(true) },
      ];
    }, [router]),
  );
  return (
    <AppShell header={{ height: 52 }} footer={{ height: { base: 56, sm: 0 } }} padding={0}>
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={styles.header}>
        <Link to="/" className={styles.brand}>
          <img src="./favicon.svg" alt="" width={26} height={26} />
          <span className={styles.name}>Atoll</span>
        </Link>
        <nav className={styles.nav} aria-label="Pages">
          {PLACES.map((place) => (
            <NavLink key={place.to} place={place} />
          ))}
        </nav>
        <div className={styles.tools}>
          <Health />
          <Connection />
          <button
            type="button"
            aria-label="Search"
            className={styles.search}
            onClick={() => setSearching(true)}
          >
            <Search size={15} aria-hidden />
            <span className={styles.searchText}>Search</span>
            <Kbd className={styles.searchText} size="xs">
              /
            </Kbd>
          </button>
          <Button
            component={Link}
            to="/launch"
            size="xs"
            leftSection={<Rocket size={15} aria-hidden />}
          >
            Launch
          </Button>
          <Tooltip label="Keyboard shortcuts">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Keyboard shortcuts"
              className={styles.wide}
              onClick={() => setHelping(true)}
            >
              <Keyboard size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Settings">
            <ActionIcon
              component={Link}
              to="/settings"
              variant="subtle"
              color="gray"
              aria-label="Settings"
            >
              <Settings size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      </AppShell.Header>
      <AppShell.Main id="main" component="main">
        <Outlet />
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="sm" className={styles.footer}>
        <nav aria-label="Pages" className={styles.footerNav}>
          {PLACES.map((place) => (
            <NavLink key={place.to} place={place} />
          ))}
        </nav>
      </AppShell.Footer>
      {/* Within the router, so that what they tell can link to pages. */}
      <Notifications position="bottom-right" />
      <SearchDialog isOpen={isSearching} onClose={() => setSearching(false)} />
      <HelpSheet isOpen={isHelping} onClose={() => setHelping(false)} />
    </AppShell>
  );
}

function NavLink({ place }: { place: Place }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={styles.link}
      activeOptions={{ exact: place.to === "/", includeSearch: false }}
      activeProps={{ "data-active": true, "aria-current": "page" }}
    >
      <Icon size={17} aria-hidden />
      {place.name}
    </Link>
  );
}
