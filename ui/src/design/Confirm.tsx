import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useState } from "react";
import { Problem } from "./Notice";
import { useOnce } from "./once";

/** Asks before something that cannot be taken back, and shows why it could not be done. */
export function Confirm({
  title,
  action,
  onClose,
  run,
  children,
}: {
  title: string;
  /** The word on the button that does it. */
  action: string;
  onClose: () => void;
  /** Does it; the question closes when it is done. */
  run: () => Promise<void>;
  children?: ReactNode;
}) {
  const [isBusy, once] = useOnce();
  const [error, setError] = useState<unknown>(null);
  const go = async () => {
    setError(null);
    try {
      await run();
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {children}
      {error !== null && <Problem error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          Leave it
        </Button>
        <Button color="red.8" loading={isBusy} onClick={() => void once(go)}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
