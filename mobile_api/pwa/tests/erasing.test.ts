import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Problem, call } from "../src/api";
import { keep, recall } from "../src/db";
import { erased, session } from "../src/session";
import type { Item, Photo, Session } from "../src/types";
import { UNIT, afresh, all, draft, held, item, lay, network, photo, refuses } from "./phone";

beforeEach(async () => {
  await afresh();
  erased.set(false);
  await lay("units", { ...UNIT, g: 1 });
  await lay("tags", { code: "K", row: ["K", "bound", 1], g: 1 });
  await lay("files", { id: "1/order", matter: 1, pages: 1, pictures: [], size: 1 });
  await keep("pack", { cursor: "c" });
  await keep("tasks", [{ unit: 1 }]);
  await lay("items", item("sent", { state: "accepted", photos: ["old"] }));
  await lay("photos", photo("old", { state: "there" }));
});

const nothingOfTheRegister = async () =>
  assert.deepEqual([await all("units"), await all("tags"), await all("files"), await held("kv", "pack"), await held("kv", "tasks")], [[], [], [], undefined, undefined]);

test("a phone whose sign-in was ended erases the register, and keeps the work that is nowhere else", async () => {
  await lay("items", item("unsent", { photos: ["new"] }));
  await lay("drafts", draft({ photos: ["drafted"] }));
  await lay("photos", photo("new", { state: "queued" }), photo("drafted"));
  network(() => refuses(401, "token-ended"));
  await assert.rejects(call("pack/estimate"), Problem);
  await nothingOfTheRegister();
  assert.deepEqual((await all<Item>("items")).map(({ id }) => id), ["unsent"]);
  assert.deepEqual((await all<Photo>("photos")).map(({ sha }) => sha), ["new", "drafted"]);
  assert.equal((await all("drafts")).length, 1);
  assert.deepEqual([session.value?.expired, session.value?.ended, erased.value], [true, true, false]);
});

test("where nothing is unsent, nothing stays, not even whose phone it was", async () => {
  network(() => refuses(401, "token-ended"));
  await assert.rejects(call("pack/estimate"), Problem);
  await nothingOfTheRegister();
  assert.deepEqual([await all("items"), await all("photos"), session.value, await recall("session"), erased.value], [[], [], null, null, true]);
});

test("one that only ran out erases nothing, nor does one that another tab has replaced", async () => {
  network(() => refuses(401, "authentication-failed"));
  await assert.rejects(call("pack/estimate"), Problem);
  assert.deepEqual([(await all("units")).length, (await all("files")).length], [1, 1]);
  await session.put({ ...(session.value as Session), token: "old", expired: false });
  await keep("session", { ...session.value, token: "new" });
  network(({ token }) => (token === "Token old" ? refuses(401, "token-ended") : new Response("{}")));
  await assert.rejects(call("pack/estimate"));
  assert.equal((await all("units")).length, 1);
});
