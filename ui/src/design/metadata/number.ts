/** Numbers as text. Pure. */

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const BROKEN = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 12 });

/** With grouped digits; very large and very small ones with an exponent. */
export function numberText(value: number, isWhole = Number.isInteger(value)): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  // Beyond 2^53 a browser has lost digits: it must not look as if these were the value's own.
  if (isWhole) return `${Number.isSafeInteger(value) ? "" : "≈ "}${WHOLE.format(value)}`;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toPrecision(6);
  return BROKEN.format(value);
}
