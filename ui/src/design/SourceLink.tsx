import { usePreferences } from "@/settings/preferences";
import { editorAddress } from "./editor";

/** A place in a file, as a link that opens it in the preferred editor where there is one. */
export function SourceLink({
  file,
  line,
  label,
}: {
  file: string;
  line?: number | null;
  /** What stands in the place of file and line. */
  label?: string;
}) {
  const address = editorAddress(usePreferences().editor, file, line);
  const text = label ?? (line ? `${file}:${line}` : file);
  if (address === null) return <code>{text}</code>;
  return (
    <a href={address} title="Open in the editor">
      <code>{text}</code>
    </a>
  );
}
