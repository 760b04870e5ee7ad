import assert from "node:assert/strict";
import { test } from "node:test";
import { daysBetween, monthLater, today } from "../src/dates";
import { begun, lacking, ofKind, shortOf, tooEarly, wrongWith } from "../src/draft";
import { USABLE, holdsAhead, holdsOn, standing, trust } from "../src/standing";
import type { Checklist, Entry, Hold } from "../src/types";
import { UNIT } from "./phone";

test("the standing moves on with the day, as the server's would", () => {
  assert.equal(standing(UNIT, "2026-05-29"), "in_order");
  assert.equal(standing(UNIT, "2026-05-30"), "due_soon");
  assert.equal(standing(UNIT, "2026-06-30"), "due_soon");
  assert.equal(standing(UNIT, "2026-07-01"), "overdue");
});

test("a clock that is behind makes no unit better than the server said", () => {
  assert.equal(standing({ ...UNIT, st: "overdue" }, "2020-01-01"), "overdue");
  assert.equal(standing({ ...UNIT, st: "due_soon" }, "2020-01-01"), "due_soon");
});

test("no date changes a stopped, held or scrapped unit", () => {
  for (const st of ["stopped", "held", "scrapped", "unregistered"]) assert.equal(standing({ ...UNIT, st }, "2030-01-01"), st);
  assert.equal(standing({ ...UNIT, st: "failed" }, "2026-01-01"), "held"); // of a pack of before
});

const WATCH: Hold = ["watch-over", "", "2026-04-01", null];

test("a hold that begins while the phone is offline is told on its day", () => {
  const unit = { ...UNIT, hold: [WATCH] };
  assert.equal(standing(unit, "2026-03-31"), "in_order");
  assert.equal(standing(unit, "2026-04-01"), "held");
  assert.equal(standing({ ...unit, st: "unregistered" }, "2026-04-01"), "held");
  assert.equal(standing({ ...unit, st: "stopped" }, "2026-04-01"), "stopped");
  const ended = { ...UNIT, hold: [["change", "owner", "2026-01-01", "2026-04-01"]] as Hold[] };
  assert.deepEqual([standing(ended, "2026-03-31"), standing(ended, "2026-04-01")], ["held", "in_order"]);
});

test("holds are of today, or of the year to come", () => {
  const unit = { ...UNIT, hold: [["design-life", "", "2030-01-01", null], WATCH, ["failed", "periodic", "2025-01-01", null]] as Hold[] };
  assert.deepEqual(holdsOn(unit, "2026-03-01").map(([rule]) => rule), ["failed"]);
  assert.deepEqual(holdsAhead(unit, "2026-03-01"), [WATCH]);
  // Twelve months of watched use end with the last day of their month.
  assert.deepEqual(holdsAhead(unit, "2025-03-02"), [WATCH]);
  assert.deepEqual([holdsOn(UNIT, "2026-03-01"), holdsAhead(UNIT, "2026-03-01")], [[], []]);
});

test("an open serious defect is told, and is worse than a late check of the user", () => {
  const late: typeof UNIT = { ...UNIT, due: [["periodic", null, "2026-06-30", null, false], ["annual", null, "2026-01-31", null, true]] };
  assert.equal(standing(late, "2026-01-31"), "in_order");
  assert.equal(standing(late, "2026-02-01"), "check_late");
  assert.ok(USABLE.has("check_late") && !USABLE.has("serious_defect"));
  const worn = { ...late, def: [[5, "", "rust", "serious", "2026-01-01"]] as typeof UNIT.def };
  assert.equal(standing(worn, "2026-02-01"), "serious_defect");
  assert.equal(standing(worn, "2026-07-01"), "overdue");
});

test("a month later is the last day of a shorter month", () => {
  assert.equal(monthLater("2026-01-31"), "2026-02-28");
  assert.equal(monthLater("2026-12-15"), "2027-01-15");
  assert.equal(daysBetween("2026-02-27", "2026-03-01"), 2);
});

test("a day begins at midnight in China", () => {
  assert.equal(today(new Date("2026-06-30T15:59:59Z")), "2026-06-30");
  assert.equal(today(new Date("2026-06-30T16:00:00Z")), "2026-07-01");
});

test("a tag is worth what the pack says of it", () => {
  assert.equal(trust(["A", "bound", 1], UNIT, true), "genuine");
  assert.equal(trust(["A", "bound", 9], undefined, true), "foreign");
  assert.equal(trust(["A", "void", null], undefined, false), "void");
  assert.equal(trust(["A", "free", null], undefined, true), "free");
  assert.equal(trust(undefined, undefined, true), "unknown");
  // Without all tags of the area a phone must not call one false.
  assert.equal(trust(undefined, undefined, false), "unjudged");
});

const ITEM: Entry = { id: "1", text: "", text_en: "", type: "number", required: true, min: -40, max: 60 };
const LIST: Checklist = {
  code: "a", version: 2, category_prefix: "3", inspection_kind: "periodic", title: "", title_en: "",
  items: [ITEM, { ...ITEM, id: "2", type: "pass_fail", required: false }], valid_from: "2000-01-01", valid_to: null,
};

test("an answer is missing, out of range, or fits", () => {
  assert.equal(wrongWith(ITEM, undefined), "missing");
  assert.equal(wrongWith(ITEM, "abc"), "number");
  assert.equal(wrongWith(ITEM, 61), "range");
  assert.equal(wrongWith(ITEM, 0), null);
  assert.equal(wrongWith({ ...ITEM, required: false }, ""), null);
});

test("a report begins with the list that fits what is due", () => {
  const draft = begun(UNIT, [{ ...LIST, code: "b", inspection_kind: "external" }, LIST], null);
  assert.deepEqual([draft.checklist, draft.version, draft.kind], ["a", 2, "periodic"]);
  assert.deepEqual(lacking(draft, LIST), ["1"]);
  // The inspection of a body comes before the user's own check that is due sooner.
  const own: typeof UNIT = { ...UNIT, due: [["annual", null, "2026-01-31", null, true], ...UNIT.due] };
  const anyKind = { ...LIST, code: "generic", category_prefix: "", inspection_kind: "" };
  assert.equal(begun(own, [LIST, anyKind], null).kind, "periodic");
  assert.equal(begun(own, [LIST, anyKind], null, "annual").checklist, "generic");
});

test("another kind of inspection takes its own checklist and drops a word that does not fit", () => {
  const other = { ...LIST, code: "b", inspection_kind: "external" };
  const draft = { ...begun(UNIT, [LIST], null), answers: { 1: 5 }, conclusion: "pass" };
  const fit = { conclusions: ["conforms"], grade: "none" as const };
  const { kind, checklist, conclusion, answers } = { ...draft, ...ofKind(draft, "external", [LIST, other], LIST, fit) };
  assert.deepEqual([kind, checklist, conclusion, answers], ["external", "b", "", { 1: 5 }]);
  assert.equal(ofKind(draft, "external", [other], LIST, null).conclusion, "pass");
});

test("an inspection before its time is told, and one of tomorrow is not filed", () => {
  const unit: typeof UNIT = { ...UNIT, due: [["periodic", null, "2026-06-30", "2026-05-30"]] };
  const at = (day: string) => ({ ...begun(unit, [LIST], null), day });
  assert.equal(tooEarly(at("2026-05-29"), unit), "2026-05-30");
  assert.equal(tooEarly(at("2026-05-30"), unit), null);
  const answered = { ...at("2999-01-01"), answers: { 1: 1 }, conclusion: "pass" };
  assert.deepEqual(shortOf(answered, LIST), ["day"]);
});
