/** Every page and its address. A page's code is fetched when it is first looked at. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { BASE } from "@/api/client";
import * as asset from "@/pages/asset/search";
import * as assets from "@/pages/assets/search";
import * as deployment from "@/pages/deployment/search";
import * as jobs from "@/pages/jobs/search";
import { Lost } from "@/pages/Lost";
import * as launch from "@/pages/launch/search";
import * as lineage from "@/pages/lineage/search";
import * as overview from "@/pages/overview/search";
import * as run from "@/pages/run/search";
import * as runs from "@/pages/runs/search";
import { parseSearch, stringifySearch } from "./address";
import { PageError } from "./PageError";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: Lost });
const parent = { getParentRoute: () => root };

// The catalog is the index below its own path: a sibling would yield it to the splat of the keys.
const assetRoutes = createRoute({ ...parent, path: "/assets" });
const catalogRoute = createRoute({
  getParentRoute: () => assetRoutes,
  path: "/",
  validateSearch: assets.read,
  component: lazyRouteComponent(() => import("@/pages/assets/AssetsPage"), "AssetsPage"),
});
const assetRoute = createRoute({
  getParentRoute: () => assetRoutes,
  path: "$",
  validateSearch: asset.read,
  component: lazyRouteComponent(() => import("@/pages/asset/AssetPage"), "AssetPage"),
});

// As with the assets: the list is the index below the path of each job.
const jobRoutes = createRoute({ ...parent, path: "/jobs" });
const jobsRoute = createRoute({
  getParentRoute: () => jobRoutes,
  path: "/",
  validateSearch: jobs.readList,
  component: lazyRouteComponent(() => import("@/pages/jobs/JobsPage"), "JobsPage"),
});
const jobRoute = createRoute({
  getParentRoute: () => jobRoutes,
  path: "$name",
  validateSearch: jobs.read,
  component: lazyRouteComponent(() => import("@/pages/jobs/JobPage"), "JobPage"),
});

const routes = [
  createRoute({
    ...parent,
    path: "/",
    validateSearch: overview.read,
    component: lazyRouteComponent(() => import("@/pages/overview/OverviewPage"), "OverviewPage"),
  }),
  assetRoutes.addChildren([catalogRoute, assetRoute]),
  jobRoutes.addChildren([jobsRoute, jobRoute]),
  createRoute({
    ...parent,
    path: "/automation",
    component: lazyRouteComponent(
      () => import("@/pages/automation/AutomationPage"),
      "AutomationPage",
    ),
  }),
  createRoute({
    ...parent,
    path: "/lineage",
    validateSearch: lineage.read,
    component: lazyRouteComponent(() => import("@/pages/lineage/LineagePage"), "LineagePage"),
  }),
  createRoute({
    ...parent,
    path: "/runs",
    validateSearch: runs.read,
    component: lazyRouteComponent(() => import("@/pages/runs/RunsPage"), "RunsPage"),
  }),
  createRoute({
    ...parent,
    path: "/runs/$runId",
    validateSearch: run.read,
    component: lazyRouteComponent(() => import("@/pages/run/RunPage"), "RunPage"),
  }),
  createRoute({
    ...parent,
    path: "/launch",
    validateSearch: launch.read,
    component: lazyRouteComponent(() => import("@/pages/launch/LaunchPage"), "LaunchPage"),
  }),
  createRoute({
    ...parent,
    path: "/deployment",
    validateSearch: deployment.read,
    component: lazyRouteComponent(
      () => import("@/pages/deployment/DeploymentPage"),
      "DeploymentPage",
    ),
  }),
  createRoute({
    ...parent,
    path: "/deployment/locations/$name",
    validateSearch: deployment.readLocation,
    component: lazyRouteComponent(() => import("@/pages/deployment/LocationPage"), "LocationPage"),
  }),
  createRoute({
    ...parent,
    path: "/settings",
    component: lazyRouteComponent(() => import("@/pages/settings/SettingsPage"), "SettingsPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: BASE,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: PageError,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
