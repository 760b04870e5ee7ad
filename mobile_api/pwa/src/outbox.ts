/** What was done on this phone and what the server says became of it. */
import { db, writing } from "./db";
import { session } from "./session";
import { Watched } from "./store";
import type { Draft, Fix, Item, ItemState, Photo, Receipt } from "./types";

export interface Box {
  items: Item[];
  photos: Photo[];
  drafts: Draft[];
}

export const box = new Watched<Box>({ items: [], photos: [], drafts: [] });

const ARRIVED: ReadonlySet<ItemState> = new Set<ItemState>(["accepted", "duplicate", "held", "conflict"]);
const KEEP_DAYS = 30;

export function arrived(item: Item): boolean {
  return ARRIVED.has(item.state);
}

export async function loadBox(): Promise<void> {
  const base = await db();
  const [items, photos, drafts] = [await base.getAll("items"), await base.getAll("photos"), await base.getAll("drafts")];
  items.sort((a, b) => b.made_at.localeCompare(a.made_at));
  box.set({ items, photos, drafts });
}

/** The draft of a unit's next report, or of the correction of the one named. */
export function draftOf(drafts: Draft[], unit: number, supersedes?: string): Draft | undefined {
  return drafts.find((draft) => draft.unit === unit && draft.supersedes === supersedes);
}

export interface Tally {
  unsent: number;
  bytes: number;
  complete: boolean;
}

/** Complete only when each item has a receipt that says so and each photo's hash was confirmed. */
export function tally({ items, photos }: Box): Tally {
  const waiting = items.filter((item) => !arrived(item) && !item.saved).length;
  const flying = photos.filter((photo) => photo.state === "queued" || (photo.state === "refused" && !photo.saved));
  const bytes = flying.reduce((sum, photo) => sum + (photo.state === "queued" ? photo.size - photo.sent : 0), 0);
  const unsent = waiting + flying.length;
  return { unsent, bytes, complete: unsent === 0 };
}

function owner(): number {
  const user = session.value?.user;
  if (!user) throw new Error("nobody is signed in");
  return user.id;
}

/** Keeps a scan before anything is shown of it. */
export async function addScan(raw: string, title: string, fix: Fix | null): Promise<Item> {
  const now = new Date().toISOString();
  const id = crypto.randomUUID();
  const body = { raw, client_id: id, scanned_at: now, position: fix, mock: false };
  const item: Item = { id, type: "scan", made_at: now, body, owner: owner(), title, photos: [], state: "queued" };
  const tx = await writing("items");
  await tx.objectStore("items").add(item);
  await tx.done;
  await loadBox();
  return item;
}

/** Keeps a draft as it stands. */
export async function keepDraft(draft: Draft): Promise<void> {
  const tx = await writing("drafts");
  await tx.objectStore("drafts").put({ ...draft, owner: owner() });
  await tx.done;
}

export function photosOf(draft: Draft): string[] {
  return [...new Set([...draft.photos, ...draft.defects.flatMap((defect) => defect.photos)])];
}

/** Forgets a draft, and its photos where nothing else names them: the same picture is kept once. */
export async function dropDraft(draft: Draft): Promise<void> {
  const tx = await writing("drafts", "photos", "items");
  void tx.objectStore("drafts").delete(draft.id);
  const others = (await tx.objectStore("drafts").getAll()).filter((one) => one.id !== draft.id);
  const items = await tx.objectStore("items").getAll();
  const named = new Set([...others.flatMap(photosOf), ...items.flatMap((item) => item.photos)]);
  for (const sha of photosOf(draft)) {
    const photo = await tx.objectStore("photos").get(sha);
    if (photo?.state === "draft" && !named.has(sha)) void tx.objectStore("photos").delete(sha);
  }
  await tx.done;
  await loadBox();
}

