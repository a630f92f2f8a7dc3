import type { AssetDetail } from "@/api/assets";
import type { CatalogAsset } from "@/api/queries";

/** Stands in until the graph can be drawn. */
export function Neighbourhood(_: { asset: AssetDetail; known: ReadonlyMap<string, CatalogAsset> }) {
  return null;
}
