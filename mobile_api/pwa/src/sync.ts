/** Sends by itself: facts first, then photos, then asks for receipts until they say all is there. */
import { LONG_PATIENCE, Problem, TimedOut, Unreachable, answers, call } from "./api";
import { db, forget, recall } from "./db";
import { inHand } from "./desk";
import { applyReceipts, box, loadBox, putItem, tally, tidy } from "./outbox";
import { carried, refreshPack, rememberLimits } from "./pack";
import { session } from "./session";
import { fillShell } from "./shell";
import { Watched } from "./store";
import { keepFiles, refreshTodo } from "./todo";
import type { Item, Limits, Receipt } from "./types";
import { ofDesk } from "./unsent";
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
/** So many refused in one go, it is not for what they say: the others of their kind wait for the next one. */
const MOST_REFUSED = 5;
/** So many photos without an answer one after the other, the server is gone. */
const MOST_LOST = 3;

let failures = 0;
let idle = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
let again = false;

export function start(): void {
  addEventListener("online", () => kick());
  addEventListener("offline", () => line.set({ ...line.value, reached: false }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void session.look().then(kick);
  });
  kick();
}

/** Tries now; called when something was made, the network came back, or by the button. */
export function kick(): void {
  failures = idle = 0;
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
  const open = tally(box.value).unsent > 0 || box.value.items.some((item) => item.state === "waiting");
  if (!session.value || session.value.expired || (done && !open)) return;
  // Staff may take days over what waits for them: it is asked after ever less often.
  const pause = Math.min(LONGEST_PAUSE, done ? POLL * 2 ** idle++ : FIRST_PAUSE * 2 ** (failures - 1));
  const wait = pause * (0.5 + Math.random());
  line.set({ ...line.value, retryAt: Date.now() + wait });
  timer = setTimeout(() => void run(), wait);
}

/** One go. What goes wrong with one item or photo is noted in `faults`, and the others go on. */
async function pass(): Promise<End> {
  const before = answers;
  const faults: unknown[] = [];
  let end: End = "done";
  try {
    await loadBox();
    const limits = (await recall<Limits>("limits")) ?? (await rememberLimits<Limits>());
    await sendItems(limits, faults);
    if (!(await sendPhotos(faults))) end = "again";
    await askReceipts(limits);
    await tidy(inHand());
    await refreshTodo();
    await freshen();
    await keepFiles(() => again);
    // Nothing had to be asked: whether the server can be reached is seen by a small question.
    if (answers === before && navigator.onLine) await rememberLimits();
    fillShell();
  } catch (error) {
    if (error instanceof Unreachable) end = "unreachable";
    else faults.push(error);
  }
  if (!faults.length) return end;
  const [first] = faults;
  line.set({ ...line.value, trouble: first instanceof Problem || first instanceof Unreachable ? first.message : String(first) });
  return end === "done" ? "again" : end;
}

/** How often an item or a photo, by its id or hash, has met trouble of its own: those go after the others. */
const troubles = new Map<string, number>();

function byTrouble<T>(rows: T[], key: (row: T) => string): T[] {
  const times = (row: T) => troubles.get(key(row)) ?? 0;
  return rows.sort((a, b) => times(a) - times(b));
}

/** Enough of one kind has been refused in this go. */
class Enough extends Error {}

/** Trouble with one item or photo, which ends nothing for the others until it is enough. */
class Blame {
  private count = 0;

  constructor(private readonly faults: unknown[]) {}

  note(key: string, error: unknown): void {
    troubles.set(key, (troubles.get(key) ?? 0) + 1);
    this.faults.push(error);
    this.count += 1;
    if (this.count >= MOST_REFUSED) throw new Enough();
  }
}

/** Does what may be enough; whether it came to its end. */
async function unlessEnough(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Enough) return false;
    throw error;
  }
}

function mine(): Item[] {
  const user = session.value?.user.id;
  return box.value.items.filter((item) => item.owner === user).reverse();
}

/** How many items the line has borne of late: fewer after a batch that took too long. */
let bearable = Infinity;

