import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ban, EllipsisVertical, PencilLine, RotateCcw, StepForward } from "lucide-react";
import { useState } from "react";
import { cancelRun, retryRun } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { act } from "@/design/act";
import { Confirm } from "@/design/Confirm";
import { useOnce } from "@/design/once";
import { useLaunched } from "@/design/RunLink";
import { shortId } from "@/design/runs";
import { UNDER_WAY } from "@/design/status";

/** What one can do about a run of the feed. */
export function RowMenu({ run }: { run: Run }) {
  const [isAsking, setAsking] = useState(false);
  const launched = useLaunched();
  const isUnderWay = UNDER_WAY.includes(run.status);
  const [isBusy, once] = useOnce();
  const retry = (isFromFailure: boolean) =>
    once(() =>
      act(
        () => retryRun(run.run_id, { from_failure: isFromFailure, steps: [] }),
        (next) => launched(next.run_id, `It makes ${shortId(run.run_id)} again`),
      ),
    );
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            loading={isBusy}
            aria-label={`What to do about run ${shortId(run.run_id)}`}
          >
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<StepForward size={15} aria-hidden />}
            disabled={run.status !== "FAILURE" && run.status !== "CANCELED"}
            title={isUnderWay ? "The run has not ended" : "What did not succeed"}
            onClick={() => void retry(true)}
          >
            Retry from failure
          </Menu.Item>
          <Menu.Item
            leftSection={<RotateCcw size={15} aria-hidden />}
            disabled={isUnderWay}
            onClick={() => void retry(false)}
          >
            Retry every step
          </Menu.Item>
          <Menu.Item
            renderRoot={(props) => <Link to="/launch" search={{ from: run.run_id }} {...props} />}
            leftSection={<PencilLine size={15} aria-hidden />}
          >
            Launch with changes
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<Ban size={15} aria-hidden />}
            disabled={!isUnderWay || run.status === "CANCELING"}
            title={isUnderWay ? undefined : "The run has ended"}
            onClick={() => setAsking(true)}
          >
            Cancel…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isAsking && (
        <Confirm
          title={`Cancel run ${shortId(run.run_id)}?`}
          action="Cancel the run"
          onClose={() => setAsking(false)}
          run={async () => void (await cancelRun(run.run_id))}
        >
          Steps that run are interrupted; what has succeeded stays.
        </Confirm>
      )}
    </>
  );
}
