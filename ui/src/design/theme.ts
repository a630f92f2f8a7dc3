import { createTheme, type MantineColorsTuple, useComputedColorScheme } from "@mantine/core";

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

/** The dark theme's greys, from text to page, in the hue of `tokens.css`. */
const dark: MantineColorsTuple = [
  "#e6edf3",
  "#c8d3dc",
  "#9fb0bf",
  "#8fa1b0",
  "#465564",
  "#33414d",
  "#1b252e",
  "#151d24",
  "#10171d",
  "#0e1419",
];

/** Mantine's theme; the page's own colours are in `tokens.css`. */
export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 6, dark: 6 },
  colors: { lagoon, dark },
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

/** Whether the dark theme is on. */
export function useIsDark(): boolean {
  return useComputedColorScheme("light") === "dark";
}
