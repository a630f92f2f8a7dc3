import { Button, Modal } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Eraser, Play, Waypoints, X } from "lucide-react";
import { useState } from "react";
import { wipeAssets } from "@/api/catalog";
import { act } from "@/design/act";
import styles from "./Assets.module.css";
import type { AssetRow } from "./rows";
import { selectionsOf } from "./selections";

/** Up to so many assets, the whole graph can be taken in; beyond, only a part is shown. */
const WHOLE_GRAPH = 150;

const assetsOf = (count: number) => `${count.toLocaleString("en")} asset${count === 1 ? "" : "s"}`;

/** What one does with the chosen rows. */
export function ChosenBar({
  rows,
  chosen,
  onClear,
}: {
  rows: readonly AssetRow[];
  chosen: readonly AssetRow[];
  onClear: () => void;
}) {
  const [isWiping, setWiping] = useState(false);
  const keys = chosen.map((row) => row.asset.key);
  const made = chosen.filter((row) => !row.asset.is_external);
  const known = chosen.filter((row) => row.at !== null);
  const all = rows.map((row) => row.asset);
  const select = selectionsOf(
    made.map((row) => row.asset.key),
    all,
  );
  const part = { filter: selectionsOf(keys, all).join(" or "), near: 1 };
  const isPart = rows.length > WHOLE_GRAPH;
  return (
    <section className={styles.bar} aria-label="Selected assets">
      <strong>{assetsOf(chosen.length)} selected</strong>
      <Button
        size="xs"
        leftSection={<Play size={14} aria-hidden />}
        component={Link}
        to="/launch"
        search={{ select } as never}
        disabled={made.length === 0}
        title={made.length === 0 ? "No step makes them: they are external" : undefined}
      >
        Materialize selected
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Waypoints size={14} aria-hidden />}
        component={Link}
        to="/lineage"
        search={(isPart ? part : { select: keys }) as never}
      >
        Show in lineage
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Eraser size={14} aria-hidden />}
        disabled={known.length === 0}
        title={known.length === 0 ? "None of them was materialized" : undefined}
        onClick={() => setWiping(true)}
      >
        Wipe…
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        leftSection={<X size={14} aria-hidden />}
        onClick={onClear}
      >
        Clear
      </Button>
      <WipeDialog
        keys={known.map((row) => row.asset.key)}
        isOpen={isWiping}
        onClose={() => setWiping(false)}
        onDone={onClear}
      />
    </section>
  );
}

/** Asks before assets are forgotten. */
function WipeDialog({
  keys,
  isOpen,
  onClose,
  onDone,
}: {
  keys: string[];
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const wipe = async () => {
    setBusy(true);
    const isDone = await act(
      async () => {
        await wipeAssets(keys);
        return true;
      },
      () => `${assetsOf(keys.length)} wiped`,
    );
    setBusy(false);
    onClose();
    if (isDone) onDone();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Wipe ${assetsOf(keys.length)}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <p className={styles.ask}>
        They will count as never materialized. Values in storage and past events stay.
      </p>
      <ul className={styles.list}>
        {keys.slice(0, 8).map((key) => (
          <li key={key}>{key}</li>
        ))}
        {keys.length > 8 && <li>and {(keys.length - 8).toLocaleString("en")} more</li>}
      </ul>
      <div className={styles.answers}>
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep
        </Button>
        <Button className={styles.danger} loading={isBusy} onClick={() => void wipe()}>
          Wipe
        </Button>
      </div>
    </Modal>
  );
}
