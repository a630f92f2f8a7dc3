/** Addresses that open a file in an editor. */

/** Schemes that would run something in this page instead. */
const NEVER = /^(javascript|data|vbscript|blob|about):/i;
const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The address that opens `file` at `line`, by the preferred template; null where there is none.
 *
 * @param template with `{file}` and `{line}`; empty: no links.
 */
export function editorAddress(template: string, file: string, line?: number | null): string | null {
  if (!ADDRESS.test(template) || NEVER.test(template)) return null;
  const path = encodeURI(file).replace(/[?#]/g, encodeURIComponent);
  return template.replaceAll("{file}", path).replaceAll("{line}", String(line ?? 1));
}
