import { Page } from "@/design/Page";

export function LaunchPage() {
  return <Page title="Launch">{null}</Page>;
}
