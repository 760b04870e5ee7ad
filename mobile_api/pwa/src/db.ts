/** The phone's own database. A thing is said to be saved only after its transaction is done. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, Item, KeptFile, Photo, TagRow, Unit } from "./types";

interface Field extends DBSchema {
  kv: { key: string; value: unknown };
  units: { key: number; value: Unit & { g: number } };
  tags: { key: string; value: { code: string; row: TagRow; g: number } };
  drafts: { key: string; value: Draft };
  items: { key: string; value: Item };
  photos: { key: string; value: Photo };
  files: { key: string; value: KeptFile };
}

export type Store = "kv" | "units" | "tags" | "drafts" | "items" | "photos" | "files";

let opened: Promise<IDBPDatabase<Field>> | null = null;

/** The database, opened anew where the connection was lost: a system short of memory cuts it, and not all tell. */
export async function db(): Promise<IDBPDatabase<Field>> {
  const held = opening();
  const base = await held;
  if (alive(base)) return base;
  if (opened === held) opened = null;
  return opening();
}

function alive(base: IDBPDatabase<Field>): boolean {
  try {
    base.transaction("kv");
    return true;
  } catch {
    return false;
  }
}

function opening(): Promise<IDBPDatabase<Field>> {
  opened ??= openDB<Field>("jinzhi-field", 3, {
    async upgrade(base, before, _now, tx) {
      if (before < 3) base.createObjectStore("files", { keyPath: "id" });
      if (before < 1) {
        base.createObjectStore("kv");
        base.createObjectStore("units", { keyPath: "id" });
        base.createObjectStore("tags", { keyPath: "code" });
        base.createObjectStore("items", { keyPath: "id" });
        base.createObjectStore("photos", { keyPath: "sha" });
        base.createObjectStore("drafts", { keyPath: "id" });
      }
      if (before !== 1) return;
      // The first version had one draft for a unit, so that a correction overwrote a new report.
      const kept = await tx.objectStore("drafts").getAll();
      const units = new Map((await tx.objectStore("units").getAll()).map((unit) => [unit.id, unit]));
      base.deleteObjectStore("drafts");
      const drafts = base.createObjectStore("drafts", { keyPath: "id" });
      for (const draft of kept) {
        const about = units.get(draft.unit);
        const defects = draft.defects.map((defect) => ({ ...defect, id: crypto.randomUUID() }));
        await drafts.put({ ...draft, defects, ...(about ? { about } : {}) });
      }
    },
    // Another tab has a newer app: it must not wait for this one.
    blocking(_now, _wanted, event) {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    // A browser under pressure may close it; the next call opens it again.
    terminated: () => void (opened = null),
  });
  opened.catch(() => (opened = null));
  return opened;
}

/** A writing transaction that is on the disk when it is done, not only in a cache. */
export async function writing<S extends Store>(...stores: S[]) {
  const tx = (await db()).transaction(stores, "readwrite", { durability: "strict" });
  // Whoever awaits it still hears of a failure; a request that failed first was heard of already.
  tx.done.catch(() => undefined);
  return tx;
}

/** What stands in several stores at one moment: between two transactions another may write. */
export async function reading<S extends Store>(...stores: S[]) {
  return (await db()).transaction(stores, "readonly");
}

/** Whether the phone is full. */
export function noRoom(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
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
