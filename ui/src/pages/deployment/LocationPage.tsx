import { Page } from "@/design/Page";

export function LocationPage() {
  return <Page title="Location">{null}</Page>;
}
