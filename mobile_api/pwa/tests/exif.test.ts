import assert from "node:assert/strict";
import { test } from "node:test";
import { withExif } from "../src/exif";

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 2, 0xff, 0xd9]);

test("the segment stands behind the start and leaves the rest as it was", () => {
  const made = withExif(JPEG, new Date(), { lng: 117.05, lat: 36.65, accuracy: 6, datum: "WGS84" });
  const view = new DataView(made.buffer);
  assert.equal(view.getUint16(2), 0xffe1);
  const end = 4 + view.getUint16(4);
  assert.deepEqual([...made.slice(end)], [...JPEG.slice(2)]);
});

test("what is no JPEG stays as it is", () => {
  const other = new Uint8Array([1, 2, 3]);
  assert.equal(withExif(other, new Date(), null), other);
});
