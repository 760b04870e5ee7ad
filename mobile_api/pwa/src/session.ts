/** Who is signed in on this phone. */
import { call } from "./api";
import { keep, recall, writing } from "./db";
import { protect } from "./storage";
import { Watched } from "./store";
import type { Draft, Item, Photo, Session } from "./types";
import { itemUnsent, photoUnsent } from "./unsent";

class CurrentSession extends Watched<Session | null> {
  async load(): Promise<void> {
    this.set((await recall<Session>("session")) ?? null);
  }

  async put(value: Session | null): Promise<void> {
    await keep("session", value);
    this.set(value);
  }

  /** What another tab has made of it meanwhile; with another's sign-in nothing that this tab shows is true any more. */
  async look(): Promise<void> {
    const before = this.value?.user.id;
    await this.load();
    if (this.value?.user.id !== before) location.reload();
  }

  /**
   * A token is refused: work stays, and the same person is asked to sign in. One that was `ended`, such as that of a
   * lost phone, takes what the register gave with it. When another tab has signed in already, its sign-in is ours
   * too, and true tells that the call may be tried again.
   */
  async refused(token: string, ended = false): Promise<boolean> {
    const tx = await everything();
    const kept = ((await tx.objectStore("kv").get("session")) as Session | null | undefined) ?? null;
    const ours = kept?.token === token;
    const left = ours && ended ? await eraseArrived(tx) : true;
    const current = !ours ? kept : left ? { ...kept, expired: true, ended } : null;
    if (ours) void tx.objectStore("kv").put(current, "session");
    await tx.done;
    const before = this.value?.user.id;
    if (ours && !left) {
      erased.set(true);
      this.set(null);
      return false;
    }
    this.set(current);
    // Another's sign-in, or none: nothing that this tab shows is true any more.
    if (before !== undefined && current?.user.id !== before) location.reload();
    return !!current && current.token !== token && !current.expired;
  }
}

export const session = new CurrentSession(null);

/** Whether everything on this phone was erased since the app was opened, for its sign-in had been ended. */
export const erased = new Watched(false);

/** Whether the person may file reports; the server says so at sign-in, and judges anew. */
export function mayFile(who: Session | null): boolean {
  return who?.user.may_file !== false;
}

/** Another person's work waits on this phone. */
export class NotYours extends Error {}

export async function deviceId(): Promise<string> {
  const known = await recall<string>("device");
  if (known) return known;
  const made = `pwa-${crypto.randomUUID()}`;
  await keep("device", made);
  return made;
}

/**
 * Signs in. While someone's work is unsent, nobody else may: it would go out under a wrong name.
 * Throws Problem, Unreachable, NotYours.
 */
export async function signIn(username: string, password: string, otp: string): Promise<void> {
  const asked = { username, password, otp, device_id: await deviceId(), device_name: deviceName() };
  const answer = await call<Session>("sign-in", asked);
  if (!(await handOver(answer))) {
    await discard(answer.token);
    throw new NotYours();
  }
  session.set(answer);
  // Not waited for: some browsers ask the person first.
  void protect();
}

/** Ends the sign-in here and on the server; false, and nothing done, while something is unsent. */
export async function signOut(): Promise<boolean> {
  const token = session.value?.token;
  if (!(await handOver(null))) return false;
  session.set(null);
  if (token) await discard(token);
  return true;
}

const OF_ONE_PERSON = ["pack", "packing", "checklists", "dictionaries", "fits", "body", "tasks", "uploads", "todo"];

const everything = () => writing("items", "photos", "drafts", "units", "tags", "files", "kv");

/**
 * Erases what is on the server too, the register's and one's own. Work that is nowhere else stays: evidence that only
 * its maker can send, after signing in. Whether there is any.
 */
async function eraseArrived(tx: Awaited<ReturnType<typeof everything>>): Promise<boolean> {
  const [items, photos, drafts] = [tx.objectStore("items"), tx.objectStore("photos"), tx.objectStore("drafts")];
  const [allItems, allPhotos, begun] = await Promise.all([items.getAll(), photos.getAll(), drafts.getAll()]);
  const going = allItems.filter(itemUnsent);
  const named = new Set([
    ...going.flatMap((item) => item.photos),
    ...begun.flatMap((draft) => [...draft.photos, ...draft.defects.flatMap((defect) => defect.photos)]),
  ]);
  const kept = allPhotos.filter((photo) => photoUnsent(photo) || named.has(photo.sha));
  for (const item of allItems) if (!going.includes(item)) void items.delete(item.id);
  for (const photo of allPhotos) if (!kept.includes(photo)) void photos.delete(photo.sha);
  for (const name of ["units", "tags", "files"] as const) void tx.objectStore(name).clear();
  for (const key of OF_ONE_PERSON) if (key !== "uploads" && key !== "checklists") void tx.objectStore("kv").delete(key);
  return going.length + begun.length + kept.length > 0;
}

/**
 * Gives the phone to another person, or to nobody; the same one keeps everything. In one transaction
 * with the look at what is unsent: another tab may be filing at this moment.
 */
async function handOver(next: Session | null): Promise<boolean> {
  const tx = await everything();
  const kv = tx.objectStore("kv");
  const before = ((await kv.get("session")) as Session | null | undefined)?.user.id ?? ((await kv.get("last_user")) as number | undefined);
  const owners = ownersOfUnsent(
    await tx.objectStore("items").getAll(), await tx.objectStore("photos").getAll(), await tx.objectStore("drafts").getAll(),
  );
  const free = owners.every((owner) => (owner ?? before) === next?.user.id);
  if (free && before !== next?.user.id) {
    for (const name of ["items", "photos", "drafts", "units", "tags", "files"] as const) void tx.objectStore(name).clear();
    for (const key of OF_ONE_PERSON) void kv.delete(key);
  }
  if (free) {
    if (next) void kv.put(next.user.id, "last_user");
    void kv.put(next, "session");
    // Asked anew at each sign-in: the server may have changed them since.
    void kv.delete("limits");
  }
  await tx.done;
  return free;
}

async function discard(token: string): Promise<void> {
  // Without a network the token ends when it is next revoked; the phone has forgotten it already.
  await fetch("/mobile/v1/sign-out", { method: "POST", headers: { Authorization: `Token ${token}` } }).catch(() => null);
}

function ownersOfUnsent(items: Item[], photos: Photo[], drafts: Draft[]): (number | undefined)[] {
  return [...items.filter(itemUnsent), ...photos.filter(photoUnsent), ...drafts].map((row) => row.owner);
}

function deviceName(): string {
  const found = /\(([^)]+)\)/.exec(navigator.userAgent);
  return (found?.[1] ?? navigator.platform).slice(0, 80);
}