async function sendItems(limits: Limits, faults: unknown[]): Promise<void> {
  const queued = byTrouble(mine().filter((item) => item.state === "queued"), ({ id }) => id);
  if (!queued.length) return;
  // What the receipts said before, they did not say of these.
  line.set({ ...line.value, checkedAt: null });
  const most = Math.min(bearable, limits.outbox_max_items);
  bearable *= 2;
  for (const path of ["decisions", "outbox"] as const) {
    const own = queued.filter((item) => ofDesk(item) === (path === "decisions"));
    const blame = new Blame(faults);
    await unlessEnough(async () => {
      for (const batch of batches(own, most, limits.outbox_max_bytes)) await post(batch, blame, path);
    });
  }
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

/** Sends a batch; of one that is refused the halves, until the item is found that is not let through. */
async function post(batch: Item[], blame: Blame, path: "decisions" | "outbox"): Promise<void> {
  const sent = { app: VERSION, device_now: new Date().toISOString(), items: batch.map(envelope) };
  const [first] = batch as [Item];
  const before = answers;
  try {
    await applyReceipts((await call<Receipts>(path, sent, LONG_PATIENCE)).receipts);
  } catch (error) {
    const refused = error instanceof Problem && error.status !== 401;
    const answered = answers > before;
    if (!refused) {
      // On a line so slow a dead one is likely too, and a server may fail over one item: the smaller batch goes next time.
      if (error instanceof TimedOut || answered) bearable = Math.max(1, batch.length >> 1);
      if (!(error instanceof Unreachable) || !answered || batch.length > 1) throw error;
      return blame.note(first.id, error);
    }
    if (batch.length < 2) {
      await putItem({ ...first, why: error.message });
      return blame.note(first.id, error);
    }
    // The server's limits are not what they were when it was asked.
    if (LOWERED.has(error.code)) await forget("limits");
    const half = batch.length >> 1;
    await post(batch.slice(0, half), blame, path);
    await post(batch.slice(half), blame, path);
  }
}

const LOWERED = new Set(["too-many-items", "outbox-too-large"]);

interface Receipts {
  receipts: Receipt[];
}

/** Sends the photos; false when some must be tried again, or when something newer is to go before the rest. */
async function sendPhotos(faults: unknown[]): Promise<boolean> {
  const user = session.value?.user.id;
  const queued = box.value.photos.filter((photo) => photo.owner === user && photo.state === "queued");
  const blame = new Blame(faults);
  let all = true;
  let lost = 0;
  const done = await unlessEnough(async () => {
    for (const { sha } of byTrouble(queued, (photo) => photo.sha)) {
      const photo = await (await db()).get("photos", sha);
      if (photo?.state !== "queued") continue;
      const before = answers;
      try {
        await send(photo);
        lost = 0;
      } catch (error) {
        all = false;
        if (!(error instanceof Unreachable) || answers > before) blame.note(sha, error);
        else if (!navigator.onLine || ++lost >= MOST_LOST) throw error;
      }
      if (again) return;
    }
  });
  return all && done && !again;
}

/** Asks after everything that is not settled, and once more after all when nothing is left. */
async function askReceipts(limits: Limits): Promise<void> {
  const unsettled = mine().filter((item) => item.state === "waiting" || item.state === "held");
  const told = await receipts(unsettled, limits);
  if (tally(box.value).unsent) {
    line.set({ ...line.value, checkedAt: null });
    return;
  }
  const settled = mine().filter((item) => item.state === "accepted" || item.state === "duplicate").slice(-limits.outbox_max_items);
  const heard = (await receipts(settled, limits)) + told;
  const checkedAt = heard && !tally(box.value).unsent ? new Date().toISOString() : null;
  line.set({ ...line.value, checkedAt });
}

/** Asks after the items; answers of how many the server told something. */
async function receipts(items: Item[], { outbox_max_items: most }: Limits): Promise<number> {
  let told = 0;
  for (let at = 0; at < items.length; at += most) {
    const ids = items.slice(at, at + most).map((item) => item.id);
    const { receipts: found } = await call<Receipts>("receipts", { ids });
    await applyReceipts(found);
    told += found.length;
  }
  return told;
}

async function freshen(): Promise<void> {
  const { held } = carried.value;
  // Whatever the clock: one that was ahead when the pack was taken must not keep it for ever.
  if (held ? Math.abs(Date.now() - Date.parse(held.at)) > PACK_AGE : await recall("packing")) await refreshPack(false);
}

