import { Button, Menu, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  ArrowDownFromLine,
  ArrowUpFromLine,
  ChevronDown,
  Eraser,
  Play,
  Rocket,
} from "lucide-react";
import type { AssetDetail } from "@/api/assets";
import { wipeAssets } from "@/api/catalog";
import { launchRun } from "@/api/plans";
import { around } from "@/api/selection";
import { act } from "@/design/act";
import { Problem } from "@/design/Notice";
import { useOnce } from "@/design/once";
import { shortId } from "@/design/runs";
import { requiredOf, resolved } from "../launch/config/schema";
import styles from "./Asset.module.css";

/** What can be done with an asset. */
export function AssetActions({ asset }: { asset: AssetDetail }) {
  const [isAsking, asking] = useDisclosure(false);
  const reason = whyNotAtOnce(asset);
  const [isBusy, once] = useOnce();
  const materialize = () =>
    once(() =>
      act(
        () =>
          launchRun({
            assets: [around(asset.key, false, false)],
            job: null,
            location: null,
            config: {},
            tags: {},
            partition: null,
            partition_range: null,
            checks: null,
            ops: [],
          }),
        (run) => (
          <>
            Materializing {asset.key}:{" "}
            <Link to="/runs/$runId" params={{ runId: run.run_id }}>
              run {shortId(run.run_id)}
            </Link>
          </>
        ),
      ),
    );
  const isExternal = asset.step === null;
  const form = (up: boolean, down: boolean) => ({ select: [around(asset.key, up, down)] });
  return (
    <>
      <Button
        leftSection={<Play size={15} aria-hidden />}
        disabled={reason !== null}
        title={reason ?? "Launch a run of it at once"}
        loading={isBusy}
        onClick={() => void materialize()}
      >
        Materialize now
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDown size={15} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {!isExternal && (
            <FormItem search={form(false, false)} icon={<Rocket size={15} aria-hidden />}>
              Materialize…
            </FormItem>
          )}
          {!isExternal && (
            <FormItem search={form(true, false)} icon={<ArrowUpFromLine size={15} aria-hidden />}>
              With everything upstream…
            </FormItem>
          )}
          <FormItem search={form(false, true)} icon={<ArrowDownFromLine size={15} aria-hidden />}>
            With everything downstream…
          </FormItem>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<Eraser size={15} aria-hidden />}
            disabled={asset.latest_materialization === null}
            title={asset.latest_materialization === null ? "It was never materialized" : undefined}
            onClick={asking.open}
          >
            Wipe…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <WipeDialog assetKey={asset.key} isOpen={isAsking} onClose={asking.close} />
    </>
  );
}

function FormItem({
  search,
  icon,
  children,
}: {
  search: { select: string[] };
  icon: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <Menu.Item
      leftSection={icon}
      renderRoot={(props) => <Link to="/launch" search={search} {...props} />}
    >
      {children}
    </Menu.Item>
  );
}

/** Why it cannot be made without a form; null: it can. */
function whyNotAtOnce(asset: AssetDetail): string | null {
  if (asset.step === null) return "It is external: nothing here makes it";
  if (asset.is_partitioned) return "It has partitions: choose Materialize… from the menu";
  const schema = asset.config_schema ?? {};
  const required = requiredOf(resolved(schema, schema));
  if (required.length === 0) return null;
  return `Its step needs config (${required.join(", ")}): choose Materialize… from the menu`;
}

function WipeDialog({
  assetKey,
  isOpen,
  onClose,
}: {
  assetKey: string;
  isOpen: boolean;
  onClose: () => void;
}) {
  const wipe = useMutation({
    mutationFn: () => wipeAssets([assetKey]),
    onSuccess: () => {
      onClose();
      void act(
        async () => undefined,
        () => `${assetKey} is wiped`,
      );
    },
  });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`Wipe ${assetKey}?`}
      closeButtonProps={{ "aria-label": "Close" }}
      centered
    >
      <p>
        It will count as never materialized. Its stored value and its past events stay where they
        are; the next run makes it anew.
      </p>
      {wipe.error && <Problem error={wipe.error} />}
      <div className={styles.answers}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red.9" loading={wipe.isPending} onClick={() => wipe.mutate()}>
          Wipe
        </Button>
      </div>
    </Modal>
  );
}