/** The draft becomes a fact in the outbox, in one transaction with its photos. */
export async function fileDraft(draft: Draft, title: string): Promise<void> {
  const now = new Date().toISOString();
  const photos = photosOf(draft);
  const former = draft.supersedes ? box.value.items.find((item) => item.id === draft.supersedes) : undefined;
  const body = bodyOf(draft, now);
  const item: Item = {
    id: draft.id,
    type: draft.supersedes ? "correction" : "report",
    made_at: now,
    ...(former && !arrived(former) ? { after: former.id } : {}),
    body,
    owner: owner(),
    title,
    photos,
    state: "queued",
  };
  const tx = await writing("items", "photos", "drafts");
  // Another tab may have filed under this id: the same report goes once, a different one apart.
  const filed = await tx.objectStore("items").get(draft.id);
  if (!filed) await tx.objectStore("items").add(item);
  else if (!alike(filed.body, body)) await tx.objectStore("items").add({ ...item, id: crypto.randomUUID() });
  for (const sha of photos) {
    const photo = await tx.objectStore("photos").get(sha);
    if (photo?.state === "draft") void tx.objectStore("photos").put({ ...photo, state: "queued" });
  }
  void tx.objectStore("drafts").delete(draft.id);
  await tx.done;
  await loadBox();
}

/** Whether two bodies say the same, whenever and wherever they were filed. */
function alike(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const said = (body: Record<string, unknown>) => sorted({ ...body, device_time: null, position: null });
  return said(one) === said(other);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function bodyOf(draft: Draft, now: string): Record<string, unknown> {
  const { unit, tag, checklist, version, kind, answers, closes, photos, conclusion, remark, fix } = draft;
  const defects = draft.defects.map(({ id: _id, ...told }) => told);
  return {
    unit, kind, answers, conclusion, remark, defects, closes, photos, checklist,
    checklist_version: version, tag_code: tag, device_time: now, position: fix,
    ...(draft.supersedes ? { supersedes: draft.supersedes, reason: draft.reason ?? "" } : {}),
  };
}

/** Writes the server's word on its items. What it does not know goes out again. */
export async function applyReceipts(receipts: Receipt[]): Promise<void> {
  const tx = await writing("items", "photos");
  const items = tx.objectStore("items");
  for (const receipt of receipts) {
    const item = await items.get(receipt.id);
    if (!item) continue;
    const state: ItemState = receipt.state === "unknown" ? "queued" : receipt.state;
    void items.put({ ...item, state, receipt });
    for (const sha of receipt.missing ?? []) {
      const photo = await tx.objectStore("photos").get(sha);
      // Confirmed before, yet missing now: as long as the phone has it, it goes again.
      if (photo?.blob && photo.state === "there") void tx.objectStore("photos").put(again(photo));
    }
  }
  await tx.done;
  await loadBox();
}

function again(photo: Photo): Photo {
  const { upload: _upload, why: _why, saved: _saved, ...rest } = photo;
  return { ...rest, state: "queued", sent: 0 };
}

/** Sends a refused photo once more, by the inspector's wish. */
export async function sendAgain(photo: Photo): Promise<void> {
  await putPhoto(again(photo));
}

export async function putPhoto(photo: Photo): Promise<void> {
  const tx = await writing("photos");
  await tx.objectStore("photos").put(photo);
  await tx.done;
  await loadBox();
}

export async function markSaved(item: Item): Promise<void> {
  const tx = await writing("items");
  await tx.objectStore("items").put({ ...item, saved: true });
  await tx.done;
  await loadBox();
}

/** Gives the room back: bytes of photos whose reports are in, items long settled. */
export async function tidy(): Promise<void> {
  const before = new Date(Date.now() - KEEP_DAYS * 86_400_000).toISOString();
  const { items, photos, drafts } = box.value;
  const named = new Set(drafts.flatMap(photosOf));
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const dropped = photos.filter((photo) => photo.state === "draft" && !named.has(photo.sha) && photo.kept < hourAgo);
  const needed = new Set(items.filter((item) => item.state !== "accepted" && item.state !== "duplicate").flatMap((item) => item.photos));
  const old = items.filter((item) => ["accepted", "duplicate"].includes(item.state) && item.made_at < before);
  const spent = photos.filter((photo) => photo.state === "there" && photo.blob && !needed.has(photo.sha));
  if (!old.length && !spent.length && !dropped.length) return;
  const tx = await writing("items", "photos");
  for (const photo of dropped) void tx.objectStore("photos").delete(photo.sha);
  for (const item of old) {
    void tx.objectStore("items").delete(item.id);
    for (const sha of item.photos) void tx.objectStore("photos").delete(sha);
  }
  const gone = new Set(old.flatMap((item) => item.photos));
  for (const photo of spent) if (!gone.has(photo.sha)) void tx.objectStore("photos").put({ ...photo, blob: null });
  await tx.done;
  await loadBox();
}
