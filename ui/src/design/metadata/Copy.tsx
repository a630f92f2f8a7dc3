import { ActionIcon, CopyButton } from "@mantine/core";
import { Check, Copy as CopyMark } from "lucide-react";

/** A small button that copies. */
export function Copy({ text, what }: { text: string; what: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          onClick={copy}
          aria-label={copied ? "Copied" : `Copy the ${what}`}
          title={copied ? "Copied" : `Copy the ${what}`}
        >
          {copied ? <Check size={13} aria-hidden /> : <CopyMark size={13} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}
