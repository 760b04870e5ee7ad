import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { TimedOut, ask, call } from "../src/api";
import { afresh, network, says } from "./phone";

beforeEach(afresh);

test("a browser without AbortSignal.timeout reaches the server", async () => {
  const { timeout } = AbortSignal;
  Object.defineProperty(AbortSignal, "timeout", { value: undefined, configurable: true });
  try {
    network(() => says({ units: 1 }));
    assert.deepEqual(await call("pack/estimate"), { units: 1 });
  } finally {
    Object.defineProperty(AbortSignal, "timeout", { value: timeout, configurable: true });
  }
});

test("a line that is dead is given up as such", async () => {
  globalThis.fetch = (_address, init) =>
    new Promise((_done, fail) => {
      const { signal } = init as { signal: AbortSignal };
      signal.addEventListener("abort", () => fail(signal.reason));
    });
  await assert.rejects(ask("limits", {}, 5), TimedOut);
});
