/** What is nowhere but on this phone: one rule for the outbox, for signing out and for handing over. */
import type { Item, ItemState, Photo } from "./types";

const FINAL: ReadonlySet<ItemState> = new Set<ItemState>(["accepted", "duplicate", "held", "conflict"]);

/** Whether it is a decision, or what is asked for beside one: it is no fact, but takes effect or does not. */
export function ofDesk({ type }: Item): boolean {
  return type !== "scan" && type !== "report" && type !== "correction";
}

/** Whether the server has said what became of it. */
export function arrived(item: Item): boolean {
  return FINAL.has(item.state);
}

/** One that waits is on the server word for word: its photos count by themselves, the rest is not this phone's to send. */
export function itemUnsent(item: Item): boolean {
  // A decision that was refused is nothing that could still be sent: he decides anew.
  if (ofDesk(item)) return item.state === "queued";
  return !arrived(item) && item.state !== "waiting" && !item.saved;
}

export function photoUnsent(photo: Photo): boolean {
  return photo.state === "queued" || (photo.state === "refused" && !photo.saved);
}
