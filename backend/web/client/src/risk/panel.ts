// The panel is made by the server; here it is only fetched and put in its place.

import { type Shown, read } from "./config";

/** The parts of the page that a change of the address replaces, by id. */
const PARTS = ["panel", "legend", "time"];
let running: AbortController | null = null;

export const shown = (): Shown => read<Shown>("risk-shown");

/** Loads what the address asks for and swaps it in; null when a later wish overtook this one. */
export async function load(url: string): Promise<Shown | null> {
  running?.abort();
  const mine = (running = new AbortController());
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) {
      location.reload(); // signed out, or refused: the server says it better
      return null;
    }
    swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return shown();
  } catch (error) {
    if (mine.signal.aborted) return null;
    throw error;
  } finally {
    if (running === mine) document.body.removeAttribute("aria-busy");
  }
}

function swap(fresh: Document): void {
  const focused = document.activeElement?.id;
  for (const id of PARTS) {
    const [old, made] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && made) old.replaceWith(document.adoptNode(made));
  }
  document.title = fresh.title || document.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
