import { Page } from "@/design/Page";

export function RunsPage() {
  return <Page title="Runs">{null}</Page>;
}
