/** The rules of a report in the making: what it begins with, and what it still lacks. */
import { bare } from "./bare";
import { today } from "./dates";
import type { Fitting } from "./fits";
import { serving } from "./pack";
import { wrongsOf } from "./record";
import type { Answers, Checklist, Draft, Due, Entry, Item, Told, Unit } from "./types";

/**
 * A new report: for the task at hand, else the inspection that is due first, that of a body before the
 * user's own check; the most special checklist.
 */
export function begun(unit: Unit, lists: Checklist[], tag: string | null, task?: string): Draft {
  const order = ([, , due, , own]: Due) => `${own ? 1 : 0} ${due}`;
  const first = task ?? unit.due.filter(([, , due]) => due).sort((a, b) => order(a).localeCompare(order(b)))[0]?.[0];
  const list = (first && serving(lists, first)[0]) || lists[0];
  return {
    id: crypto.randomUUID(),
    unit: unit.id,
    about: unit,
    tag,
    checklist: list?.code ?? "",
    version: list?.version ?? 0,
    kind: list?.inspection_kind || first || "periodic",
    answers: {},
    defects: [],
    closes: [],
    photos: [],
    conclusion: "",
    remark: "",
    day: today(),
    fix: null,
  };
}

const TOLD = new Set<string>([
  "safety_grade", "monitored_months", "stated_next_on", "opinion_notice_no", "opinion_answered_on", "report_no",
  "second_inspector", "conclusion_reason",
] satisfies (keyof Told)[]);

/** A correction begins with what was filed, under an id of its own; its unit may have left the pack. */
export function correcting(item: Item, now: Unit | undefined): Draft {
  const body = item.body as unknown as Draft & { tag_code: string | null; checklist_version: number };
  const { unit, kind, answers, defects, closes, photos, conclusion, remark, checklist } = body;
  const said = Object.entries(item.body).filter(([name, value]) => TOLD.has(name) && value !== null && value !== "");
  return {
    id: crypto.randomUUID(),
    unit, kind, answers, closes, photos, conclusion, remark, checklist,
    about: item.about ?? now ?? bare(unit),
    defects: defects.map((defect) => ({ ...defect, id: crypto.randomUUID() })),
    tag: body.tag_code,
    version: body.checklist_version,
    fix: null,
    supersedes: item.id,
    reason: "",
    told: Object.fromEntries(said) as Told,
  };
}

/** Whether an answer is there and fits; the server judges by the same data. */
export function wrongWith(entry: Entry, answer: string | number | undefined): "missing" | "number" | "range" | null {
  if (answer === undefined || answer === "") return entry.required ? "missing" : null;
  if (entry.type !== "number") return null;
  if (typeof answer !== "number") return "number";
  const low = entry.min ?? -Infinity;
  const high = entry.max ?? Infinity;
  return answer >= low && answer <= high ? null : "range";
}

/** The answers with every √/× item passed that has none yet, and how many those are; null where there are none. */
export function restPassing({ answers }: Draft, list: Checklist): { count: number; answers: Answers } | null {
  const rest = list.items.filter((entry) => entry.type === "pass_fail" && answers[entry.id] === undefined);
  const passed = rest.map((entry) => [entry.id, "pass"] as const);
  return rest.length ? { count: rest.length, answers: { ...answers, ...Object.fromEntries(passed) } } : null;
}

/** The ids of the checklist's items that are unanswered or wrong, in order. */
export function lacking(draft: Draft, list: Checklist | undefined): string[] {
  return (list?.items ?? []).filter((entry) => wrongWith(entry, draft.answers[entry.id])).map((entry) => entry.id);
}

/** The day from which the inspection may be made, where the draft's is earlier; the server takes and flags it. */
export function tooEarly(draft: Draft, unit: Unit): string | null {
  const opens = unit.due.find(([kind]) => kind === draft.kind)?.[3];
  return opens && opens > (draft.day ?? today()) ? opens : null;
}

/** The ids of the fields on the screen that keep a draft from being filed, from top to bottom. */
export function shortOf(draft: Draft, list: Checklist | undefined, fit: Fitting = null): string[] {
  return [
    // Unknown questions are not answered ones.
    ...(list ? [] : ["checklist"]),
    ...(draft.day && draft.day > today() ? ["day"] : []),
    ...lacking(draft, list).map((id) => `e-${id}`),
    ...draft.defects.filter(({ text }) => !text.trim()).map(({ id }) => `d-${id}`),
    ...(draft.conclusion ? [] : ["conclusion"]),
    ...wrongsOf(draft, fit).keys(),
    ...(draft.supersedes && !draft.reason?.trim() ? ["reason"] : []),
  ];
}

/** Another kind of inspection: by the most special checklist in force for it, in its own words. */
export function ofKind(draft: Draft, kind: string, lists: Checklist[], former: Checklist | undefined, fit: Fitting): Partial<Draft> {
  const [list] = serving(lists, kind);
  const conclusion = fit && !fit.conclusions.includes(draft.conclusion) ? "" : draft.conclusion;
  return { ...(list && list.code !== former?.code ? byList(draft, list, former) : {}), kind, conclusion };
}

/** Another checklist: answers to items of the same id and text stay, others would be refused. */
export function byList(draft: Draft, list: Checklist, former: Checklist | undefined): Partial<Draft> {
  const known = new Set(list.items.map((entry) => `${entry.id} ${entry.text}`));
  const same = new Set(former?.items.filter((entry) => known.has(`${entry.id} ${entry.text}`)).map((entry) => entry.id));
  return {
    checklist: list.code,
    version: list.version,
    kind: list.inspection_kind || draft.kind,
    answers: Object.fromEntries(Object.entries(draft.answers).filter(([key]) => same.has(key))),
    defects: draft.defects.map((defect) => (same.has(defect.item) ? defect : { ...defect, item: "" })),
  };
}
