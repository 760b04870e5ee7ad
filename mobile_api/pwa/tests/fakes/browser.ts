/** What the client asks of a browser when it is loaded or has several tabs. */
const queues = new Map<string, Promise<unknown>>();

/** One at a time for each name, in the order asked. */
function request<T>(name: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
  queues.set(name, turn);
  return turn;
}

const fakes = { navigator: { onLine: true, userAgent: "(Node)", locks: { request } }, location: { reload: () => undefined } };
for (const [name, value] of Object.entries(fakes)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

// The pause before the next try must not keep Node waiting for it.
const { setTimeout: real } = globalThis;
globalThis.setTimeout = ((work: () => void, pause = 0) => {
  const timer = real(work, pause);
  if (pause > 500) timer.unref();
  return timer;
}) as typeof setTimeout;
