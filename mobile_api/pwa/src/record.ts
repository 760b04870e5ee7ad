/** What the record of an inspection needs beside the answers, and what is wrong with it. */
import { today } from "./dates";
import type { Fitting } from "./fits";
import type { Draft, Told } from "./types";

const FAILED = new Set(["fail", "refail", "not_conforms"]);
/** The grade of use under watch (TSG 21). */
const WATCHED = 4;
const MOST_MONTHS = 120;

export function fails(conclusion: string): boolean {
  return FAILED.has(conclusion);
}

/** The members asked for, in the order of the form. */
export function asked({ conclusion, told = {} }: Draft, fit: Fitting): (keyof Told)[] {
  const failed = fails(conclusion);
  const graded = fit !== undefined && fit?.grade !== "none";
  return [
    ...(graded ? ["safety_grade" as const] : []),
    ...(graded && !failed && told.safety_grade === WATCHED ? ["monitored_months" as const] : []),
    ...(failed ? [] : ["stated_next_on" as const]),
    "opinion_notice_no",
    ...(told.opinion_notice_no || told.opinion_answered_on ? ["opinion_answered_on" as const] : []),
    "report_no", "second_inspector",
  ];
}

export type Wrong = "needed" | "wrongMonths" | "wrongNext" | "wrongAhead";

/** What is wrong with each member asked for, in the order of the form; the server judges by the same rules. */
export function wrongsOf(draft: Draft, fit: Fitting): Map<keyof Told, Wrong> {
  const found = new Map<keyof Told, Wrong>();
  for (const name of asked(draft, fit)) {
    const wrong = WRONG[name]?.(draft, fit);
    if (wrong) found.set(name, wrong);
  }
  return found;
}

const WRONG: Partial<Record<keyof Told, (draft: Draft, fit: Fitting) => Wrong | false | undefined>> = {
  safety_grade: ({ conclusion, told }, fit) => fit?.grade === "gives" && !!conclusion && !fails(conclusion) && !told?.safety_grade && "needed",
  monitored_months: ({ told }) => {
    const months = told?.monitored_months;
    if (months === undefined) return "needed";
    return !(typeof months === "number" && Number.isInteger(months) && months >= 0 && months <= MOST_MONTHS) && "wrongMonths";
  },
  stated_next_on: ({ day, told }) => !!told?.stated_next_on && !!day && told.stated_next_on <= day && "wrongNext",
  opinion_notice_no: ({ told }) => !!told?.opinion_answered_on && !told.opinion_notice_no?.trim() && "needed",
  opinion_answered_on: ({ conclusion, told }) => {
    if (told?.opinion_answered_on) return told.opinion_answered_on > today() && "wrongAhead";
    return !!conclusion && !fails(conclusion) && "needed";
  },
};

/** What of it goes to the server: nothing that was not asked for in the end, and a reason only where there are doubts. */
export function said(draft: Draft, fit: Fitting, doubts: string[]): Told {
  const names = new Set<string>([...asked(draft, fit), ...(doubts.length ? ["conclusion_reason"] : [])]);
  const members = Object.entries(draft.told ?? {}).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value] as const);
  return Object.fromEntries(members.filter(([name, value]) => names.has(name) && value !== "" && value !== undefined));
}
