import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep } from "../src/db";
import { deskOf, handsFull, newest, withUnsaved } from "../src/desk";
import { correcting, restPassing } from "../src/draft";
import { addScan, box, draftOf, fileDraft, keepDraft, loadBox, scanOf } from "../src/outbox";
import { fixNow, here } from "../src/place";
import { session } from "../src/session";
import type { Checklist, Draft, Item, OpenDefect } from "../src/types";
import { fill } from "./fakes/db";
import { LIN, UNIT, afresh, all, draft, held } from "./phone";

beforeEach(afresh);

test("a correction and a new report of one unit are two drafts, and each goes alone", async () => {
  await keepDraft(draft({ id: "new", remark: "new" }));
  await fileDraft(draft({ id: "first" }), "");
  const filed = await held<Item>("items", "first");
  assert.ok(filed);
  await keepDraft({ ...correcting(filed, UNIT), id: "mend" });
  await loadBox();
  const { drafts } = box.value;
  assert.equal(draftOf(drafts, 1)?.id, "new");
  assert.equal(draftOf(drafts, 1, "first")?.id, "mend");
  await fileDraft(draftOf(drafts, 1, "first") as Draft, "");
  assert.deepEqual((await all<Draft>("drafts")).map((one) => one.id), ["new"]);
});

test("what another tab has filed is filed once, and another content under another id", async () => {
  await fileDraft(draft({ answers: { a: 1, b: 2 } }), "");
  await keepDraft(draft());
  await fileDraft(draft({ answers: { b: 2, a: 1 } }), "");
  assert.deepEqual((await all<Item>("items")).map((one) => one.id), ["draft"]);
  assert.deepEqual(await all("drafts"), []);
  await fileDraft(draft({ remark: "later" }), "");
  const items = await all<Item>("items");
  assert.deepEqual(items.map((one) => one.body["remark"]), ["", "later"]);
  assert.notEqual(items[1]?.id, "draft");
});

test("the server is told of a defect what it asks, and no id of the phone's own", async () => {
  await fileDraft(draft({ defects: [{ id: "x", item: "1", text: "rust", severity: "general", photos: [] }] }), "");
  assert.deepEqual((await held<Item>("items", "draft"))?.body["defects"], [{ item: "1", text: "rust", severity: "general", photos: [] }]);
});

test("a photo made ready after the screen was left is still in the draft", async () => {
  const defect = (id: string) => ({ id, item: "", text: id, severity: "general" as const, photos: [] });
  const desk = deskOf(draft({ defects: [defect("a"), defect("b")] }));
  const leave = desk.show();
  let ready = () => {};
  const work = desk.during("b", 1, async () => {
    await new Promise<void>((done) => (ready = done));
    desk.change((now) => ({ defects: now.defects.map((one) => (one.id === "b" ? { ...one, photos: ["sha"] } : one)) }));
  });
  assert.deepEqual([desk.waiting, desk.inWork.value["b"]], [1, 1]);
  desk.change((now) => ({ defects: now.defects.filter((one) => one.id !== "a") }));
  leave();
  await new Promise((done) => setTimeout(done));
  assert.equal(deskOf(newest([])[0] as Draft), desk);
  ready();
  await work;
  assert.equal(desk.waiting, 0);
  assert.deepEqual((await held<Draft>("drafts", "draft"))?.defects, [{ ...defect("b"), photos: ["sha"] }]);
  assert.deepEqual(newest([]), []);
});

test("a report that is filed later bears the hour and the day of the inspection", async () => {
  const at = "2026-05-04T02:00:00.000Z";
  await fileDraft(draft({ at, day: "2026-05-04" }), "");
  const { made_at, filed, body } = (await held<Item>("items", "draft")) as Item;
  assert.deepEqual([made_at, body["device_time"], body["happened_on"]], [at, at, "2026-05-04"]);
  assert.ok(filed && filed > at);
});

test("the hour is that of the first touch", async () => {
  const desk = deskOf(draft({ id: "touched" }));
  desk.change({ remark: "a" });
  const { at } = desk.draft.value;
  assert.ok(at);
  await new Promise((done) => setTimeout(done, 3));
  desk.change({ remark: "b" });
  assert.equal(desk.draft.value.at, at);
});

test("touches that found no room stay in hand, are listed, and are written when there is room", async () => {
  const desk = deskOf(draft({ id: "full" }));
  const leave = desk.show();
  fill((store) => store === "drafts");
  desk.change({ remark: "worn" });
  await settled();
  leave();
  await settled();
  assert.deepEqual([desk.kept.value, handsFull(), withUnsaved([]).map(({ remark }) => remark)], ["notSaved", true, ["worn"]]);
  assert.equal(deskOf(draft({ id: "full" })), desk);
  fill(() => false);
  const gone = desk.show(); // or after a while by itself
  await settled();
  gone();
  await settled();
  assert.equal((await held<Draft>("drafts", "full"))?.remark, "worn");
  assert.deepEqual([handsFull(), withUnsaved([])], [false, []]);
});

test("a report is corrected though its unit has left the pack and its defects are closed", async () => {
  const about = { ...UNIT, def: [[5, "", "rust", "general", "2026-01-01"]] as OpenDefect[] };
  await fileDraft(draft({ about, closes: [5] }), "lift");
  const filed = (await held<Item>("items", "draft")) as Item;
  const again = correcting(filed, undefined);
  assert.deepEqual([again.about, again.closes, again.supersedes], [about, [5], "draft"]);
});

test("nothing is made in a tab after another person has signed in", async () => {
  await keep("session", { ...LIN, user: { ...LIN.user, id: 8 } });
  for (const make of [() => addScan(scanOf("x", null), ""), () => fileDraft(draft(), ""), () => keepDraft(draft())]) {
    session.set(LIN); // as this tab still believes
    await assert.rejects(make());
  }
  assert.deepEqual([await all("items"), await all("drafts")], [[], []]);
});

test("a place is of these minutes, though the clock was set back", () => {
  const fix = { lng: 1, lat: 2, datum: "WGS84" as const };
  for (const [minutes, found] of [[0, fix], [4, fix], [6, null], [-60, null]] as const) {
    here.set({ fix, at: Date.now() - minutes * 60_000 });
    assert.deepEqual(fixNow(), found);
  }
});

const settled = () => new Promise((done) => setTimeout(done, 2));

test("the rest of a list is passed, and what was answered or is no verdict stays as it was", () => {
  const entry = (id: string, type: "pass_fail" | "number") => ({ id, type, text: "", text_en: "", required: true });
  const list = { items: [entry("1", "pass_fail"), entry("2", "pass_fail"), entry("3", "pass_fail"), entry("4", "number")] } as Checklist;
  const rest = restPassing(draft({ answers: { 2: "fail" } }), list);
  assert.deepEqual(rest, { count: 2, answers: { 1: "pass", 2: "fail", 3: "pass" } });
  assert.equal(restPassing(draft({ answers: rest?.answers ?? {} }), list), null);
});
