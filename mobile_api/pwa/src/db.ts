/** The phone's own database. A thing is said to be saved only after its transaction is done. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, Item, Photo, TagRow, Unit } from "./types";

interface Field extends DBSchema {
  kv: { key: string; value: unknown };
  units: { key: number; value: Unit & { g: number } };
  tags: { key: string; value: { code: string; row: TagRow; g: number } };
  drafts: { key: number; value: Draft };
  items: { key: string; value: Item };
  photos: { key: string; value: Photo };
}

export type Store = "kv" | "units" | "tags" | "drafts" | "items" | "photos";

let opened: Promise<IDBPDatabase<Field>> | null = null;

export function db(): Promise<IDBPDatabase<Field>> {
  opened ??= openDB<Field>("jinzhi-field", 1, {
    upgrade(base) {
      base.createObjectStore("kv");
      base.createObjectStore("units", { keyPath: "id" });
      base.createObjectStore("tags", { keyPath: "code" });
      base.createObjectStore("drafts", { keyPath: "unit" });
      base.createObjectStore("items", { keyPath: "id" });
      base.createObjectStore("photos", { keyPath: "sha" });
    },
    // A browser under pressure may close it; the next call opens it again.
    terminated: () => void (opened = null),
  });
  return opened;
}

/** A writing transaction that is on the disk when it is done, not only in a cache. */
export async function writing<S extends Store>(...stores: S[]) {
  return (await db()).transaction(stores, "readwrite", { durability: "strict" });
}

export async function recall<T>(key: string): Promise<T | undefined> {
  return (await (await db()).get("kv", key)) as T | undefined;
}

export async function keep(key: string, value: unknown): Promise<void> {
  await (await db()).put("kv", value, key);
}

export async function forget(key: string): Promise<void> {
  await (await db()).delete("kv", key);
}
