import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Problem, Unreachable, call } from "../src/api";
import { db, keep, recall } from "../src/db";
import { NotYours, session, signIn, signOut } from "../src/session";
import type { Limits, Session } from "../src/types";
import { LIN, afresh, all, draft, held, item, lay, network, refuses, says } from "./phone";

beforeEach(afresh);

const WEI: Session = { token: "wei", user: { ...LIN.user, id: 8, username: "wei" } };

test("a token refused here is not the one that another tab has since", async () => {
  await keep("session", { ...LIN, token: "two" });
  const heard = network(({ token }) => (token === "Token two" ? says({ units: 1 }) : refuses(401, "not-signed-in")));
  await assert.rejects(call("pack/estimate"), Unreachable);
  assert.equal(session.value?.expired, undefined);
  await call("pack/estimate");
  assert.deepEqual(heard.map(({ token }) => token), ["Token one", "Token two"]);
});

test("a refused token that is still ours ends the sign-in, in every tab", async () => {
  network(() => refuses(401, "not-signed-in"));
  await assert.rejects(call("pack/estimate"), Problem);
  assert.equal(session.value?.expired, true);
  assert.equal((await recall<Session>("session"))?.expired, true);
});

test("nobody signs out of what another tab has just filed", async () => {
  network(() => says({}));
  await lay("items", item("1"));
  assert.equal(await signOut(), false);
  assert.equal((await all("items")).length, 1);
  assert.equal(session.value?.token, "one");
  await lay("items", item("1", { state: "accepted" }));
  await lay("drafts", draft());
  assert.equal(await signOut(), false);
  await (await db()).delete("drafts", "draft");
  assert.equal(await signOut(), true);
  assert.deepEqual([await all("items"), session.value, await recall("session")], [[], null, null]);
});

test("another person takes over a phone with nothing unsent, and finds nothing of the first", async () => {
  network(() => says(WEI));
  await lay("items", item("1"));
  await assert.rejects(signIn("wei", "", ""), NotYours);
  assert.equal(session.value?.user.id, 7);
  await lay("items", item("1", { state: "accepted" }));
  await lay("units", { id: 1, g: 1 });
  await lay("files", { id: "1/order" });
  await signIn("wei", "", "");
  assert.equal((await recall<Session>("session"))?.user.id, 8);
  assert.deepEqual([await all("items"), await all("units"), await all("files"), await held("kv", "pack")], [[], [], [], undefined]);
});

test("the limits are asked anew after each sign-in, and the same person keeps the pack", async () => {
  network(() => says({ ...LIN, token: "two" }));
  await keep("limits", { outbox_max_items: 1 } as Limits);
  await keep("pack", { cursor: "c" });
  await signIn("lin", "", "");
  assert.deepEqual([await recall("limits"), await recall("pack")], [undefined, { cursor: "c" }]);
});

test("what waits on the server for staff keeps nobody on the phone", async () => {
  network(() => says(WEI));
  await lay("items", item("1", { state: "waiting" }));
  await signIn("wei", "", "");
  assert.equal(session.value?.user.id, 8);
});
