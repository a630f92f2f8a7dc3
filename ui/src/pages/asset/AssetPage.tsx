import { Page } from "@/design/Page";

export function AssetPage() {
  return <Page title="Asset">{null}</Page>;
}
