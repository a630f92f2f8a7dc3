import { Button, Popover, TextInput } from "@mantine/core";
import { ChevronDown, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import styles from "./Assets.module.css";

/** More are found by typing. */
const MOST_SHOWN = 200;

/** One thing by which the catalog is narrowed: any of several values, with how many have each. */
export function FacetMenu({
  name,
  chosen,
  counts,
  shown = (value) => value,
  onChange,
}: {
  name: string;
  chosen: readonly string[];
  /** Asked for when it is opened. */
  counts: () => readonly (readonly [string, number])[];
  shown?: (value: string) => ReactNode;
  onChange: (chosen: string[] | undefined) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const change = (values: string[]) => onChange(values.length > 0 ? values : undefined);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus>
      <Button.Group>
        <Popover.Target>
          <Button
            size="xs"
            variant={chosen.length > 0 ? "light" : "default"}
            rightSection={chosen.length > 0 ? undefined : <ChevronDown size={14} aria-hidden />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {chosen.length === 0
              ? name
              : `${name}: ${chosen.length === 1 ? chosen[0] : chosen.length}`}
          </Button>
        </Popover.Target>
        {chosen.length > 0 && (
          <Button
            size="xs"
            variant="light"
            px={6}
            aria-label={`Any ${name.toLowerCase()}`}
            onClick={() => onChange(undefined)}
          >
            <X size={13} aria-hidden />
          </Button>
        )}
      </Button.Group>
      <Popover.Dropdown p={8}>
        {isOpen && <Values {...{ name, chosen, counts, shown }} onChange={change} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Values({
  name,
  chosen,
  counts,
  shown,
  onChange,
}: {
  name: string;
  chosen: readonly string[];
  counts: () => readonly (readonly [string, number])[];
  shown: (value: string) => ReactNode;
  onChange: (chosen: string[]) => void;
}) {
  const [wish, setWish] = useState("");
  const known = counts();
  const gone = chosen.filter((value) => !known.some(([each]) => each === value));
  const all = [...gone.map((value) => [value, 0] as const), ...known];
  const found = all.filter(([value]) => value.toLowerCase().includes(wish.toLowerCase()));
  return (
    <div className={styles.values}>
      {all.length > 8 && (
        <TextInput
          size="xs"
          data-autofocus
          aria-label={`Find a ${name.toLowerCase()}`}
          placeholder={`Find among ${all.length}`}
          value={wish}
          onChange={(event) => setWish(event.currentTarget.value)}
        />
      )}
      <ul>
        {found.slice(0, MOST_SHOWN).map(([value, count]) => (
          <li key={value}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={(event) =>
                  onChange(
                    event.currentTarget.checked
                      ? [...chosen, value]
                      : chosen.filter((each) => each !== value),
                  )
                }
              />
              <span className={styles.value}>{shown(value)}</span>
              <span className={styles.count}>{count.toLocaleString("en")}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles.none}>None</p>}
      {found.length > MOST_SHOWN && (
        <p className={styles.none}>and {found.length - MOST_SHOWN} more: type to find them</p>
      )}
    </div>
  );
}
