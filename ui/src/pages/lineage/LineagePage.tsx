import { Page } from "@/design/Page";

export function LineagePage() {
  return <Page title="Lineage">{null}</Page>;
}
