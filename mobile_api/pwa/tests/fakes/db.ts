/** The phone's database for Node: the same calls as src/db.ts, kept in memory, each answer a copy. */
import type { Store } from "../../src/db";

const KEYS: Record<Store, string | null> = { kv: null, units: "id", tags: "code", drafts: "id", items: "id", photos: "sha", files: "id" };
type Rows = Map<unknown, unknown>;
const stores = new Map<Store, Rows>();

let full: (name: Store, value: unknown) => boolean = () => false;

/** From now on the phone has no room for what `when` names. */
export function fill(when: typeof full): void {
  full = when;
}

export function wipe(): void {
  full = () => false;
  for (const name of Object.keys(KEYS) as Store[]) stores.set(name, new Map());
}
wipe();

function rows(name: Store): Rows {
  return stores.get(name) as Rows;
}

function keyOf(name: Store, value: unknown, key?: unknown): unknown {
  const path = KEYS[name];
  return path === null ? key : (value as Record<string, unknown>)[path];
}

function opened(name: Store) {
  return {
    get: async (key: unknown) => structuredClone(rows(name).get(key)),
    getAll: async () => structuredClone([...rows(name).values()]),
    put: async (value: unknown, key?: unknown) => {
      if (full(name, value)) throw new DOMException("no room", "QuotaExceededError");
      rows(name).set(keyOf(name, value, key), structuredClone(value));
    },
    add: async (value: unknown, key?: unknown) => {
      if (rows(name).has(keyOf(name, value, key))) throw new DOMException("the key is there", "ConstraintError");
      rows(name).set(keyOf(name, value, key), structuredClone(value));
    },
    delete: async (key: unknown) => void rows(name).delete(key),
    clear: async () => rows(name).clear(),
    openCursor: async () => cursor(name, [...rows(name).entries()], 0),
  };
}

function cursor(name: Store, entries: [unknown, unknown][], at: number): unknown {
  const entry = entries[at];
  if (!entry) return null;
  return {
    value: structuredClone(entry[1]),
    delete: async () => void rows(name).delete(entry[0]),
    continue: async () => cursor(name, entries, at + 1),
  };
}

export async function db() {
  return {
    get: (name: Store, key: unknown) => opened(name).get(key),
    getAll: (name: Store) => opened(name).getAll(),
    put: (name: Store, value: unknown, key?: unknown) => opened(name).put(value, key),
    delete: (name: Store, key: unknown) => opened(name).delete(key),
    clear: (name: Store) => opened(name).clear(),
  };
}

export async function writing() {
  return { objectStore: opened, done: Promise.resolve(), abort: () => undefined };
}

export const reading = writing;
export const noRoom = (error: unknown) => error instanceof DOMException && error.name === "QuotaExceededError";

export const recall = (key: string) => opened("kv").get(key);
export const keep = (key: string, value: unknown) => opened("kv").put(value, key);
export const forget = (key: string) => opened("kv").delete(key);
