import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { correcting, shortOf } from "../src/draft";
import type { Fitting } from "../src/fits";
import { awaitsIssue, fileDraft } from "../src/outbox";
import { asked, said, wrongsOf } from "../src/record";
import type { Draft, Item, Told } from "../src/types";
import { UNIT, afresh, draft, held, item } from "./phone";

beforeEach(afresh);

const GIVES: Fitting = { conclusions: ["conforms", "not_conforms"], grade: "gives" };
const NONE: Fitting = { conclusions: ["pass", "fail"], grade: "none" };
const vessel = (told: Told, over: Partial<Draft> = {}) => draft({ conclusion: "conforms", day: "2026-05-10", told, ...over });
const wrongs = (one: Draft, fit: Fitting = GIVES) => Object.fromEntries(wrongsOf(one, fit));

test("a grade is asked where the inspection bears one, and needed where it gives one with a pass", () => {
  assert.ok(!asked(draft(), NONE).includes("safety_grade"));
  assert.deepEqual(wrongs(vessel({})), { safety_grade: "needed" });
  assert.deepEqual(wrongs(vessel({}, { conclusion: "not_conforms" })), {});
  assert.deepEqual(wrongs(vessel({}), { ...GIVES, grade: "repeats" }), {});
  assert.deepEqual(shortOf(vessel({}, { checklist: "" }), undefined, GIVES), ["checklist", "safety_grade"]);
});

test("grade 4 says for how many months the unit may be used under watch", () => {
  assert.deepEqual(wrongs(vessel({ safety_grade: 3 })), {});
  assert.deepEqual(wrongs(vessel({ safety_grade: 4 })), { monitored_months: "needed" });
  for (const monitored_months of ["一年", 1.5, -1, 121]) assert.deepEqual(wrongs(vessel({ safety_grade: 4, monitored_months })), { monitored_months: "wrongMonths" });
  assert.deepEqual(wrongs(vessel({ safety_grade: 4, monitored_months: 12 })), {});
  assert.ok(!asked(vessel({ safety_grade: 4 }, { conclusion: "not_conforms" }), GIVES).includes("monitored_months"));
});

test("the next inspection lies after this one, and a failure states none", () => {
  assert.deepEqual(wrongs(vessel({ safety_grade: 2, stated_next_on: "2026-05-10" })), { stated_next_on: "wrongNext" });
  assert.deepEqual(wrongs(vessel({ safety_grade: 2, stated_next_on: "2026-05-11" })), {});
  const failed = vessel({ safety_grade: 5, stated_next_on: "2026-05-11" }, { conclusion: "not_conforms" });
  assert.deepEqual(said(failed, GIVES, []), { safety_grade: 5 });
});

test("a notice is answered before a pass, by its number, and on no day to come", () => {
  assert.ok(!asked(vessel({}), GIVES).includes("opinion_answered_on"));
  const noticed = (told: Told, over: Partial<Draft> = {}) => wrongs(vessel({ safety_grade: 2, ...told }, over));
  assert.deepEqual(noticed({ opinion_notice_no: "7" }), { opinion_answered_on: "needed" });
  assert.deepEqual(noticed({ opinion_notice_no: "7" }, { conclusion: "not_conforms" }), {});
  assert.deepEqual(noticed({ opinion_answered_on: "2026-05-12" }), { opinion_notice_no: "needed" });
  assert.deepEqual(noticed({ opinion_notice_no: "7", opinion_answered_on: "2999-01-01" }), { opinion_answered_on: "wrongAhead" });
});

test("nothing goes out that was not asked for in the end", () => {
  const told: Told = { safety_grade: 4, monitored_months: 6, report_no: " R1 ", second_inspector: " ", conclusion_reason: "because" };
  assert.deepEqual(said(draft({ told }), NONE, []), { report_no: "R1" });
  assert.deepEqual(said(draft({ told }), NONE, ["passed-all-failed"]), { report_no: "R1", conclusion_reason: "because" });
  // A pack of before does not tell what fits: nothing is lost.
  assert.deepEqual(said(vessel(told), null, []), { safety_grade: 4, monitored_months: 6, report_no: "R1" });
});

test("a draft of before is filed as it was, and a correction begins with all that was filed", async () => {
  await fileDraft(draft(), "");
  const old = (await held<Item>("items", "draft")) as Item;
  assert.ok(!("told" in old.body) && !("safety_grade" in old.body));
  await fileDraft(vessel({ safety_grade: 2, report_no: "R1" }, { id: "new" }), "");
  const filed = (await held<Item>("items", "new")) as Item;
  assert.deepEqual([filed.body["safety_grade"], filed.body["report_no"]], [2, "R1"]);
  assert.deepEqual(correcting(filed, UNIT).told, { safety_grade: 2, report_no: "R1" });
  assert.deepEqual(correcting(old, UNIT).told, {});
});

test("what has arrived and is not issued waits for that; a scan is never issued", () => {
  const told = (type: Item["type"], in_force?: boolean) =>
    awaitsIssue(item("a", { type, state: "accepted", receipt: { id: "a", state: "accepted", ...(in_force === undefined ? {} : { in_force }) } }));
  assert.deepEqual([told("report", false), told("report", true), told("report"), told("scan", false)], [true, false, false, false]);
  assert.equal(awaitsIssue(item("a", { type: "report", state: "held", receipt: { id: "a", state: "held", in_force: false } })), false);
});
