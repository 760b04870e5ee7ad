/** A scanner that types what it reads, as Bluetooth scanners do, and ends it with Enter or Tab. */
import { Watched } from "./store";

/** What was read, until the scanner's screen has met it. */
export const typedIn = new Watched<string | null>(null);

/** Milliseconds between two keys after which another reading begins. */
const GAP = 1_000;
/** Shorter than a tag's code it is somebody's thumb. */
const SHORTEST = 12;
const FIELDS = "input,textarea,select,[contenteditable]";

/** Tells what is typed while no field has the focus; what is returned ends that. */
export function hearScanner(tell: (raw: string) => void): () => void {
  let text = "";
  let last = 0;
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest?.(FIELDS)) return;
    if (event.timeStamp - last > GAP) text = "";
    last = event.timeStamp;
    if (event.key.length === 1) text += event.key;
    if ((event.key !== "Enter" && event.key !== "Tab") || text.length < SHORTEST) return;
    // Enter would press the button that has the focus.
    event.preventDefault();
    tell(text);
    text = "";
  };
  document.addEventListener("keydown", press, true);
  return () => document.removeEventListener("keydown", press, true);
}
