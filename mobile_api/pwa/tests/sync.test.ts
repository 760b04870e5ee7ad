import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, recall } from "../src/db";
import { kick, line } from "../src/sync";
import type { Item, Receipt } from "../src/types";
import { afresh, all, item, lay, network, refuses, says } from "./phone";

const LIMITS = { outbox_max_items: 200, outbox_max_bytes: 4_000_000, photo_max_bytes: 1, tus: null };
const online = navigator as { onLine: boolean };

beforeEach(async () => {
  await afresh();
  await keep("limits", LIMITS);
  online.onLine = true;
  line.set({ busy: false, reached: false, retryAt: null, checkedAt: null, trouble: "" });
});

/** One go, to its end. */
async function go(): Promise<void> {
  kick();
  while (line.value.busy) await new Promise((done) => setTimeout(done, 2));
}

async function states(): Promise<string[]> {
  return (await all<Item>("items")).map(({ state }) => state);
}

function told(body: unknown): string[] {
  const { items, ids } = body as { items?: Item[]; ids?: string[] };
  return ids ?? items?.map(({ id }) => id) ?? [];
}

/** The server's word on whatever it is asked or sent. */
function accepts(body: unknown): Response {
  return says({ receipts: told(body).map((id): Receipt => ({ id, state: "accepted" })) });
}

test("everything is on the server only when it was asked and has said so", async () => {
  await lay("items", item("1"));
  network(({ path, body }) => (path === "receipts" ? says({ receipts: [] }) : accepts(body)));
  await go();
  assert.equal((await all<Item>("items"))[0]?.state, "accepted");
  assert.deepEqual([line.value.checkedAt, line.value.reached], [null, true]);
  network(({ body }) => accepts(body));
  await go();
  assert.notEqual(line.value.checkedAt, null);
});

test("an empty phone without a network says neither that all is there nor that it is online", async () => {
  online.onLine = false;
  const heard = network(() => {
    throw new TypeError("no network");
  });
  await go();
  assert.deepEqual([heard.length, line.value.checkedAt, line.value.reached], [0, null, false]);
});

test("an empty phone asks something small to see that the network is back", async () => {
  const heard = network(() => says(LIMITS));
  await go();
  assert.deepEqual([heard.map(({ path }) => path), line.value.checkedAt, line.value.reached], [["limits"], null, true]);
});

test("a batch too large for a slow line goes in halves with the next tries", async () => {
  await lay("items", ...["1", "2", "3", "4", "5"].map((id) => item(id)));
  const heard = network(({ body }) => {
    if (told(body).length > 2) throw new DOMException("too slow", "TimeoutError");
    return accepts(body);
  });
  const sent = () => heard.filter(({ path }) => path === "outbox").map(({ body }) => told(body).length);
  await go();
  await go();
  assert.deepEqual(sent(), [5, 2, 2, 1]);
  assert.deepEqual(await states(), Array(5).fill("accepted"));
});

for (const [status, code] of [[422, "too-many-items"], [413, "outbox-too-large"]] as const) {
  test(`limits that the server has lowered (${code}) are asked anew, and the batch halved`, async () => {
    await lay("items", ...["1", "2", "3"].map((id) => item(id)));
    network(({ path, body }) => (path === "outbox" && told(body).length > 1 ? refuses(status, code) : accepts(body)));
    await go();
    assert.deepEqual(await states(), Array(3).fill("accepted"));
    assert.equal(await recall("limits"), undefined);
  });
}
