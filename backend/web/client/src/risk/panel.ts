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
  const focused = document.activeElement;
  for (const id of PARTS) {
    const [old, made] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && made) old.replaceWith(document.adoptNode(made));
  }
  document.title = fresh.title || document.title;
  if (focused && !focused.isConnected) again(focused)?.focus({ preventScroll: true });
}

/** Where the focus goes when what had it was replaced: to the same thing, else to the head of the panel. */
function again(gone: Element): HTMLElement | null {
  const same = gone.id ? document.getElementById(gone.id) : (headOf(gone) ?? alike(gone));
  return same ?? document.getElementById("region");
}

/** The link that stands where `gone` stood and says the same; its address may have changed. */
function alike(gone: Element): HTMLElement | undefined {
  const place = (link: Element): string => `${link.closest("section, nav, form")?.className} ${link.ariaLabel ?? words(link)}`;
  return [...document.querySelectorAll<HTMLElement>("#panel a, #time a")].find((link) => place(link) === place(gone));
}

/** What a link says, but for the mark of the order that it sorts by. */
const words = (link: Element): string => (link.textContent ?? "").replace(/[▼▲]/, "").trim();

/** For a choice of a group of filters, which closes with it, the head of that group. */
function headOf(choice: Element): HTMLElement | undefined {
  const at = [...(choice.closest(".chips")?.children ?? [])].findIndex((group) => group.contains(choice));
  return document.querySelectorAll<HTMLElement>(".chips > details > summary")[at];
}
