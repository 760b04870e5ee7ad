/** How a unit stands today, and what a tag is worth, from the pack alone. */
import { monthLater } from "./dates";
import type { Hold, TagRow, Unit } from "./types";

/** From good to bad, in the order in which the server looks for them. */
const WORDS = ["in_order", "due_soon", "check_late", "serious_defect", "overdue", "unregistered", "held", "stopped", "scrapped"];
export const USABLE = new Set(WORDS.slice(0, 3));

/** The next day by which the statutory inspections are due, or the user's `own` checks. */
export function nextDue(unit: Unit, own = false): string | null {
  let next: string | null = null;
  for (const [, , due, , mine] of unit.due) if (due && !!mine === own && (!next || due < next)) next = due;
  return next;
}

/** Why the unit must not be used on a day. */
export function holdsOn({ hold = [] }: Unit, day: string): Hold[] {
  return hold.filter(([, , since, until]) => since <= day && (!until || until > day));
}

/** What will forbid its use within a year and the month in which that ends, the nearest first. */
export function holdsAhead({ hold = [] }: Unit, day: string): Hold[] {
  const far = monthLater(day, 13);
  return hold.filter(([, , since]) => since > day && since <= far).sort(([, , a], [, , b]) => a.localeCompare(b));
}

/**
 * The server's word, moved on to today: a pack of last week must not call a unit in order whose month
 * has ended since, or whose use under watch has. Words that no date changes stay as they were sent,
 * and no clock that is behind makes one better.
 */
export function standing(unit: Unit, today: string): string {
  // So said packs of before.
  const sent = WORDS.indexOf(unit.st === "failed" ? "held" : unit.st);
  return sent < 0 ? unit.st : WORDS[Math.max(sent, WORDS.indexOf(ofDay(unit, today)))] ?? unit.st;
}

function ofDay(unit: Unit, day: string): string {
  if (holdsOn(unit, day).length) return "held";
  const due = nextDue(unit);
  if (due && due < day) return "overdue";
  if (unit.def.some(([, , , severity]) => severity === "serious")) return "serious_defect";
  const own = nextDue(unit, true);
  if (own && own < day) return "check_late";
  return due && due <= monthLater(day) ? "due_soon" : "in_order";
}

export type Trust = "genuine" | "void" | "free" | "foreign" | "unknown" | "unjudged";

/** What the pack says of a code whose check symbol is right; `whole`: it has all tags of the area. */
export function trust(row: TagRow | undefined, unit: Unit | undefined, whole: boolean): Trust {
  if (!row) return whole ? "unknown" : "unjudged";
  if (row[1] === "void") return "void";
  if (row[1] === "free") return "free";
  return unit ? "genuine" : "foreign";
}
