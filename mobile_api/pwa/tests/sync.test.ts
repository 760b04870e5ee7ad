import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, recall } from "../src/db";
import { box, loadBox, tally, tidy } from "../src/outbox";
import { kick, line } from "../src/sync";
import type { Item, Photo, Receipt } from "../src/types";
import { fill } from "./fakes/db";
import { afresh, all, draft, item, lay, network, photo, refuses, says } from "./phone";

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

/** The server's word that a photo is there. */
function there(path: string): Response {
  return says({ sha256: path.slice("photos/".length) });
}

async function photoStates(): Promise<string> {
  return (await all<Photo>("photos")).map(({ sha, state }) => `${sha}:${state}`).join(" ");
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
    if (told(body).length > 2) throw new DOMException("too slow", "AbortError");
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

test("an item that somebody on the way refuses keeps no other from the server, nor a photo", async () => {
  await lay("items", ...["1", "2", "3", "4", "5"].map((id) => item(id, { photos: ["sha"] })));
  await lay("photos", photo("sha", { state: "queued" }));
  network(({ path, body }) => {
    if (path === "outbox" && told(body).includes("3")) return new Response("<html>", { status: 403 });
    return path.startsWith("photos/") ? there(path) : accepts(body);
  });
  await go();
  assert.deepEqual(await states(), ["accepted", "accepted", "queued", "accepted", "accepted"]);
  assert.deepEqual((await all<Item>("items")).map(({ why }) => why), [undefined, undefined, "http-403", undefined, undefined]);
  assert.equal((await all<Photo>("photos"))[0]?.state, "there");
  assert.deepEqual([line.value.trouble, line.value.checkedAt], ["http-403", null]);
  network(({ body }) => accepts(body));
  await go();
  assert.deepEqual((await all<Item>("items")).map(({ state, why }) => [state, why])[2], ["accepted", undefined]);
});

test("a door that refuses everything is not asked once for each item", async () => {
  await lay("items", ...Array.from({ length: 64 }, (_, number) => item(String(number))));
  const heard = network(() => refuses(403, "not-allowed"));
  await go();
  assert.ok(heard.length < 20, String(heard.length));
  assert.deepEqual(new Set(await states()), new Set(["queued"]));
});

test("the oldest items refused on the way let the newer ones pass, the photos and the receipts", async () => {
  await lay("items", ...Array.from({ length: 9 }, (_, number) => item(String(number), { photos: ["sha"] })));
  await lay("photos", photo("sha", { state: "queued" }));
  network(({ path, body }) => {
    if (path === "outbox" && told(body).some((id) => Number(id) < 5)) return new Response("<html>", { status: 403 });
    return path.startsWith("photos/") ? there(path) : accepts(body);
  });
  await go();
  await go();
  assert.deepEqual(await states(), [...Array(5).fill("queued"), ...Array(4).fill("accepted")]);
  assert.equal(await photoStates(), "sha:there");
});

for (const [status, answer] of [[403, "<html>"], [503, "{}"]] as const) {
  test(`photos that are answered ${status} let the others pass, and the receipts`, async () => {
    const shas = ["a", "b", "c", "d", "e", "f", "g"];
    await lay("photos", ...shas.map((sha) => photo(sha, { state: "queued" })));
    await lay("items", item("1", { state: "waiting", photos: shas }));
    network(({ path, method, body }) => {
      if (!path.startsWith("photos/")) return accepts(body);
      if (method === "GET") return refuses(404, "not-found");
      return "abcde".includes(path.slice(-1)) ? new Response(answer, { status }) : there(path);
    });
    await go();
    await go();
    assert.equal(await photoStates(), "a:queued b:queued c:queued d:queued e:queued f:there g:there");
    assert.deepEqual(await states(), ["accepted"]);
    assert.ok(line.value.reached);
  });
}

test("photos without any answer end the go: the network is gone", async () => {
  await lay("photos", ...["a", "b", "c", "d", "e"].map((sha) => photo(sha, { state: "queued" })));
  const heard = network(() => {
    throw new TypeError("no network");
  });
  await go();
  assert.deepEqual([heard.length, line.value.reached], [3, false]);
});

test("a photo whose bytes the phone has lost is told, and keeps no other", async () => {
  const lost = { ...photo("a", { state: "queued" }), size: 7, blob: new Blob([]) };
  await lay("photos", lost, photo("b", { state: "queued" }));
  await lay("items", item("1", { state: "accepted", photos: ["a", "b"] }));
  network(({ path, body }) => (path.startsWith("photos/") ? there(path) : accepts(body)));
  await go();
  assert.equal(await photoStates(), "a:refused b:there");
});

test("one item over which the server fails keeps no other from it", async () => {
  await lay("items", ...["1", "2", "3", "4"].map((id) => item(id, { photos: ["sha"] })));
  await lay("photos", photo("sha", { state: "queued" }));
  network(({ path, body }) => {
    if (path === "outbox" && told(body).includes("2")) return says({}, 500);
    return path.startsWith("photos/") ? there(path) : accepts(body);
  });
  for (let count = 0; count < 4; count++) await go();
  assert.deepEqual(await states(), ["accepted", "queued", "accepted", "accepted"]);
  assert.equal(await photoStates(), "sha:there");
});

test("an empty answer of somebody on the way is no word of the server", async () => {
  await lay("photos", photo("sha", { state: "queued" }));
  network(() => new Response("", { status: 200 }));
  await go();
  assert.equal(await photoStates(), "sha:queued");
});

test("what was refused is never told as on the server, though a copy was saved", async () => {
  await lay("items", item("1", { state: "rejected", saved: true }), item("2", { state: "waiting", receipt: { id: "2", state: "waiting", missing: ["sha"] } }));
  await lay("photos", photo("sha", { state: "refused", saved: true }));
  await loadBox();
  assert.deepEqual(tally(box.value), { unsent: 0, bytes: 0, lacking: 0, copies: 2 });
});

test("what the screen last saw does not decide what is thrown away", async () => {
  const hours = new Date(Date.now() - 7_200_000).toISOString();
  await lay("photos", photo("drafted", { kept: hours }), photo("inHand", { kept: hours }), photo("loose", { kept: hours }));
  await loadBox();
  await lay("drafts", draft({ photos: ["drafted"] }));
  await tidy([draft({ id: "hand", photos: ["inHand"] })]);
  assert.equal(await photoStates(), "drafted:draft inHand:draft");
});

test("a phone without room sends all the same, and lets go what the server has", async () => {
  await lay("items", item("1", { photos: ["one", "two"] }), item("2"));
  await lay("photos", photo("one", { state: "queued" }), photo("two", { state: "queued" }));
  fill((store, value) => store === "photos" && (value as Photo).sha === "one" && (value as Photo).blob !== null);
  network(({ path, body }) => (path.startsWith("photos/") ? there(path) : accepts(body)));
  await go();
  assert.deepEqual((await all<Photo>("photos")).map(({ state }) => state), ["there", "there"]);
  assert.deepEqual(await states(), ["accepted", "accepted"]);
});

test("what waits for staff is on the server, and photos that nobody has are told", async () => {
  const receipt = (id: string, missing: string[]): Receipt => ({ id, state: "waiting", missing });
  await lay("items", item("1", { state: "waiting", photos: ["sha"], receipt: receipt("1", ["sha"]) }));
  await loadBox();
  assert.deepEqual(tally(box.value), { unsent: 0, bytes: 0, lacking: 1, copies: 0 });
  await lay("photos", photo("sha", { state: "queued" }));
  await loadBox();
  assert.equal(tally(box.value).unsent, 1);
});

test("an old report stays with the photo that has not gone, and goes with it", async () => {
  const old = { state: "accepted" as const, made_at: "2020-01-01T00:00:00Z", photos: ["sha"] };
  await lay("items", item("1", old));
  await lay("photos", photo("sha", { state: "refused" }), photo("other", { state: "there" }));
  await loadBox();
  await tidy();
  assert.deepEqual([(await all("items")).length, (await all<Photo>("photos")).map(({ sha }) => sha)], [1, ["sha"]]);
  await lay("photos", photo("sha", { state: "there" }));
  await loadBox();
  await tidy();
  assert.deepEqual([await all("items"), await all("photos")], [[], []]);
});
