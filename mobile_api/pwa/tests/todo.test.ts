import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, recall } from "../src/db";
import { addDecision, box, loadBox, tally, turnedDown } from "../src/outbox";
import { session } from "../src/session";
import { kick, line } from "../src/sync";
import { loadTodo, refreshTodo, todo, waiting } from "../src/todo";
import type { Item, Matter, MatterRow, Receipt } from "../src/types";
import { LIN, afresh, all, item, lay, network, says } from "./phone";

const LIMITS = { outbox_max_items: 200, outbox_max_bytes: 4_000_000, photo_max_bytes: 1, tus: null };

beforeEach(async () => {
  await afresh();
  await session.put({ ...LIN, user: { ...LIN.user, has_desk: true } });
  await keep("limits", LIMITS);
  await Promise.all([loadBox(), loadTodo()]);
  (globalThis as { location?: unknown }).location = { hash: "" };
});

function row(matter: number, version = 1): MatterRow {
  return {
    matter, version, number: null, title: `matter ${matter}`, kind_name: "", state_name: "", office_name: "",
    urgency: "normal", urgency_name: "", due_on: null, asks: "",
  };
}

/** The server's list, and each matter by itself. */
function desk(rows: MatterRow[]) {
  return network(({ path, body }) => {
    if (path.startsWith("assignments")) return says({ results: rows, next: null });
    if (path.startsWith("matters/")) return says({ ...rows.find(({ matter }) => path.endsWith(`/${matter}`)), trail: [], passings: [], enclosures: [] });
    const { items, ids } = body as { items?: Item[]; ids?: string[] };
    const state = path === "decisions" ? "conflict" : "accepted";
    return says({ receipts: (ids ?? items?.map(({ id }) => id) ?? []).map((id): Receipt => ({ id, state })) });
  });
}

async function go(): Promise<void> {
  kick();
  while (line.value.busy) await new Promise((done) => setTimeout(done, 2));
}

test("of the matters in the list only those that changed are read anew", async () => {
  desk([row(1), row(2)]);
  await refreshTodo();
  const heard = desk([row(1), row(2, 2), row(3)]);
  await refreshTodo();
  assert.deepEqual(heard.map(({ path }) => path), ["assignments?limit=100", "matters/2", "matters/3"]);
  assert.deepEqual(Object.keys((await recall<{ matters: Record<number, Matter> }>("todo"))?.matters ?? {}), ["1", "2", "3"]);
});

test("what no longer waits is forgotten, but not what was decided here", async () => {
  desk([row(1), row(2)]);
  await refreshTodo();
  await addDecision({ matter: 2, version: 1, decision: "approve" }, "approve");
  desk([]);
  await refreshTodo();
  assert.deepEqual(Object.keys(todo.value.matters), ["2"]);
});

test("a decision goes by its own way, and one that was not taken is told and hinders nothing", async () => {
  desk([row(1), row(2)]);
  await refreshTodo();
  await lay("items", item("scan"));
  await addDecision({ matter: 1, version: 1, decision: "approve", remark: "agreed" }, "approve");
  assert.deepEqual(waiting(todo.value, box.value.items).map(({ matter }) => matter), [2]);
  const heard = desk([row(1, 2), row(2)]);
  await go();
  const sent = heard.flatMap(({ path, body }) => (path === "outbox" || path === "decisions" ? [[path, (body as { items: Item[] }).items[0]?.type]] : []));
  assert.deepEqual(sent, [["decisions", "decision"], ["outbox", "scan"]]);
  const [told] = (await all<Item>("items")).filter(turnedDown);
  assert.equal(told?.body["remark"], "agreed");
  assert.equal(tally(box.value).unsent, 0);
  assert.equal(waiting(todo.value, box.value.items).length, 2);
});

test("what is handed over waits no more, and what is taken on waits still; both go the way of decisions", async () => {
  desk([row(1), row(2)]);
  await refreshTodo();
  await addDecision({ matter: 1, version: 1, assignment: 5 }, "claim", "claim");
  await addDecision({ matter: 2, version: 1, assignment: 6, person: "mate" }, "hand over", "hand-over");
  assert.deepEqual(waiting(todo.value, box.value.items).map(({ matter }) => matter), [1]);
  const heard = desk([row(1, 2)]);
  await go();
  const sent = heard.flatMap(({ path, body }) => (path === "outbox" || path === "decisions" ? [[path, (body as { items: Item[] }).items.map(({ type }) => type).sort()]] : []));
  assert.deepEqual(sent, [["decisions", ["claim", "hand-over"]]]);
  assert.deepEqual((await all<Item>("items")).filter(turnedDown).length, 2);
  assert.equal(tally(box.value).unsent, 0);
});

test("what an earlier app kept of a matter is read anew", async () => {
  desk([row(1)]);
  await refreshTodo();
  const { passings: _passings, ...older } = todo.value.matters[1] as Matter;
  await keep("todo", { ...todo.value, matters: { 1: older } });
  await loadTodo();
  const heard = desk([row(1)]);
  await refreshTodo();
  assert.deepEqual(heard.map(({ path }) => path), ["assignments?limit=100", "matters/1"]);
});

test("to whom no matters come asks for none", async () => {
  await session.put(LIN);
  const heard = desk([]);
  await go();
  assert.ok(!heard.some(({ path }) => path.startsWith("assignments")));
});
