import { ActionIcon, Button, NumberInput, Popover } from "@mantine/core";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { limitPool } from "@/api/capacity";
import type { Schemas } from "@/api/client";
import { act } from "@/design/act";
import styles from "./PoolLimit.module.css";

/** A pool's limit, and a small form that changes it at once. */
export function PoolLimit({ pool }: { pool: Schemas["Pool"] }) {
  const [isOpen, setOpen] = useState(false);
  const [limit, setLimit] = useState<number | string>(pool.limit ?? 1);
  const set = async (value: number | "unlimited" | null) => {
    await act(
      () => limitPool(pool.name, value),
      () => `The limit of pool ${pool.name} holds from now on`,
    );
    setOpen(false);
  };
  return (
    <span className={styles.limit}>
      {pool.has_own_limit ? "its own" : "of all pools"}
      <Popover opened={isOpen} onChange={setOpen} trapFocus position="bottom-end" withArrow>
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Change the limit of pool ${pool.name}`}
            onClick={() => setOpen(!isOpen)}
          >
            <Pencil size={14} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              void set(Number(limit));
            }}
          >
            <NumberInput label="Slots" size="xs" min={0} value={limit} onChange={setLimit} />
            <Button type="submit" size="xs">
              Set
            </Button>
            <Button size="xs" variant="default" onClick={() => void set("unlimited")}>
              Unlimited
            </Button>
            {pool.has_own_limit && (
              <Button size="xs" variant="default" onClick={() => void set(null)}>
                As all pools
              </Button>
            )}
          </form>
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}
