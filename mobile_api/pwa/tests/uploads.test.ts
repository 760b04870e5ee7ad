import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Unreachable } from "../src/api";
import { dropDraft, sendAgain } from "../src/outbox";
import type { Photo } from "../src/types";
import { send } from "../src/uploads";
import { afresh, all, draft, held, item, lay, network, photo, refuses } from "./phone";

beforeEach(afresh);

const queued = () => photo("sha", { state: "queued" });

for (const status of [403, 405, 407, 412, 415, 422]) {
  test(`a photo that somebody on the way refuses with ${status} goes again later`, async () => {
    network(({ method }) => (method === "GET" ? refuses(404, "not-found") : new Response("<html>", { status })));
    await lay("photos", queued());
    await assert.rejects(send(queued()), Unreachable);
    assert.equal((await held<Photo>("photos", "sha"))?.state, "queued");
  });
}

test("a photo that the server itself refuses stays, until the inspector sends it again", async () => {
  network(({ method }) => (method === "GET" ? refuses(404, "not-found") : refuses(422, "photo-damaged")));
  await send(queued());
  const refused = await held<Photo>("photos", "sha");
  assert.equal(refused?.state, "refused");
  await sendAgain(refused as Photo);
  const { state, why, sent } = (await held<Photo>("photos", "sha")) as Photo;
  assert.deepEqual([state, why, sent], ["queued", undefined, 0]);
});

test("a photo cut off on the way is no bad photo", async () => {
  network(({ method }) => (method === "GET" ? refuses(404, "not-found") : refuses(422, "photo-incomplete")));
  await assert.rejects(send(queued()), Unreachable);
});

test("a draft that is given up leaves the photos that others name", async () => {
  await lay("photos", photo("mine"), photo("drafted"), photo("filed"));
  const mine = draft({ id: "mine", photos: ["mine", "drafted", "filed"] });
  await lay("drafts", mine, draft({ id: "other", photos: ["drafted"] }));
  await lay("items", item("1", { photos: ["filed"] }));
  await dropDraft(mine);
  assert.deepEqual((await all<Photo>("photos")).map(({ sha }) => sha), ["drafted", "filed"]);
});
