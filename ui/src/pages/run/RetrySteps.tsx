import { Button, Checkbox, Group, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { type RunStep, retryRun, stepsQuery } from "@/api/oneRun";
import type { Run } from "@/api/queries";
import { quoted } from "@/api/selection";
import { Island } from "@/design/Island";
import { Problem } from "@/design/Notice";
import { useOnce } from "@/design/once";
import { StatusMark } from "@/design/StatusTag";
import { type Column, VirtualTable } from "@/design/VirtualTable";
import styles from "./RunPage.module.css";
import { useRun } from "./useRun";

/** Makes steps of a run again that one chooses: from the list, or by a selection. */
export function RetrySteps({ run, onClose }: { run: Run; onClose: () => void }) {
  const { search } = useRun();
  const router = useRouter();
  const { data } = useQuery(stepsQuery(run.run_id));
  const [text, setText] = useState(search.step === undefined ? "" : quoted(search.step));
  const [error, setError] = useState<unknown>(null);
  const [isBusy, once] = useOnce();
  const terms = text
    .split(",")
    .map((term) => term.trim())
    .filter((term) => term !== "");
  const write = (next: string) => {
    setText(next);
    setError(null);
  };
  const toggle = (term: string) => {
    const next = terms.includes(term) ? terms.filter((each) => each !== term) : [...terms, term];
    write(next.join(", "));
  };
  const go = async () => {
    setError(null);
    try {
      const next = await retryRun(run.run_id, { from_failure: false, steps: terms });
      await router.navigate({ to: "/runs/$runId", params: { runId: next.run_id } });
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title="Re-execute selected steps"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void once(go);
        }}
      >
        <TextInput
          label="Steps"
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          data-autofocus
        />
        <p className={styles.about}>
          Names, or a selection: <code>load+</code> with what follows, <code>+load</code> with what
          comes before.
        </p>
        {data && (
          <VirtualTable<RunStep>
            label="Steps to choose from"
            rows={data.items}
            rowKey={(step) => step.key}
            rowHeight={34}
            height={`min(${data.items.length * 34 + 36}px, 320px, 45dvh)`}
            columns={columns(terms, toggle)}
          />
        )}
        {error !== null && <Problem error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={isBusy} disabled={terms.length === 0}>
            Re-execute
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function columns(
  terms: readonly string[],
  toggle: (term: string) => void,
): readonly Column<RunStep>[] {
  return [
    {
      key: "step",
      title: "Step",
      width: "minmax(0, 2fr)",
      cell: ({ key }) => (
        <Checkbox
          size="xs"
          label={key}
          checked={terms.includes(quoted(key))}
          onChange={() => toggle(quoted(key))}
        />
      ),
    },
    {
      key: "status",
      title: "Status",
      width: "60px",
      cell: (step) => <StatusMark kind="step" status={step.status} />,
    },
    {
      key: "location",
      title: "Location",
      width: "minmax(0, 1fr)",
      isExtra: true,
      cell: (step) => <Island name={step.location} isLink={false} />,
    },
  ];
}
