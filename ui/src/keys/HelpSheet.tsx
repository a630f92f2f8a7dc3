import { Kbd, Modal } from "@mantine/core";
import styles from "./HelpSheet.module.css";
import { shortcuts } from "./shortcuts";

/** All shortcuts that work on this page. */
export function HelpSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const places = new Map<string, ReturnType<typeof shortcuts>>();
  for (const each of isOpen ? shortcuts() : []) {
    places.set(each.where, [...(places.get(each.where) ?? []), each]);
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keyboard shortcuts" size="lg">
      {[...places].map(([where, list]) => (
        <section key={where} className={styles.place}>
          <h3>{where}</h3>
          <dl>
            {list.map((each) => (
              <div key={each.keys} className={styles.row}>
                <dt>{each.about}</dt>
                <dd>
                  {each.keys.split(" ").map((key) => (
                    <Kbd key={key}>{key.replace("mod", isMac() ? "⌘" : "Ctrl")}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}

function isMac(): boolean {
  return navigator.userAgent.includes("Mac");
}
