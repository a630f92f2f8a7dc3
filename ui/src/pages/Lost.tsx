import { Link } from "@tanstack/react-router";
import { Empty } from "@/design/Notice";
import { Page } from "@/design/Page";

/** No page has this address. */
export function Lost() {
  return (
    <Page title="No such page">
      <Empty title="No page has this address">
        <p>
          Press <kbd>/</kbd> to search for an asset, a run or a location, or begin at the{" "}
          <Link to="/">overview</Link>.
        </p>
      </Empty>
    </Page>
  );
}
