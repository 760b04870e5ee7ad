import assert from "node:assert/strict";
import { test } from "node:test";
import { type Stamp, ownExif, withExif } from "../src/exif";
import type { Fix } from "../src/types";

const HERE: Fix = { lng: 117.05, lat: 36.65, accuracy: 6, datum: "WGS84" };
const shot = (taken: Date, fix: Fix | null = null): Stamp => ({ source: "camera", taken, fix });
const CHOSEN: Stamp = { source: "chosen file" };
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 2, 0xff, 0xd9]);

test("the segment stands behind the start and leaves the rest as it was", () => {
  const made = withExif(JPEG, shot(new Date(), HERE));
  const view = new DataView(made.buffer);
  assert.equal(view.getUint16(2), 0xffe1);
  const end = 4 + view.getUint16(4);
  assert.deepEqual([...made.slice(end)], [...JPEG.slice(2)]);
});

test("what is no JPEG stays as it is", () => {
  const other = new Uint8Array([1, 2, 3]);
  assert.equal(withExif(other, shot(new Date())), other);
});

const NOW = new Date(2026, 4, 1, 9, 30);

/** The segment behind the start of what `withExif` made. */
function segmentOf(made: Uint8Array): Uint8Array {
  return made.slice(6, 4 + made[4]! * 256 + made[5]!);
}

test("what tells an old time is kept, and so is what tells a place", () => {
  const old = withExif(JPEG, shot(new Date(2024, 0, 1)));
  assert.deepEqual(ownExif(old, "camera", NOW.getTime()), segmentOf(old));
  const placed = withExif(JPEG, shot(NOW, HERE));
  assert.deepEqual(ownExif(placed, "camera", NOW.getTime()), segmentOf(placed));
  const again = withExif(JPEG, shot(NOW, HERE), ownExif(old, "camera", NOW.getTime()));
  assert.deepEqual(segmentOf(again), segmentOf(old));
});

test("the phone stamps what its camera took just now without a place, and what tells nothing", () => {
  assert.equal(ownExif(withExif(JPEG, shot(NOW)), "camera", NOW.getTime() + 60_000), undefined);
  assert.equal(ownExif(JPEG, "camera"), undefined);
  assert.equal(ownExif(new Uint8Array([0xff, 0xd8, 0xff]), "camera"), undefined);
});

test("a kept segment says upright, as the pixels are, in either byte order", () => {
  const time = [...new TextEncoder().encode("2024:01:01 08:00:00\0")];
  for (const entry of [[1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], [0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]]) {
    const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...entry, ...time];
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xe1, 0, body.length + 2, ...body, 0xff, 0xd9]);
    assert.deepEqual([...ownExif(jpeg, "camera")!], body.map((byte) => (byte === 6 ? 1 : byte)));
  }
});

test("of a chosen file the phone says neither when nor where, and keeps what its camera wrote, be it of just now", () => {
  const bare = withExif(JPEG, CHOSEN);
  const text = String.fromCharCode(...bare);
  assert.match(text, /Jinzhi Field, chosen file\0/);
  assert.doesNotMatch(text, /\d{4}:\d\d:\d\d/);
  assert.equal(ownExif(bare, "chosen file"), undefined);
  const fresh = withExif(JPEG, shot(NOW));
  assert.match(String.fromCharCode(...fresh), /Jinzhi Field, camera\0/);
  assert.deepEqual(ownExif(fresh, "chosen file", NOW.getTime()), segmentOf(fresh));
});
