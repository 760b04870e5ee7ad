/** What this person carries: whole at first, then by changes. */
import { LONG_PATIENCE, Problem, Unreachable, call } from "./api";
import { db, forget, keep, recall, writing } from "./db";
import { session } from "./session";
import { Watched } from "./store";
import type { Body, Checklist, FitRow, Session, TagRow, Task, Unit } from "./types";

/** Names by group and code: Chinese and English. */
export type Dictionaries = Record<string, Record<string, [string, string]>>;

/** Everything in the person's area, or only the units of his tasks. */
export type Duty = "area" | "tasks";

interface Held {
  cursor: string;
  at: string;
  duty?: Duty;
  /** Each whole pack writes its generation on its rows, so that older ones can be told. */
  g: number;
}
interface Packing extends Held {
  next: string | null;
  done: number;
}
/** What stands beside the checklists, each whole when it comes. */
interface Lists {
  dictionaries?: Dictionaries;
  fits?: FitRow[];
  body?: Body | null;
}
const BESIDE = ["dictionaries", "fits", "body"] as const;
interface Page extends Lists {
  cursor: string;
  next: string | null;
  today?: Task[];
  checklists?: Checklist[];
  units: Unit[];
  tags: TagRow[];
}
/** Of the lists only when anything in them has changed. */
interface Delta extends Lists {
  cursor: string;
  more: boolean;
  units: Unit[];
  gone: number[];
  tags: TagRow[];
  today?: Task[];
  /** Empty while the lists are as they were, else all of them. */
  checklists?: Checklist[];
}

export interface Carried {
  held: Held | null;
  units: Map<number, Unit>;
  checklists: Checklist[];
  names: Dictionaries;
  /** Empty while the pack does not tell. */
  fits: FitRow[];
  /** The inspection body that the person acts for. */
  body: Body | null;
  tasks: Task[];
}

const EMPTY: Carried = { held: null, units: new Map(), checklists: [], names: {}, fits: [], body: null, tasks: [] };
export const carried = new Watched<Carried>(EMPTY);
export const progress = new Watched<number | null>(null);

let readings = 0;

export async function loadPack(): Promise<void> {
  const mine = ++readings;
  const base = await db();
  const read: Carried = {
    held: (await recall<Held>("pack")) ?? null,
    units: new Map((await base.getAll("units")).map((unit) => [unit.id, unit])),
    checklists: (await recall<Checklist[]>("checklists")) ?? [],
    names: (await recall<Dictionaries>("dictionaries")) ?? {},
    fits: (await recall<FitRow[]>("fits")) ?? [],
    body: (await recall<Body>("body")) ?? null,
    tasks: (await recall<Task[]>("tasks")) ?? [],
  };
  // One that began before the pack had come must not speak over the one after it.
  if (mine === readings) carried.set(read);
}

export async function tagOf(code: string): Promise<TagRow | undefined> {
  return (await (await db()).get("tags", code))?.row;
}

export interface Size {
  units: number;
  bytes: number;
}

export function estimate(): Promise<Size & { tasks: Size }> {
  return call("pack/estimate");
}

/** One tab takes the pack at a time: the rows of two would pass for each other's old ones. */
async function alone(work: () => Promise<void>, patient = true): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request("field-pack", { ifAvailable: !patient }, (lock) => (lock ? work() : undefined));
}

/** Takes the whole pack, or goes on where an earlier try was cut off; the old one serves meanwhile. */
export async function takePack(duty: Duty): Promise<void> {
  const before = (await recall<Held>("pack"))?.g;
  await alone(async () => {
    // Another tab has taken it while this one waited.
    if ((await recall<Held>("pack"))?.g === before) await takeWhole(duty);
    await loadPack();
  });
}

function ask<T>(duty: Duty | undefined, part: Record<string, string>): Promise<T> {
  const query = new URLSearchParams({ ...(duty === "tasks" ? { duty } : {}), ...part }).toString();
  return call(query ? `pack?${query}` : "pack", undefined, LONG_PATIENCE);
}

async function takeWhole(duty: Duty = "area"): Promise<void> {
  let state = (await recall<Packing>("packing")) ?? null;
  if (state && (state.duty ?? "area") !== duty) state = null;
  const token = session.value?.token;
  try {
    do {
      progress.set(state?.done ?? 0);
      const page: Page = await ask(duty, state?.next ? { after: state.next } : {});
      state = await stored(page, state, duty, token);
      show(page);
    } while (state.next);
  } catch (error) {
    // The place in the pack may have expired on the server: the next try starts anew.
    if (error instanceof Problem) await forget("packing");
    throw error;
  } finally {
    progress.set(null);
  }
  await settle(state, token);
}

/** What has come serves at once: the tasks come first, and the rest may take long. */
function show({ units, today, checklists, dictionaries, fits, body }: Page): void {
  const { value } = carried;
  for (const unit of units) value.units.set(unit.id, unit);
  carried.set({
    ...value,
    tasks: today ?? value.tasks,
    checklists: checklists ?? value.checklists,
    names: dictionaries ?? value.names,
    fits: fits ?? value.fits,
    body: body ?? value.body,
  });
}

