import assert from "node:assert/strict";
import { test } from "node:test";
import { alternating } from "../src/readers";

const OURS = async () => async () => ["ours"];

test("where the browser has no reader, or it fails, ours takes over for good", async () => {
  assert.deepEqual(await alternating(null, OURS)("film"), ["ours"]);
  let asked = 0;
  const failing = async () => {
    asked += 1;
    throw new DOMException("no barcode service", "NotSupportedError");
  };
  const look = alternating(failing, OURS);
  assert.deepEqual([await look("film"), await look("film"), asked], [["ours"], ["ours"], 1]);
});

test("a reader that never answers is given up", async () => {
  assert.deepEqual(await alternating(() => new Promise<string[]>(() => undefined), OURS, 5)("film"), ["ours"]);
});

test("a reader that never sees anything is helped, and one that sees is not", async () => {
  const blind = alternating(async () => [], OURS);
  const seen = new Set<string>();
  for (let looks = 0; looks < 20; looks++) for (const text of await blind("film")) seen.add(text);
  assert.deepEqual([...seen], ["ours"]);
  const sharp = alternating(async () => ["own"], async () => assert.fail("not needed"));
  for (let looks = 0; looks < 20; looks++) assert.deepEqual(await sharp("film"), ["own"]);
});

test("while ours cannot be fetched nothing is seen, and it is tried again", async () => {
  let tries = 0;
  const look = alternating(null, async () => {
    tries += 1;
    if (tries < 2) throw new TypeError("offline");
    return async () => ["ours"];
  });
  assert.deepEqual([await look("film"), await look("film")], [[], ["ours"]]);
});
