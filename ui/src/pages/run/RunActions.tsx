import { Button, Menu } from "@mantine/core";
import { Link, useRouter } from "@tanstack/react-router";
import {
  Ban,
  ChevronDown,
  Download,
  EllipsisVertical,
  ListChecks,
  PencilLine,
  RotateCcw,
  StepForward,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { cancelRun, deleteRun, retryRun } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { quoted } from "@/api/selection";
import { act } from "@/design/act";
import { Confirm } from "@/design/Confirm";
import { useOnce } from "@/design/once";
import { useLaunched } from "@/design/RunLink";
import { shortId } from "@/design/runs";
import { count } from "@/design/size";
import { UNDER_WAY } from "@/design/status";
import { downloadEvents } from "./download";
import { RetrySteps } from "./RetrySteps";
import { useRun } from "./useRun";

type Asking = "cancel" | "delete" | "steps" | null;

/** What one can do about a run. */
export function RunActions({ run }: { run: Run }) {
  const [asking, setAsking] = useState<Asking>(null);
  const router = useRouter();
  const isUnderWay = UNDER_WAY.includes(run.status);
  const close = () => setAsking(null);
  const name = shortId(run.run_id);
  return (
    <>
      {isUnderWay && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Ban size={15} aria-hidden />}
          disabled={run.status === "CANCELING"}
          title={run.status === "CANCELING" ? "It is being canceled" : undefined}
          onClick={() => setAsking("cancel")}
        >
          Cancel…
        </Button>
      )}
      <Retry run={run} ask={() => setAsking("steps")} />
      <More run={run} isUnderWay={isUnderWay} remove={() => setAsking("delete")} />
      {asking === "cancel" && (
        <Confirm
          title={`Cancel run ${name}?`}
          action="Cancel the run"
          onClose={close}
          run={async () => void (await cancelRun(run.run_id))}
        >
          Steps that run are interrupted; what has succeeded stays.
        </Confirm>
      )}
      {asking === "delete" && (
        <Confirm
          title={`Delete run ${name}?`}
          action="Delete the run"
          onClose={close}
          run={async () => {
            await deleteRun(run.run_id);
            await router.navigate({ to: "/runs" });
          }}
        >
          Its events and what its steps printed are deleted. Values of assets stay.
        </Confirm>
      )}
      {asking === "steps" && <RetrySteps run={run} onClose={close} />}
    </>
  );
}

function Retry({ run, ask }: { run: Run; ask: () => void }) {
  const { search } = useRun();
  const router = useRouter();
  const launched = useLaunched();
  const isUnderWay = UNDER_WAY.includes(run.status);
  const [isBusy, once] = useOnce();
  const retry = (body: { from_failure: boolean; steps: string[] }, about: string) =>
    once(async () => {
      const next = await act(
        () => retryRun(run.run_id, body),
        (it) => launched(it.run_id, about),
      );
      if (next) await router.navigate({ to: "/runs/$runId", params: { runId: next.run_id } });
    });
  const hasFailed = run.status === "FAILURE" || run.status === "CANCELED";
  const { step } = search;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant={hasFailed ? "filled" : "default"}
          disabled={isUnderWay}
          loading={isBusy}
          title={isUnderWay ? "The run has not ended" : undefined}
          leftSection={<RotateCcw size={15} aria-hidden />}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          Re-execute
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<StepForward size={15} aria-hidden />}
          disabled={!hasFailed}
          title={hasFailed ? "What did not succeed" : "Everything has succeeded"}
          onClick={() => void retry({ from_failure: true, steps: [] }, "It goes on from failure")}
        >
          From failure
        </Menu.Item>
        <Menu.Item
          leftSection={<RotateCcw size={15} aria-hidden />}
          onClick={() => void retry({ from_failure: false, steps: [] }, "It makes all again")}
        >
          All steps
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={step === undefined}
          title={step === undefined ? "Choose a step in the timeline first" : undefined}
          onClick={() =>
            step && void retry({ from_failure: false, steps: [quoted(step)] }, `It makes ${step}`)
          }
        >
          {step === undefined ? "Chosen step" : `Step ${step}`}
        </Menu.Item>
        <Menu.Item
          disabled={step === undefined}
          title={step === undefined ? "Choose a step in the timeline first" : undefined}
          onClick={() =>
            step &&
            void retry({ from_failure: false, steps: [`${quoted(step)}+`] }, `It makes ${step}+`)
          }
        >
          {step === undefined ? "Chosen step and what follows" : `Step ${step} and what follows`}
        </Menu.Item>
        <Menu.Item leftSection={<ListChecks size={15} aria-hidden />} onClick={ask}>
          Selected steps…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function More({ run, isUnderWay, remove }: { run: Run; isUnderWay: boolean; remove: () => void }) {
  const [isLoading, setLoading] = useState(false);
  const download = async () => {
    setLoading(true);
    await act(
      () => downloadEvents(run.run_id),
      (many) => `${count(many, "event")} of run ${shortId(run.run_id)} saved`,
    );
    setLoading(false);
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          px={8}
          loading={isLoading}
          aria-label="More about this run"
        >
          <EllipsisVertical size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          renderRoot={(props) => <Link to="/launch" search={{ from: run.run_id }} {...props} />}
          leftSection={<PencilLine size={15} aria-hidden />}
        >
          Launch with changes
        </Menu.Item>
        <Menu.Item leftSection={<Download size={15} aria-hidden />} onClick={() => void download()}>
          Download all events
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<Trash2 size={15} aria-hidden />}
          disabled={isUnderWay}
          title={isUnderWay ? "The run has not ended; cancel it first" : undefined}
          onClick={remove}
        >
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
