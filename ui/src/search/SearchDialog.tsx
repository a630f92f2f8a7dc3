/** Stands in until the search is written. */
export function SearchDialog(_: { isOpen: boolean; onClose: () => void }) {
  return null;
}
