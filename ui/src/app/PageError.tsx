import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Problem } from "@/design/Notice";
import { Page } from "@/design/Page";

/** What is shown in a page's place where it broke; the rest of the window goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <Page
      title="This page broke"
      actions={
        <Button variant="default" onClick={() => window.location.reload()}>
          Load it anew
        </Button>
      }
    >
      <Problem error={error} retry={reset} />
      <p>
        Nothing else is hurt: runs go on. A newer release of Atoll may have been started since this
        tab was opened; loading the page anew gets its pages.
      </p>
    </Page>
  );
}
