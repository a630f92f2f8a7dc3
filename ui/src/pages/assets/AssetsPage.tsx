import { Page } from "@/design/Page";

export function AssetsPage() {
  return <Page title="Assets">{null}</Page>;
}
