import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, recall } from "../src/db";
import { shortOf } from "../src/draft";
import { type Carried, carried, fitting, loadPack, refreshPack, takePack } from "../src/pack";
import { session } from "../src/session";
import type { Checklist } from "../src/types";
import { LIN, UNIT, afresh, all, draft, item, lay, network, refuses, says } from "./phone";

beforeEach(async () => {
  await afresh();
  await loadPack();
});

const list = (code: string, version: number): Checklist => ({
  code, version, category_prefix: "3", inspection_kind: "", title: "", title_en: "", valid_from: "2000-01-01", valid_to: null,
  items: [{ id: "1", text: "", text_en: "", type: "pass_fail", required: true }],
});

test("a version that work on this phone names outlives its end, and no new report takes it", async () => {
  await keep("checklists", [list("a", 1), list("a", 2), list("b", 1), list("c", 1)]);
  await keep("pack", { cursor: "c", at: "2026-01-01T00:00:00Z", g: 1 });
  await lay("drafts", draft({ checklist: "a", version: 2 }));
  await lay("items", item("1", { type: "report", body: { checklist: "b", checklist_version: 1 } }));
  network(() => says({ cursor: "d", more: false, units: [], gone: [], tags: [], checklists: [list("a", 3), list("b", 2)] }));
  await refreshPack();
  const named = (lists: Checklist[]) => lists.map(({ code, version }) => `${code}${version}`).sort();
  assert.deepEqual(named(carried.value.checklists), ["a2", "a3", "b1", "b2"]);
  assert.deepEqual(named(fitting(carried.value.checklists, "3110", "2026-01-01")), ["a3", "b2"]);
});

test("what keeps a report from being filed is found, an unknown checklist and an empty defect too", () => {
  const blank = { id: "x", item: "", text: " \n", severity: "general" as const, photos: [] };
  assert.deepEqual(shortOf(draft(), undefined), ["checklist"]);
  assert.deepEqual(shortOf(draft({ answers: { 1: "pass" } }), list("a", 2)), []);
  const worst = draft({ defects: [blank, { ...blank, id: "y", text: "rust" }], conclusion: "", supersedes: "s" });
  assert.deepEqual(shortOf(worst, list("a", 2)), ["e-1", "d-x", "conclusion", "reason"]);
});

test("two tabs that want the pack at once take it once, with all its rows", async () => {
  const page = (id: number, next: string | null) => ({ cursor: "c", next, units: [{ ...UNIT, id }], tags: [[`T${id}`, "free", null]] });
  const heard = network(async ({ path }) => {
    await new Promise((done) => setTimeout(done, 3));
    return says(path === "pack" ? page(1, "more") : page(2, null));
  });
  // Whoever only wants what is new does not wait for them.
  let fresh = false;
  const taken = Promise.all([takePack("area"), takePack("area")]);
  await new Promise((done) => setTimeout(done));
  await refreshPack(false).then(() => (fresh = carried.value.units.size === 0));
  await taken;
  assert.ok(fresh);
  assert.deepEqual(heard.map(({ path }) => path), ["pack", "pack?after=more"]);
  assert.equal((await all("units")).length, 2);
  assert.equal(await recall("packing"), undefined);
});

test("what has come of a first pack serves at once, and the rest comes later", async () => {
  const task = { id: 1, unit: 1, kind: "periodic", on: "2026-01-01", note: "" };
  const first = { cursor: "c", next: "more", units: [UNIT], tags: [["T1", "bound", 1]], today: [task] };
  network(({ path }) => {
    if (path === "pack") return says(first);
    throw new TypeError("no network");
  });
  await assert.rejects(takePack("area"));
  const told = ({ units, tasks, held }: Carried) => [[...units.keys()], tasks.length, held];
  assert.deepEqual(told(carried.value), [[1], 1, null]);
  await loadPack();
  assert.deepEqual(told(carried.value), [[1], 1, null]);
  const heard = network(() => says({ cursor: "later", next: null, units: [{ ...UNIT, id: 2 }], tags: [] }));
  await refreshPack(false);
  assert.deepEqual(heard.map(({ path }) => path), ["pack?after=more"]);
  assert.deepEqual([[...carried.value.units.keys()], carried.value.held?.cursor], [[1, 2], "c"]);
});

test("who takes the units of his tasks follows those, and forgets the area", async () => {
  network(() => says({ cursor: "c", next: null, units: [UNIT, { ...UNIT, id: 2 }], tags: [["T2", "bound", 2]] }));
  await takePack("area");
  const page = { cursor: "d", next: null, units: [UNIT], tags: [], today: [] };
  const heard = network(({ path }) => (path.includes("cursor") ? refuses(410, "cursor-expired") : says(page)));
  await takePack("tasks");
  assert.deepEqual([(await all("units")).length, await all("tags")], [1, []]);
  await refreshPack();
  assert.deepEqual(heard.map(({ path }) => path), ["pack?duty=tasks", "pack?duty=tasks&cursor=d", "pack?duty=tasks"]);
});

test("a mark that the server no longer reads means the whole pack again; new names come with the changes", async () => {
  await keep("pack", { cursor: "old", at: "2026-01-01T00:00:00Z", g: 1 });
  network(({ path }) => (path.includes("cursor") ? refuses(400, "invalid") : says({ cursor: "c", next: null, units: [], tags: [] })));
  await refreshPack();
  assert.equal(carried.value.held?.cursor, "c");
  network(() => says({ cursor: "d", more: false, units: [], gone: [], tags: [], dictionaries: { region: { 370199: ["新区", "New"] } } }));
  await refreshPack();
  assert.deepEqual(carried.value.names["region"], { 370199: ["新区", "New"] });
});

test("a change asked for before a hand-over is not written after it", async () => {
  await keep("pack", { cursor: "c", at: "2026-01-01T00:00:00Z", g: 1 });
  await loadPack();
  let answer = (_: Response) => {};
  network(() => new Promise<Response>((done) => (answer = done)));
  const asked = refreshPack();
  await new Promise((done) => setTimeout(done, 2));
  await keep("pack", undefined);
  await session.put({ ...LIN, token: "two", user: { ...LIN.user, id: 8 } });
  answer(says({ cursor: "d", more: false, units: [UNIT], gone: [], tags: [], checklists: [] }));
  await assert.rejects(asked);
  assert.deepEqual([await recall("pack"), await all("units")], [undefined, []]);
});
