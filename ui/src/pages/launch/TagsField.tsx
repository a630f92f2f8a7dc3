import { ActionIcon, Autocomplete, Button, Input, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";
import { useRef } from "react";
import { type Change, type Form, tagMistake, tagOf } from "./form";
import { KNOWN_TAGS } from "./knownTags";
import styles from "./Launch.module.css";

const NAMES = KNOWN_TAGS.map((tag) => tag.name);

/** The run's tags, a row each. */
export function TagsField({
  form,
  problem,
  change,
}: {
  form: Form;
  problem: unknown;
  change: (change: Change) => void;
}) {
  const wrong = tagOf(problem, form.tags);
  const isAdded = useRef(false);
  // The row that was asked for is where one goes on.
  const begin = (row: HTMLDivElement | null) => {
    if (!row || !isAdded.current) return;
    isAdded.current = false;
    row.querySelector("input")?.focus();
  };
  return (
    <Input.Wrapper
      label="Tags"
      labelElement="div"
      error={
        problem instanceof Error && wrong === null ? (
          <span role="alert">{problem.message}</span>
        ) : undefined
      }
    >
      <div className={styles.tags}>
        {form.tags.map((tag, index) => {
          const known = KNOWN_TAGS.find((each) => each.name === tag.name);
          const mistake =
            tagMistake(form, tag) ??
            (wrong?.id === tag.id && problem instanceof Error ? problem.message : null);
          return (
            <div
              key={tag.id}
              ref={index === form.tags.length - 1 ? begin : undefined}
              className={styles.tag}
            >
              <Autocomplete
                aria-label="Tag name"
                placeholder="name"
                data={NAMES}
                value={tag.name}
                onChange={(name) => change({ do: "write tag", id: tag.id, name })}
                renderOption={({ option }) => <KnownName name={option.value} />}
                comboboxProps={{ width: 360, position: "bottom-start" }}
                error={mistake !== null}
              />
              <TextInput
                aria-label={tag.name ? `Value of ${tag.name}` : "Tag value"}
                placeholder={known ? `such as ${known.example}` : "value"}
                value={tag.value}
                onChange={(event) =>
                  change({ do: "write tag", id: tag.id, value: event.currentTarget.value })
                }
                error={mistake !== null}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove the tag ${tag.name}`}
                onClick={() => change({ do: "remove tag", id: tag.id })}
              >
                <X size={16} aria-hidden />
              </ActionIcon>
              {(mistake ?? known?.about) && (
                <div
                  className={mistake ? styles.mistake : styles.about}
                  role={mistake ? "alert" : undefined}
                >
                  {mistake ?? known?.about}
                </div>
              )}
            </div>
          );
        })}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => {
              isAdded.current = true;
              change({ do: "add tag" });
            }}
          >
            Add a tag
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  );
}

function KnownName({ name }: { name: string }) {
  const known = KNOWN_TAGS.find((tag) => tag.name === name);
  return (
    <div>
      <code>{name}</code>
      <div className={styles.about}>{known?.about}</div>
    </div>
  );
}
