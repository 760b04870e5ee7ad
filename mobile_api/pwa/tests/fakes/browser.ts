/** What the client asks of a browser when it is loaded or has several tabs. */
import { webcrypto } from "node:crypto";

const queues = new Map<string, Promise<unknown>>();
const held = new Map<string, number>();
type Work = (lock: object | null) => unknown;

/** One at a time for each name, in the order asked. */
async function request(name: string, ...given: [Work] | [{ ifAvailable: boolean }, Work]): Promise<unknown> {
  const work = given.at(-1) as Work;
  const waiting = held.get(name) ?? 0;
  if (given.length === 2 && given[0].ifAvailable && waiting) return work(null);
  held.set(name, waiting + 1);
  const turn = (queues.get(name) ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => work({}))
    .finally(() => held.set(name, (held.get(name) ?? 1) - 1));
  queues.set(name, turn);
  return turn;
}

const fakes = { navigator: { onLine: true, userAgent: "(Node)", locks: { request } }, location: { reload: () => undefined } };
for (const [name, value] of Object.entries(fakes)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

// Node 18, which Debian 12 has, does not hand it out by itself.
if (!("crypto" in globalThis)) Object.defineProperty(globalThis, "crypto", { value: webcrypto });

// The pause before the next try must not keep Node waiting for it.
const { setTimeout: real } = globalThis;
globalThis.setTimeout = ((work: () => void, pause = 0) => {
  const timer = real(work, pause);
  if (pause > 500) timer.unref();
  return timer;
}) as typeof setTimeout;
