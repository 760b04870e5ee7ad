/** What was done on this phone and what the server says became of it. */
import { reading, writing } from "./db";
import { session } from "./session";
import { Watched } from "./store";
import type { Draft, Fix, Item, ItemState, Photo, Receipt, Session } from "./types";
import { arrived, itemUnsent, ofDesk, photoUnsent } from "./unsent";

export interface Box {
  items: Item[];
  photos: Photo[];
  drafts: Draft[];
}

export const box = new Watched<Box>({ items: [], photos: [], drafts: [] });

type BoxStore = "items" | "photos" | "drafts";
type Stores<Open extends (...names: BoxStore[]) => unknown> = Awaited<ReturnType<Open>>;

const KEEP_DAYS = 30;

export async function loadBox(): Promise<void> {
  const { items, photos, drafts } = await boxIn(await reading("items", "photos", "drafts"));
  items.sort((a, b) => filedAt(b).localeCompare(filedAt(a)));
  box.set({ items, photos: photos.map(flying), drafts });
}

/** The three stores as they stand in one transaction: between two a report may have been filed. */
async function boxIn(tx: Stores<typeof reading<BoxStore>> | Stores<typeof writing<BoxStore>>): Promise<Box> {
  const [items, photos, drafts] = await Promise.all([
    tx.objectStore("items").getAll(), tx.objectStore("photos").getAll(), tx.objectStore("drafts").getAll(),
  ]);
  return { items, photos, drafts };
}

/** When it was put into the outbox; what it tells of may be older. */
export function filedAt(item: Item): string {
  return item.filed ?? item.made_at;
}

const flown = new Map<string, number>();

function flying(photo: Photo): Photo {
  return photo.state === "queued" ? { ...photo, sent: flown.get(photo.sha) ?? 0 } : photo;
}

/** How much of a photo is on the server: shown and not written, or each piece would write the photo anew. */
export function flew(sha: string, sent: number): void {
  flown.set(sha, sent);
  box.set({ ...box.value, photos: box.value.photos.map((photo) => (photo.sha === sha ? flying(photo) : photo)) });
}

/** The draft of a unit's next report, or of the correction of the one named. */
export function draftOf(drafts: Draft[], unit: number, supersedes?: string): Draft | undefined {
  return drafts.find((draft) => draft.unit === unit && draft.supersedes === supersedes);
}

export interface Tally {
  unsent: number;
  bytes: number;
  /** Photos that the server lacks, as its receipts say, and that this phone has no longer. */
  lacking: number;
  /** What the server refused and the inspector has saved: it is here, and not there. */
  copies: number;
}

export function tally({ items, photos }: Box): Tally {
  const going = photos.filter(photoUnsent);
  const bytes = going.reduce((sum, photo) => sum + (photo.state === "queued" ? photo.size - photo.sent : 0), 0);
  const unsent = items.filter(itemUnsent).length + going.length;
  const here = new Set(photos.filter(({ blob }) => blob).map(({ sha }) => sha));
  const missing = new Set(items.flatMap((item) => item.receipt?.missing ?? []));
  const refused = [...items.filter((item) => item.state === "rejected" && !turnedDown(item)), ...photos.filter(({ state }) => state === "refused")];
  return {
    unsent, bytes,
    lacking: [...missing].filter((sha) => !here.has(sha)).length,
    copies: refused.filter(({ saved }) => saved).length,
  };
}

function owner(): number {
  const user = session.value?.user;
  if (!user) throw new Error("nobody is signed in");
  return user.id;
}

/** In another tab somebody else may have signed in: what is made here would be nobody's to send. */
async function sameHands(kv: { get(key: string): Promise<unknown> }): Promise<void> {
  const kept = (await kv.get("session")) as Session | null | undefined;
  if (kept?.user.id === session.value?.user.id) return;
  void session.look();
  throw new Error("another person has signed in");
}

/** A scan as the server hears of it, at once or from the outbox. */
export type ScanBody = ReturnType<typeof scanOf>;

export function scanOf(raw: string, fix: Fix | null) {
  return { raw, client_id: crypto.randomUUID() as string, scanned_at: new Date().toISOString(), position: fix, mock: false };
}

/** Keeps a scan before anything is shown of it. */
export async function addScan(body: ScanBody, title: string): Promise<Item> {
  const item: Item = {
    id: body.client_id, type: "scan", made_at: body.scanned_at, body, owner: owner(), title, photos: [], state: "queued",
  };
  const tx = await writing("items", "kv");
  await sameHands(tx.objectStore("kv"));
  await tx.objectStore("items").add(item);
  await tx.done;
  await loadBox();
  return item;
}

