import assert from "node:assert/strict";
import { test } from "node:test";
import { daysBetween, monthLater, today } from "../src/dates";
import { begun, lacking, shortOf, tooEarly, wrongWith } from "../src/draft";
import { standing, trust } from "../src/standing";
import type { Checklist, Entry } from "../src/types";
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

test("no date changes a stopped, failed or scrapped unit", () => {
  for (const st of ["stopped", "failed", "scrapped", "unregistered"]) assert.equal(standing({ ...UNIT, st }, "2030-01-01"), st);
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
});

test("an inspection before its time is told, and one of tomorrow is not filed", () => {
  const unit: typeof UNIT = { ...UNIT, due: [["periodic", null, "2026-06-30", "2026-05-30"]] };
  const at = (day: string) => ({ ...begun(unit, [LIST], null), day });
  assert.equal(tooEarly(at("2026-05-29"), unit), "2026-05-30");
  assert.equal(tooEarly(at("2026-05-30"), unit), null);
  const answered = { ...at("2999-01-01"), answers: { 1: 1 }, conclusion: "pass" };
  assert.deepEqual(shortOf(answered, LIST), ["day"]);
});
