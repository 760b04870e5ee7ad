/** How a unit stands today, and what a tag is worth, from the pack alone. */
import { monthLater } from "./dates";
import type { TagRow, Unit } from "./types";

/** From good to bad. */
const BY_DATE = ["in_order", "due_soon", "overdue"];
export const USABLE = new Set(["in_order", "due_soon"]);

export function nextDue(unit: Unit): string | null {
  let next: string | null = null;
  for (const [, , due] of unit.due) if (due && (!next || due < next)) next = due;
  return next;
}

/**
 * The server's word, moved on to today: a pack of last week must not call a unit in order whose
 * month has ended since. Words that no date changes stay as they were sent, and no clock that is
 * behind makes one better.
 */
export function standing(unit: Unit, today: string): string {
  const sent = BY_DATE.indexOf(unit.st);
  const due = nextDue(unit);
  if (sent < 0 || !due) return unit.st;
  const now = due < today ? "overdue" : due <= monthLater(today) ? "due_soon" : "in_order";
  return BY_DATE[Math.max(sent, BY_DATE.indexOf(now))] ?? now;
}

export type Trust = "genuine" | "void" | "free" | "foreign" | "unknown" | "unjudged";

/** What the pack says of a code whose check symbol is right; `whole`: it has all tags of the area. */
export function trust(row: TagRow | undefined, unit: Unit | undefined, whole: boolean): Trust {
  if (!row) return whole ? "unknown" : "unjudged";
  if (row[1] === "void") return "void";
  if (row[1] === "free") return "free";
  return unit ? "genuine" : "foreign";
}
