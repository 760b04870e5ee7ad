/** What this person carries: whole at first, then by changes. */
import { Problem, call } from "./api";
import { db, forget, keep, recall, writing } from "./db";
import { Watched } from "./store";
import type { Checklist, TagRow, Task, Unit } from "./types";

/** Names by group and code: Chinese and English. */
export type Dictionaries = Record<string, Record<string, [string, string]>>;

interface Held {
  cursor: string;
  at: string;
  /** Each whole pack writes its generation on its rows, so that older ones can be told. */
  g: number;
}
interface Packing extends Held {
  next: string | null;
  done: number;
}
interface Page {
  cursor: string;
  next: string | null;
  today?: Task[];
  dictionaries?: Dictionaries;
  checklists?: Checklist[];
  units: Unit[];
  tags: TagRow[];
}
interface Delta {
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
  tasks: Task[];
}

const EMPTY: Carried = { held: null, units: new Map(), checklists: [], names: {}, tasks: [] };
export const carried = new Watched<Carried>(EMPTY);
export const progress = new Watched<number | null>(null);

export async function loadPack(): Promise<void> {
  const base = await db();
  carried.set({
    held: (await recall<Held>("pack")) ?? null,
    units: new Map((await base.getAll("units")).map((unit) => [unit.id, unit])),
    checklists: (await recall<Checklist[]>("checklists")) ?? [],
    names: (await recall<Dictionaries>("dictionaries")) ?? {},
    tasks: (await recall<Task[]>("tasks")) ?? [],
  });
}

export async function tagOf(code: string): Promise<TagRow | undefined> {
  return (await (await db()).get("tags", code))?.row;
}

export function estimate(): Promise<{ units: number; bytes: number }> {
  return call("pack/estimate");
}

/** Takes the whole pack, or goes on where an earlier try was cut off; the old one serves meanwhile. */
export async function takePack(): Promise<void> {
  let state = (await recall<Packing>("packing")) ?? null;
  try {
    do {
      progress.set(state?.done ?? 0);
      const page: Page = await call(state?.next ? `pack?after=${encodeURIComponent(state.next)}` : "pack");
      state = await stored(page, state);
    } while (state.next);
  } catch (error) {
    // The place in the pack may have expired on the server: the next try starts anew.
    if (error instanceof Problem) await forget("packing");
    throw error;
  } finally {
    progress.set(null);
  }
  await settle(state);
  await loadPack();
}

async function stored(page: Page, before: Packing | null): Promise<Packing> {
  const g = before?.g ?? Date.now();
  const state: Packing = {
    g,
    cursor: before?.cursor ?? page.cursor,
    at: before?.at ?? new Date().toISOString(),
    next: page.next,
    done: (before?.done ?? 0) + page.units.length,
  };
  const tx = await writing("units", "tags", "kv");
  for (const unit of page.units) void tx.objectStore("units").put({ ...unit, g });
  for (const row of page.tags) void tx.objectStore("tags").put({ code: row[0], row, g });
  const kv = tx.objectStore("kv");
  if (page.checklists) void kv.put(page.checklists, "checklists");
  if (page.dictionaries) void kv.put(page.dictionaries, "dictionaries");
  if (page.today) void kv.put(page.today, "tasks");
  void kv.put(state, "packing");
  await tx.done;
  return state;
}

/** The new pack takes the place of the old: what it did not bring is forgotten. */
async function settle({ cursor, at, g }: Packing): Promise<void> {
  const tx = await writing("units", "tags", "kv");
  for (const name of ["units", "tags"] as const) {
    for (let row = await tx.objectStore(name).openCursor(); row; row = await row.continue()) {
      if (row.value.g !== g) void row.delete();
    }
  }
  void tx.objectStore("kv").put({ cursor, at, g } satisfies Held, "pack");
  void tx.objectStore("kv").delete("packing");
  await tx.done;
}

/** Takes what has changed since the cursor; a cursor too old means the whole pack again. */
export async function refreshPack(): Promise<void> {
  let held = await recall<Held>("pack");
  if (!held || (await recall("packing"))) return takePack();
  try {
    for (let more = true; more; ) {
      const delta: Delta = await call(`pack?cursor=${encodeURIComponent(held.cursor)}`);
      held = await apply(delta, held);
      more = delta.more;
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 410) throw error;
    await takePack();
  }
  await loadPack();
}

async function apply(delta: Delta, held: Held): Promise<Held> {
  const { g } = held;
  const next: Held = { ...held, cursor: delta.cursor, at: new Date().toISOString() };
  const tx = await writing("units", "tags", "kv");
  for (const unit of delta.units) void tx.objectStore("units").put({ ...unit, g });
  for (const id of delta.gone) void tx.objectStore("units").delete(id);
  for (const row of delta.tags) void tx.objectStore("tags").put({ code: row[0], row, g });
  if (delta.checklists?.length) void tx.objectStore("kv").put(delta.checklists, "checklists");
  if (delta.today) void tx.objectStore("kv").put(delta.today, "tasks");
  void tx.objectStore("kv").put(next, "pack");
  await tx.done;
  return next;
}

/** The checklists that fit a unit today, the most special first. */
export function fitting(lists: Checklist[], category: string, day: string): Checklist[] {
  return lists
    .filter((list) => category.startsWith(list.category_prefix))
    .filter((list) => list.valid_from <= day && (!list.valid_to || list.valid_to > day))
    .sort((a, b) => b.category_prefix.length - a.category_prefix.length || b.version - a.version);
}

export async function rememberLimits<T>(): Promise<T> {
  const limits = await call<T>("limits");
  await keep("limits", limits);
  return limits;
}
