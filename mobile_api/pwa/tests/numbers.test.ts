import assert from "node:assert/strict";
import { test } from "node:test";
import { numberIn } from "../src/numbers";

test("a number is what was written, in half or full width, with a point or a comma", () => {
  const read = ["12.5", "12,5", " 12．5 ", "１２。５", "－5", "−5", "0,125", "7.", ".5", ""].map(numberIn);
  assert.deepEqual(read, [12.5, 12.5, 12.5, 12.5, -5, -5, 0.125, 7, 0.5, undefined]);
});

test("what may mean two numbers, or none, stays a text", () => {
  for (const text of ["1,500", "12，000", "0x10", "1e5", "5-6", "12.5.1", "-", "约5", "Infinity"]) assert.equal(numberIn(text), text);
});
