import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { locationsQuery } from "@/api/queries";
import { Empty } from "./Notice";
import { statusOf } from "./status";

/** Why there is no asset at all, as the locations tell it. */
export function NoAssets() {
  const { data: locations } = useQuery(locationsQuery());
  const tones = locations?.map(({ status }) => statusOf("location", status).tone);
  const failed = tones?.filter((tone) => tone === "bad").length ?? 0;
  if (tones === undefined || tones.includes("busy")) {
    return (
      <Empty title="Locations are loading">Their assets come as soon as they are known.</Empty>
    );
  }
  if (tones.length === 0) {
    return (
      <Empty title="The workspace is empty">
        Name a file or a module, <code>atoll dev -f definitions.py</code>, or write a
        workspace.yaml.
      </Empty>
    );
  }
  if (failed > 0) {
    return (
      <Empty title={`${failed} of ${tones.length} locations did not load`}>
        <Link to="/deployment">Their errors</Link> say why; what they define comes when they load.
      </Empty>
    );
  }
  return (
    <Empty title="No assets yet">
      Decorate a function with <code>@atoll.asset</code>, put it into the <code>Definitions</code>{" "}
      of a code location, and reload that.
    </Empty>
  );
}
