/** Sends by itself: facts first, then photos, then asks for receipts until they say all is there. */
import { LONG_PATIENCE, Problem, TimedOut, Unreachable, answers, call } from "./api";
import { db, forget, recall } from "./db";
import { applyReceipts, box, loadBox, tally, tidy } from "./outbox";
import { carried, refreshPack, rememberLimits } from "./pack";
import { session } from "./session";
import { Watched } from "./store";
import type { Item, Limits, Receipt } from "./types";
import { send } from "./uploads";

export const VERSION = "1.0.0";

export interface Line {
  busy: boolean;
  /** Whether the last try reached the server. */
  reached: boolean;
  /** When it will be tried again; milliseconds since 1970. */
  retryAt: number | null;
  /** When the receipts last said that everything is on the server. */
  checkedAt: string | null;
  /** What the server refused of a whole call, in its own words. */
  trouble: string;
}

/** How a try ended: all done, something to try again, or no server. */
type End = "done" | "again" | "unreachable";

export const line = new Watched<Line>({ busy: false, reached: navigator.onLine, retryAt: null, checkedAt: null, trouble: "" });

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 5 * 60_000;
const POLL = 15_000;
const PACK_AGE = 10 * 60_000;

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
let again = false;

export function start(): void {
  addEventListener("online", () => kick());
  addEventListener("offline", () => line.set({ ...line.value, reached: false }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && kick());
  kick();
}

/** Tries now; called when something was made, the network came back, or by the button. */
export function kick(): void {
  failures = 0;
  clearTimeout(timer);
  void run();
}

async function run(): Promise<void> {
  if (running) {
    again = true;
    return;
  }
  if (!session.value || session.value.expired) return;
  running = true;
  again = false;
  line.set({ ...line.value, busy: true, retryAt: null, trouble: "" });
  const before = answers;
  // What nobody foresaw, such as a full disk, must not end the sending for good.
  const end = await alone(pass).catch((error: unknown): End => {
    line.set({ ...line.value, trouble: String(error) });
    return "again";
  });
  failures = end === "done" ? 0 : failures + 1;
  running = false;
  // A go that had nothing to ask says nothing of the network.
  line.set({ ...line.value, busy: false, reached: end !== "unreachable" && (answers > before || line.value.reached) });
  if (again) void run();
  else schedule(end === "done");
}

/** Only one tab sends at a time. */
async function alone(work: () => Promise<End>): Promise<End> {
  if (!navigator.locks) return work();
  return navigator.locks.request("field-sync", work);
}

function schedule(done: boolean): void {
  const { complete } = tally(box.value);
  if (!session.value || session.value.expired || (done && complete)) return;
  const pause = done ? POLL : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
  const wait = pause * (0.5 + Math.random());
  line.set({ ...line.value, retryAt: Date.now() + wait });
  timer = setTimeout(() => void run(), wait);
}

/** One go. */
async function pass(): Promise<End> {
  const before = answers;
  try {
    await loadBox();
    const limits = (await recall<Limits>("limits")) ?? (await rememberLimits<Limits>());
    await sendItems(limits);
    const sent = await sendPhotos();
    await askReceipts(limits);
    await tidy();
    await freshen();
    // Nothing had to be asked: whether the server can be reached is seen by a small question.
    if (answers === before && navigator.onLine) await rememberLimits();
    return sent ? "done" : "again";
  } catch (error) {
    if (error instanceof Unreachable) return "unreachable";
    if (!(error instanceof Problem)) throw error;
    line.set({ ...line.value, trouble: error.message });
    return "again";
  }
}

function mine(): Item[] {
  const user = session.value?.user.id;
  return box.value.items.filter((item) => item.owner === user).reverse();
}

/** How many items the line has borne of late: fewer after a batch that took too long. */
let bearable = Infinity;

async function sendItems(limits: Limits): Promise<void> {
  const queued = mine().filter((item) => item.state === "queued");
  // What the receipts said before, they did not say of these.
  if (queued.length) line.set({ ...line.value, checkedAt: null });
  for (const batch of batches(queued, Math.min(bearable, limits.outbox_max_items), limits.outbox_max_bytes)) await post(batch);
  if (queued.length) bearable *= 2;
}

/** Batches within the announced limits, in the order made. */
export function batches(items: Item[], most: number, bytes: number): Item[][] {
  const cut: Item[][] = [];
  let size = Infinity;
  for (const item of items) {
    const own = new TextEncoder().encode(JSON.stringify(envelope(item))).length + 200;
    const last = cut.at(-1);
    if (!last || last.length >= most || size + own > bytes) {
      cut.push([item]);
      size = own + 200;
    } else {
      last.push(item);
      size += own;
    }
  }
  return cut;
}

function envelope({ id, type, made_at, after, body }: Item): Record<string, unknown> {
  return { id, type, made_at, ...(after ? { after } : {}), body };
}

async function post(batch: Item[]): Promise<void> {
  const sent = { app: VERSION, device_now: new Date().toISOString(), items: batch.map(envelope) };
  try {
    await applyReceipts(receiptsIn(await call("outbox", sent, LONG_PATIENCE)));
  } catch (error) {
    // On a line so slow a dead one is likely too: the smaller batch goes with the next try.
    if (error instanceof TimedOut) bearable = Math.max(1, batch.length >> 1);
    if (!(error instanceof Problem)) throw error;
    const lowered = LOWERED.has(error.code);
    // The server's limits are not what they were when it was asked.
    if (lowered) await forget("limits");
    // Or a proxy has a smaller one than the server told: halves go through where the whole did not.
    if (!(lowered || error.status === 413) || batch.length < 2) throw error;
    const half = batch.length >> 1;
    await post(batch.slice(0, half));
    await post(batch.slice(half));
  }
}

const LOWERED = new Set(["too-many-items", "outbox-too-large"]);

function receiptsIn(answer: unknown): Receipt[] {
  if (Array.isArray(answer)) return answer as Receipt[];
  const { receipts, items } = answer as { receipts?: Receipt[]; items?: Receipt[] };
  return receipts ?? items ?? [];
}

async function sendPhotos(): Promise<boolean> {
  const user = session.value?.user.id;
  let all = true;
  for (const { sha } of box.value.photos.filter((photo) => photo.owner === user && photo.state === "queued")) {
    const photo = await (await db()).get("photos", sha);
    if (photo?.state !== "queued") continue;
    try {
      await send(photo);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!navigator.onLine) throw error;
      all = false;
    }
  }
  return all;
}

/** Asks after everything that is not settled, and once more after all when nothing is left. */
async function askReceipts(limits: Limits): Promise<void> {
  const unsettled = mine().filter((item) => item.state === "waiting" || item.state === "held");
  const told = await receipts(unsettled, limits);
  if (!tally(box.value).complete) {
    line.set({ ...line.value, checkedAt: null });
    return;
  }
  const settled = mine().filter((item) => item.state === "accepted" || item.state === "duplicate").slice(-limits.outbox_max_items);
  const heard = (await receipts(settled, limits)) + told;
  const checkedAt = heard && tally(box.value).complete ? new Date().toISOString() : null;
  line.set({ ...line.value, checkedAt });
}

/** Asks after the items; answers of how many the server told something. */
async function receipts(items: Item[], { outbox_max_items: most }: Limits): Promise<number> {
  let told = 0;
  for (let at = 0; at < items.length; at += most) {
    const ids = items.slice(at, at + most).map((item) => item.id);
    const found = receiptsIn(await call("receipts", { ids }));
    await applyReceipts(found);
    told += found.length;
  }
  return told;
}

async function freshen(): Promise<void> {
  const { held } = carried.value;
  if (held && Date.now() - Date.parse(held.at) > PACK_AGE) await refreshPack(false);
}

