import { Page } from "@/design/Page";

export function OverviewPage() {
  return <Page title="Overview">{null}</Page>;
}