async function stored(page: Page, before: Packing | null, duty: Duty, token: Token): Promise<Packing> {
  // Another one than that of the pack it follows, whatever the clock says.
  const g = before?.g ?? Math.max(Date.now(), ((await recall<Held>("pack"))?.g ?? 0) + 1);
  const state: Packing = {
    g,
    duty,
    cursor: before?.cursor ?? page.cursor,
    at: before?.at ?? new Date().toISOString(),
    next: page.next,
    done: (before?.done ?? 0) + page.units.length,
  };
  const tx = await packing(token);
  for (const unit of page.units) void tx.objectStore("units").put({ ...unit, g });
  for (const row of page.tags) void tx.objectStore("tags").put({ code: row[0], row, g });
  const kv = tx.objectStore("kv");
  if (page.checklists) await keepLists(page.checklists, tx);
  for (const name of BESIDE) if (page[name] !== undefined) void kv.put(page[name], name);
  if (page.today) void kv.put(page.today, "tasks");
  void kv.put(state, "packing");
  await tx.done;
  return state;
}

/** The new pack takes the place of the old: what it did not bring is forgotten. */
async function settle({ cursor, at, g, duty = "area" }: Packing, token: Token): Promise<void> {
  const tx = await packing(token);
  for (const name of ["units", "tags"] as const) {
    for (let row = await tx.objectStore(name).openCursor(); row; row = await row.continue()) {
      if (row.value.g !== g) void row.delete();
    }
  }
  void tx.objectStore("kv").put({ cursor, at, g, duty } satisfies Held, "pack");
  void tx.objectStore("kv").delete("packing");
  await tx.done;
}

/**
 * Takes what has changed since the cursor; a cursor too old means the whole pack again. Without
 * patience nothing is done while a pack is being taken: whoever sends must not wait for minutes.
 */
export async function refreshPack(patient = true): Promise<void> {
  await alone(async () => {
    const held = await recall<Held>("pack");
    const packing = await recall<Packing>("packing");
    if (!held || packing) await takeWhole((packing ?? held)?.duty);
    else await takeChanges(held);
    await loadPack();
  }, patient);
}

async function takeChanges(held: Held): Promise<void> {
  const token = session.value?.token;
  try {
    for (let more = true; more; ) {
      const delta: Delta = await ask(held.duty, { cursor: held.cursor });
      held = await apply(delta, held, token);
      more = delta.more;
    }
  } catch (error) {
    // Too old, of another task list, or of a server that writes its marks otherwise now.
    if (!(error instanceof Problem) || ![400, 410].includes(error.status)) throw error;
    await takeWhole(held.duty);
  }
}

async function apply(delta: Delta, held: Held, token: Token): Promise<Held> {
  const { g } = held;
  const next: Held = { ...held, cursor: delta.cursor, at: new Date().toISOString() };
  const tx = await packing(token);
  const kv = tx.objectStore("kv");
  for (const unit of delta.units) void tx.objectStore("units").put({ ...unit, g });
  for (const id of delta.gone) void tx.objectStore("units").delete(id);
  for (const row of delta.tags) void tx.objectStore("tags").put({ code: row[0], row, g });
  if (delta.checklists?.length) await keepLists(delta.checklists, tx);
  for (const name of BESIDE) if (delta[name] !== undefined) void kv.put(delta[name], name);
  if (delta.today) void kv.put(delta.today, "tasks");
  void kv.put(next, "pack");
  await tx.done;
  return next;
}

/**
 * Keeps the new checklists and, marked as ended, those before by which work on this phone was done: a draft
 * is filed by the version it was begun with, and a report is corrected by that of its own.
 */
async function keepLists(lists: Checklist[], tx: Awaited<ReturnType<typeof packing>>): Promise<void> {
  const named = new Set([
    ...(await tx.objectStore("drafts").getAll()).map(({ checklist, version }) => `${checklist} ${version}`),
    ...(await tx.objectStore("items").getAll()).map(({ body }) => `${String(body["checklist"])} ${String(body["checklist_version"])}`),
  ]);
  const now = new Set(lists.map(versionOf));
  const before = ((await tx.objectStore("kv").get("checklists")) ?? []) as Checklist[];
  const ended = before.filter((list) => named.has(versionOf(list)) && !now.has(versionOf(list)));
  void tx.objectStore("kv").put([...lists, ...ended.map((list) => ({ ...list, ended: true }))], "checklists");
}

type Token = string | undefined;

/** For an answer asked for with `token`: after a hand-over, or an erasure, it is not written. */
async function packing(token: Token) {
  const tx = await writing("units", "tags", "kv", "drafts", "items");
  const kept = (await tx.objectStore("kv").get("session")) as Session | null | undefined;
  if (kept?.token === token && !kept?.ended) return tx;
  tx.abort();
  throw new Unreachable("another sign-in");
}

/** A checklist's code and version, by which reports name it. */
export function versionOf({ code, version }: Checklist): string {
  return `${code} ${version}`;
}

/** The checklists that fit a unit today, the most special first. */
export function fitting(lists: Checklist[], category: string, day: string): Checklist[] {
  return lists
    .filter((list) => !list.ended && category.startsWith(list.category_prefix))
    .filter((list) => list.valid_from <= day && (!list.valid_to || list.valid_to > day))
    .sort((a, b) => narrowness(b) - narrowness(a) || b.version - a.version);
}

/** For how few units and inspections a checklist is meant. */
export function narrowness({ category_prefix, inspection_kind }: Checklist): number {
  return 2 * category_prefix.length + (inspection_kind ? 1 : 0);
}

/** Those of `lists` that serve a kind of inspection. */
export function serving(lists: Checklist[], kind: string): Checklist[] {
  return lists.filter(({ inspection_kind: only }) => !only || only === kind);
}

export async function rememberLimits<T>(): Promise<T> {
  const limits = await call<T>("limits");
  await keep("limits", limits);
  return limits;
}
