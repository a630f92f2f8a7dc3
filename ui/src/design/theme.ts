import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  useComputedColorScheme,
} from "@mantine/core";

const lagoon: MantineColorsTuple = [
  "#e3f4f6",
  "#c9e9ee",
  "#9ad5de",
  "#63bfcd",
  "#36acbd",
  "#1b9fb2",
  "#0b7285",
  "#0a6677",
  "#075967",
  "#004a57",
];

/** Mantine paints text with some of these; its own are too pale on our panels for AA. */
const gray: MantineColorsTuple = [
  "#f6f8f9",
  "#f1f4f6",
  "#e6ebef",
  "#dde3e8",
  "#ccd4db",
  "#8a97a3",
  "#566472",
  "#45525e",
  "#2f3b46",
  "#16202a",
];

const dark: MantineColorsTuple = [
  "#e6edf3",
  "#c3d0db",
  "#9fb0bf",
  "#8496a7",
  "#465564",
  "#27333e",
  "#1b252e",
  "#151d24",
  "#0e1419",
  "#0a0f13",
];

/** Mantine's theme; the page's own colours are in `tokens.css`. */
export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 6, dark: 6 },
  colors: { lagoon, gray, dark },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

const OURS = {
  "--mantine-color-body": "var(--panel)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-2)",
  "--mantine-color-placeholder": "var(--text-2)",
  "--mantine-color-default": "var(--panel)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-hover": "var(--panel-2)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--bad)",
};

/** Mantine's own colours follow ours, in both themes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: OURS,
  dark: OURS,
});

/** Whether the dark theme is on. */
export function useIsDark(): boolean {
  return useComputedColorScheme("light") === "dark";
}
