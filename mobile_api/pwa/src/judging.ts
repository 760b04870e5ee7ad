/**
 * A report judged as a whole: in what its parts contradict each other. The server judges anew, by
 * backend/inspections/contradictions.py, and flags by the same codes; the phone asks while one is still there to look again.
 */
import type { Fitting } from "./fits";
import { narrowness, serving } from "./pack";
import { fails } from "./record";
import type { Checklist, Draft, Unit } from "./types";

/** 基本符合要求 passes and yet names what is to be mended. */
const ADMITS_FAILED = "basically";

/** What a report is held against. */
export interface Circumstances {
  unit: Unit;
  list: Checklist | undefined;
  /** The checklists in force for such a unit. */
  lists: Checklist[];
  fit: Fitting;
}

/** The codes of everything that contradicts; none while there is no conclusion. */
export function doubtsOf(draft: Draft, { unit, list, lists, fit }: Circumstances): string[] {
  if (!draft.conclusion) return [];
  return [
    ...(fit === undefined ? ["kind-unfit"] : []),
    ...(fit && !fit.conclusions.includes(draft.conclusion) ? ["conclusion-unfit"] : []),
    ...(fails(draft.conclusion) ? ofFailure(draft, list, unit) : ofPass(draft, list, unit)),
    ...(list && serving(lists, draft.kind).some((one) => one.code !== list.code && narrowness(one) > narrowness(list)) ? ["generic-checklist"] : []),
  ];
}

function ofFailure(draft: Draft, list: Checklist | undefined, unit: Unit): string[] {
  const answers = verdicts(draft, list);
  // A fault that is no item's, or one of earlier that is still open, may be why it failed.
  const faultless = answers.includes("pass") && !answers.includes("fail") && !draft.defects.length && !leftOpen(draft, unit).length;
  return faultless ? ["failed-all-passed"] : [];
}

function ofPass(draft: Draft, list: Checklist | undefined, unit: Unit): string[] {
  const answers = verdicts(draft, list);
  const all = (verdict: string) => answers.length > 0 && answers.every((one) => one === verdict);
  const failed = list?.items.some((entry) => entry.type === "pass_fail" && entry.required && draft.answers[entry.id] === "fail");
  const serious = [...draft.defects.map(({ severity }) => severity), ...leftOpen(draft, unit)].includes("serious");
  return [
    ...(all("na") ? ["passed-nothing-seen"] : []),
    ...(all("fail") ? ["passed-all-failed"] : failed && draft.conclusion !== ADMITS_FAILED ? ["passed-item-failed"] : []),
    ...(serious ? ["passed-with-serious"] : []),
  ];
}

function verdicts(draft: Draft, list: Checklist | undefined): (string | number)[] {
  return (list?.items ?? []).filter(({ type }) => type === "pass_fail").flatMap(({ id }) => draft.answers[id] ?? []);
}

/** How grave the unit's defects are that the report does not close. */
function leftOpen(draft: Draft, unit: Unit): string[] {
  return unit.def.filter(([id]) => !draft.closes.includes(id)).map(([, , , severity]) => severity);
}
