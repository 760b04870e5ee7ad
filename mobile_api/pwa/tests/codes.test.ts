import assert from "node:assert/strict";
import { test } from "node:test";
import { ALPHABET, checkSymbol, grouped, likeliest, normalise } from "../src/codes";

const BODY = "K7M2QX9TRW4";
const CODE = BODY + checkSymbol(BODY);

test("the check symbol is the server's", () => {
  // By hand: the sum of place times value, modulo 31.
  const total = [...BODY].reduce((sum, symbol, place) => sum + (place + 1) * ALPHABET.indexOf(symbol), 0);
  assert.equal(CODE[11], ALPHABET[total % 31]);
});

test("a code is read from an address, grouped, in full width, in any case", () => {
  const wide = [...CODE].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join("");
  const ways = [CODE, grouped(CODE), CODE.toLowerCase(), `HTTPS://JZ.EXAMPLE/T/${CODE}`, `http://x:8000/t/${CODE}/?a=1`, `]Q3${CODE}\r\n`, wide, CODE.replace(/(.{4})/, "$1-")];
  for (const way of ways) assert.deepEqual(normalise(way), { code: CODE }, way);
});

test("each single wrong symbol is found", () => {
  for (let place = 0; place < CODE.length; place++) {
    const other = ALPHABET[(ALPHABET.indexOf(CODE[place] ?? "") + 1) % 31];
    const wrong = CODE.slice(0, place) + other + CODE.slice(place + 1);
    assert.deepEqual(normalise(wrong), { wrong: "check" });
  }
});

test("look-alikes and other texts are no codes", () => {
  for (const text of ["", "0".repeat(12), `${CODE}A`, "https://example.com/", `http://x/y/${CODE}`, "x".repeat(3000)]) {
    assert.deepEqual(normalise(text), { wrong: "malformed" });
  }
});

test("of several symbols in view a tag's counts, be it read wrongly", () => {
  const tag = `https://jz.example/T/${CODE}`;
  const misread = CODE.replace(/^./, "A");
  assert.equal(likeliest(["https://weixin.qq.com/x", "WIFI:S:lab;;", tag]), tag);
  assert.equal(likeliest([misread, tag]), tag);
  assert.equal(likeliest(["https://weixin.qq.com/x", misread]), misread);
  assert.equal(likeliest(["https://weixin.qq.com/x"]), "https://weixin.qq.com/x");
  assert.equal(likeliest([]), undefined);
});
