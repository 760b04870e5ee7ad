/** How a unit stands today, and what a tag is worth, from the pack alone. */
import { monthLater } from "./dates";
import type { TagRow, Unit } from "./types";

const BY_DATE = new Set(["in_order", "due_soon", "overdue"]);
export const USABLE = new Set(["in_order", "due_soon"]);

export function nextDue(unit: Unit): string | null {
  let next: string | null = null;
  for (const [, , due] of unit.due) if (due && (!next || due < next)) next = due;
  return next;
}

/**
 * The server's word, moved on to today: a pack of last week must not call a unit in order whose
 * month has ended since. Words that no date changes stay as they were sent.
 */
export function standing(unit: Unit, today: string): string {
  if (!BY_DATE.has(unit.st)) return unit.st;
  const due = nextDue(unit);
  if (!due) return unit.st;
  if (due < today) return "overdue";
  return due <= monthLater(today) ? "due_soon" : "in_order";
}

export type Trust = "genuine" | "void" | "free" | "foreign" | "unknown";

/** What the pack says of a code whose check symbol is right. */
export function trust(row: TagRow | undefined, unit: Unit | undefined): Trust {
  if (!row) return "unknown";
  if (row[1] === "void") return "void";
  if (row[1] === "free") return "free";
  return unit ? "genuine" : "foreign";
}
