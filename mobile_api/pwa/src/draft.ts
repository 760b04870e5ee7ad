/** The rules of a report in the making: what it begins with, and what it still lacks. */
import { today } from "./dates";
import type { Checklist, Draft, Entry, Item, Unit } from "./types";

/** A new report: for the task at hand, else the inspection that is due first; the most special checklist. */
export function begun(unit: Unit, lists: Checklist[], tag: string | null, task?: string): Draft {
  const first = task ?? [...unit.due].filter(([, , due]) => due).sort((a, b) => (a[2] ?? "").localeCompare(b[2] ?? ""))[0]?.[0];
  const list = lists.find((one) => one.inspection_kind === first) ?? lists[0];
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

/** A correction begins with what was filed, under an id of its own; its unit may have left the pack. */
export function correcting(item: Item, now: Unit | undefined): Draft {
  const body = item.body as unknown as Draft & { tag_code: string | null; checklist_version: number };
  const { unit, kind, answers, defects, closes, photos, conclusion, remark, checklist } = body;
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

/** A unit of which the phone knows no more than that it is there. */
export function bare(id: number): Unit {
  return {
    id, v: 0, code: null, dc: null, cert: null, no: `#${id}`, cat: "", name: "", user: null, addr: "", reg: "",
    pos: null, st: "", due: [], last: null, def: [], grade: null,
  };
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
export function shortOf(draft: Draft, list: Checklist | undefined): string[] {
  return [
    // Unknown questions are not answered ones.
    ...(list ? [] : ["checklist"]),
    ...(draft.day && draft.day > today() ? ["day"] : []),
    ...lacking(draft, list).map((id) => `e-${id}`),
    ...draft.defects.filter(({ text }) => !text.trim()).map(({ id }) => `d-${id}`),
    ...(draft.conclusion ? [] : ["conclusion"]),
    ...(draft.supersedes && !draft.reason?.trim() ? ["reason"] : []),
  ];
}