/** Keeps a decision on a version of a matter, or what is asked for beside one, under an id by which it is taken once. */
export async function addDecision(body: Record<string, unknown>, title: string, type: Item["type"] = "decision"): Promise<void> {
  const item: Item = {
    id: crypto.randomUUID(), type, made_at: new Date().toISOString(), body, owner: owner(), title, photos: [], state: "queued",
  };
  const tx = await writing("items", "kv");
  await sameHands(tx.objectStore("kv"));
  await tx.objectStore("items").add(item);
  await tx.done;
  await loadBox();
}

/** Whether the server did not take a decision; what it said stands in the receipt. */
export function turnedDown(item: Item): boolean {
  return ofDesk(item) && (item.state === "conflict" || item.state === "rejected");
}

/** Forgets a decision that was not taken, once its maker has read why. */
export async function forgetDecision(item: Item): Promise<void> {
  const tx = await writing("items");
  void tx.objectStore("items").delete(item.id);
  await tx.done;
  await loadBox();
}

/** Keeps a draft as it stands. */
export async function keepDraft(draft: Draft): Promise<void> {
  const tx = await writing("drafts", "kv");
  await sameHands(tx.objectStore("kv"));
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
  const at = draft.at ?? now;
  const body = bodyOf(draft, at);
  const item: Item = {
    id: draft.id,
    type: draft.supersedes ? "correction" : "report",
    made_at: at,
    filed: now,
    ...(former && !arrived(former) ? { after: former.id } : {}),
    body,
    owner: owner(),
    title,
    ...(draft.about ? { about: draft.about } : {}),
    photos,
    state: "queued",
  };
  const tx = await writing("items", "photos", "drafts", "kv");
  await sameHands(tx.objectStore("kv"));
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

function bodyOf(draft: Draft, at: string): Record<string, unknown> {
  const { unit, tag, checklist, version, kind, answers, closes, photos, conclusion, remark, fix } = draft;
  const defects = draft.defects.map(({ id: _id, ...told }) => told);
  return {
    unit, kind, answers, conclusion, remark, defects, closes, photos, checklist,
    checklist_version: version, tag_code: tag, device_time: at, position: fix,
    ...draft.told,
    ...(draft.day ? { happened_on: draft.day } : {}),
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
    const { why: _why, ...rest } = item;
    void items.put({ ...rest, state, receipt });
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
  const { why: _why, saved: _saved, ...rest } = photo;
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

export async function putItem(item: Item): Promise<void> {
  const tx = await writing("items");
  await tx.objectStore("items").put(item);
  await tx.done;
  await loadBox();
}

/** Whether the server has it, though it is not in force yet. */
export function awaitsIssue(item: Item): boolean {
  return accepted(item) && item.type !== "scan" && item.receipt?.in_force === false;
}

const accepted = ({ state }: Item) => state === "accepted" || state === "duplicate";

/**
 * Gives the room back: bytes of photos whose reports are in, items long settled with all that they name. What the
 * screen shows only says whether to look; it is decided by what stands in the transaction, and by the drafts `inHand`.
 */
export async function tidy(inHand: Draft[] = []): Promise<void> {
  if (!spare(box.value, inHand).some((rows) => rows.length)) return;
  const tx = await writing("items", "photos", "drafts");
  const [old, dropped, spent] = spare(await boxIn(tx), inHand);
  for (const item of old) void tx.objectStore("items").delete(item.id);
  for (const photo of dropped) void tx.objectStore("photos").delete(photo.sha);
  for (const photo of spent) void tx.objectStore("photos").put({ ...photo, blob: null });
  await tx.done;
  await loadBox();
}

/** Items that may go, photos that may go, and photos whose bytes may. */
function spare({ items, photos, drafts }: Box, inHand: Draft[]): [Item[], Photo[], Photo[]] {
  const before = new Date(Date.now() - KEEP_DAYS * 86_400_000).toISOString();
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const begun = [...drafts, ...inHand].flatMap(photosOf);
  const waiting = new Set(photos.filter((photo) => photo.state !== "there").map(({ sha }) => sha));
  const old = new Set(items.filter((item) => (accepted(item) || turnedDown(item)) && filedAt(item) < before && !item.photos.some((sha) => waiting.has(sha))));
  const named = new Set([...begun, ...items.filter((item) => !old.has(item)).flatMap((item) => item.photos)]);
  const dropped = photos.filter(({ sha, state, kept }) => !named.has(sha) && (state === "there" || (state === "draft" && kept < hourAgo)));
  const needed = new Set([...begun, ...items.filter((item) => !accepted(item)).flatMap((item) => item.photos)]);
  const spent = photos.filter(({ sha, state, blob }) => state === "there" && blob && named.has(sha) && !needed.has(sha));
  return [[...old], dropped, spent];
}
