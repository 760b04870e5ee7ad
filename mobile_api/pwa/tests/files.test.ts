import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep } from "../src/db";
import { BUDGET, dropFiles, fileOf, fillFiles, held, loadFiles, takeFile } from "../src/files";
import { session } from "../src/session";
import { loadTodo, todo } from "../src/todo";
import type { KeptFile, Matter, MatterRow } from "../src/types";
import { LIN, afresh, all, lay, network, refuses, says } from "./phone";

beforeEach(async () => {
  await afresh();
  await session.put({ ...LIN, user: { ...LIN.user, has_desk: true } });
  await Promise.all([loadTodo(), loadFiles()]);
  (globalThis as { location?: unknown }).location = { hash: "" };
});

/** The matters that wait, in the order in which they are due, each with one file. */
async function waits(...matters: number[]): Promise<void> {
  const rows = matters.map((matter) => ({ matter, version: 1 }) as MatterRow);
  const whole = matters.map((matter) => [matter, { matter, enclosures: [{ key: "order", title: "", media_type: "" }] } as unknown as Matter]);
  await keep("todo", { ...todo.value, rows, matters: Object.fromEntries(whole) });
  await loadTodo();
}

/** A server whose files have so many pages of so many bytes. */
function pages(count: number, bytes = 3) {
  const picture = btoa("x".repeat(bytes));
  return network(({ path }) => {
    const first = Number(/first=(\d+)/.exec(path)?.[1]);
    const pictures = Array.from({ length: Math.max(0, Math.min(10, count - first + 1)) }, () => picture);
    return says({ pages: count, media_type: "image/webp", pictures });
  });
}

async function lies(id: string, size: number): Promise<void> {
  await lay("files", { id, matter: Number(id.split("/")[0]), pages: 1, pictures: [], size } satisfies KeptFile);
}

const here = () => held.value.map(({ id }) => id).sort();

test("all pages of what waits are kept, and none is asked for twice", async () => {
  await waits(1, 2);
  const heard = pages(12);
  await fillFiles();
  assert.deepEqual(heard.map(({ path }) => path), [
    "matters/1/enclosures/order/pages?first=1", "matters/1/enclosures/order/pages?first=11",
    "matters/2/enclosures/order/pages?first=1", "matters/2/enclosures/order/pages?first=11",
  ]);
  const file = await fileOf("1/order");
  assert.deepEqual([file?.pages, file?.pictures.length, file?.size, file?.pictures[0]?.type], [12, 12, 36, "image/webp"]);
  await fillFiles();
  await takeFile(1, "order");
  assert.equal(heard.length, 4);
});

test("what is due first goes before the rest, and the budget holds", async () => {
  await waits(1, 2, 3);
  await lies("2/order", BUDGET - 5);
  await lies("3/order", 4);
  pages(2);
  await fillFiles();
  assert.deepEqual(here(), ["1/order"]);
  assert.ok(held.value.reduce((sum, { size }) => sum + size, 0) <= BUDGET);
});

test("a file that is larger than the room is not kept in part", async () => {
  await waits(1, 2);
  await lies("1/order", BUDGET - 5);
  pages(2);
  await fillFiles();
  assert.deepEqual(here(), ["1/order"]);
});

test("of a file of hundreds of pages the first hundred are kept, and it says how many it has", async () => {
  await waits(1);
  pages(300);
  await fillFiles();
  const file = await fileOf("1/order");
  assert.deepEqual([file?.pages, file?.pictures.length], [300, 100]);
});

test("files go with their matter", async () => {
  await waits(1, 2);
  pages(1);
  await fillFiles();
  await waits(2);
  await dropFiles();
  assert.deepEqual(here(), ["2/order"]);
});

test("what is opened of a matter that does not wait is shown and not kept", async () => {
  await waits(1);
  pages(1);
  const file = await takeFile(9, "order");
  assert.equal(file?.pictures.length, 1);
  assert.deepEqual(here(), []);
});

test("one that the server cannot draw hinders no other, and is not asked for again and again", async () => {
  await waits(4, 5);
  const heard = network(({ path }) =>
    path.startsWith("matters/4/") ? refuses(409, "file-not-shown") : says({ pages: 1, media_type: "image/webp", pictures: [btoa("x")] }));
  await fillFiles();
  await fillFiles();
  assert.deepEqual(here(), ["5/order"]);
  assert.equal(heard.filter(({ path }) => path.startsWith("matters/4/")).length, 1);
});

test("for another person who has signed in meanwhile nothing is kept", async () => {
  await waits(1);
  network(async () => {
    await keep("session", { ...LIN, user: { ...LIN.user, id: 8 } });
    return says({ pages: 1, media_type: "image/webp", pictures: [btoa("x")] });
  });
  await fillFiles();
  assert.deepEqual(await all("files"), []);
});
