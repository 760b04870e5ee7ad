/** Which inspections a unit has and in which words they conclude, by the rows of the pack. */
import type { FitRow } from "./types";

export interface Fit {
  conclusions: string[];
  grade: FitRow[3];
}

/** Undefined where such units have no such inspection, null while the pack does not tell. */
export type Fitting = Fit | undefined | null;

/** The longest prefix that names the kind counts. */
export function fitOf(fits: FitRow[], category: string, kind: string): Fitting {
  if (!fits.length) return null;
  const [row] = fitting(fits, category).filter((one) => one[1] === kind);
  return row && { conclusions: row[2], grade: row[3] };
}

/** The kinds of inspection that such units have, those of their own before those of every unit. */
export function kindsOf(fits: FitRow[], category: string): string[] {
  return [...new Set(fitting(fits, category).map(([, kind]) => kind))];
}

function fitting(fits: FitRow[], category: string): FitRow[] {
  return fits.filter(([prefix]) => category.startsWith(prefix)).sort(([a], [b]) => b.length - a.length);
}
