import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fitting, fitOf, kindsOf } from "../src/fits";
import { doubtsOf } from "../src/judging";
import type { Checklist, Draft, Entry, FitRow, OpenDefect, Unit } from "../src/types";
import { UNIT, draft } from "./phone";

const entry = (id: string, required = true): Entry => ({ id, text: id, text_en: id, type: "pass_fail", required });
const LIST: Checklist = {
  code: "lift", version: 1, category_prefix: "3", inspection_kind: "periodic", title: "", title_en: "",
  items: [entry("1"), entry("2"), entry("3", false), { ...entry("4"), type: "number" }], valid_from: "2000-01-01", valid_to: null,
};
const GENERIC: Checklist = { ...LIST, code: "generic", category_prefix: "", inspection_kind: "" };
const MECHANICAL: Fitting = { conclusions: ["pass", "fail", "repass", "refail", "basically"], grade: "none" };

interface Given extends Partial<Draft> {
  unit?: never;
  about?: Unit;
  list?: Checklist;
  fit?: Fitting;
}

function doubts({ about = UNIT, list = LIST, fit = MECHANICAL, ...over }: Given): string[] {
  return doubtsOf(draft({ answers: { 1: "pass", 2: "pass", 4: 3 }, ...over }), { unit: about, list, lists: [LIST, GENERIC], fit });
}

test("a report whose parts agree is not asked about", () => {
  assert.deepEqual(doubts({}), []);
  assert.deepEqual(doubts({ conclusion: "fail", answers: { 1: "fail", 2: "pass" } }), []);
  assert.deepEqual(doubts({ conclusion: "" }), []);
});

test("every item failed, or a required one, and it passed", () => {
  assert.deepEqual(doubts({ answers: { 1: "fail", 2: "fail", 4: 3 } }), ["passed-all-failed"]);
  assert.deepEqual(doubts({ answers: { 1: "fail", 2: "pass" } }), ["passed-item-failed"]);
  assert.deepEqual(doubts({ answers: { 1: "pass", 2: "pass", 3: "fail" } }), []);
  // 基本符合要求 names what is to be mended, yet not all can be.
  assert.deepEqual(doubts({ conclusion: "basically", answers: { 1: "fail", 2: "pass" } }), []);
  assert.deepEqual(doubts({ conclusion: "basically", answers: { 1: "fail", 2: "fail" } }), ["passed-all-failed"]);
});

test("every item passed and it failed, though no defect says why", () => {
  assert.deepEqual(doubts({ conclusion: "fail" }), ["failed-all-passed"]);
  assert.deepEqual(doubts({ conclusion: "refail", answers: { 1: "pass", 2: "na" } }), ["failed-all-passed"]);
  assert.deepEqual(doubts({ conclusion: "fail", defects: [{ id: "x", item: "", text: "rust", severity: "general", photos: [] }] }), []);
  const about = { ...UNIT, def: [[5, "", "rust", "general", "2026-01-01"]] as OpenDefect[] };
  assert.deepEqual(doubts({ conclusion: "fail", about }), []);
  assert.deepEqual(doubts({ conclusion: "fail", about, closes: [5] }), ["failed-all-passed"]);
});

test("nothing was there to be seen and it passed", () => {
  assert.deepEqual(doubts({ answers: { 1: "na", 2: "na", 4: 3 } }), ["passed-nothing-seen"]);
  assert.deepEqual(doubts({ answers: { 1: "na", 2: "pass" } }), []);
});

test("a serious defect is named or left open and it passed", () => {
  assert.deepEqual(doubts({ defects: [{ id: "x", item: "", text: "rust", severity: "serious", photos: [] }] }), ["passed-with-serious"]);
  const about = { ...UNIT, def: [[5, "", "rust", "serious", "2026-01-01"]] as OpenDefect[] };
  assert.deepEqual(doubts({ about }), ["passed-with-serious"]);
  assert.deepEqual(doubts({ about, closes: [5] }), []);
});

test("the general checklist where a special one serves the kind", () => {
  assert.deepEqual(doubts({ list: GENERIC }), ["generic-checklist"]);
  assert.deepEqual(doubts({ list: GENERIC, kind: "accident" }), []);
});

test("a kind that such units have not, or a word of another kind", () => {
  assert.deepEqual(doubtsOf(draft(), { unit: UNIT, list: undefined, lists: [], fit: undefined }), ["kind-unfit"]);
  assert.deepEqual(doubts({ conclusion: "conforms" }), ["conclusion-unfit"]);
  assert.deepEqual(doubts({ conclusion: "conforms", fit: null }), []);
});

test("the longest prefix that names a kind says what fits", () => {
  const fits: FitRow[] = [["", "first", ["pass", "conforms"], "none"], ["2", "annual", ["pass"], "none"], ["21", "annual", ["conforms"], "repeats"], ["21", "periodic", ["conforms"], "gives"]];
  assert.deepEqual(fitOf(fits, "2150", "annual"), { conclusions: ["conforms"], grade: "repeats" });
  assert.equal(fitOf(fits, "3110", "periodic"), undefined);
  assert.equal(fitOf([], "3110", "periodic"), null);
  assert.deepEqual(kindsOf(fits, "2150"), ["annual", "periodic", "first"]);
  assert.deepEqual(kindsOf(fits, "1100"), ["first"]);
});
