/** Who is signed in on this phone. */
import { call } from "./api";
import { db, keep, recall } from "./db";
import { Watched } from "./store";
import type { Session } from "./types";

class CurrentSession extends Watched<Session | null> {
  async load(): Promise<void> {
    this.set((await recall<Session>("session")) ?? null);
  }

  async put(value: Session | null): Promise<void> {
    await keep("session", value);
    this.set(value);
  }

  /** The token is refused: everything stays, and the same person is asked to sign in. */
  async expire(): Promise<void> {
    if (this.value && !this.value.expired) await this.put({ ...this.value, expired: true });
  }
}

export const session = new CurrentSession(null);

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
  const owner = await ownerOfUnsent();
  if (owner !== null && owner !== answer.user.id) {
    await discard(answer.token);
    throw new NotYours();
  }
  const before = session.value?.user.id ?? (await recall<number>("last_user"));
  if (before !== undefined && before !== answer.user.id) await forgetPack();
  await keep("last_user", answer.user.id);
  await session.put(answer);
  await navigator.storage?.persist?.();
}

/** Ends the sign-in here and on the server. The caller has made sure that nothing is unsent. */
export async function signOut(): Promise<void> {
  const token = session.value?.token;
  await session.put(null);
  const base = await db();
  await Promise.all([base.clear("items"), base.clear("photos"), base.clear("drafts")]);
  await forgetPack();
  if (token) await discard(token);
}

async function discard(token: string): Promise<void> {
  // Without a network the token ends when it is next revoked; the phone has forgotten it already.
  await fetch("/mobile/v1/sign-out", { method: "POST", headers: { Authorization: `Token ${token}` } }).catch(() => null);
}

async function ownerOfUnsent(): Promise<number | null> {
  const base = await db();
  const done = new Set(["accepted", "duplicate", "held", "conflict"]);
  const item = (await base.getAll("items")).find((row) => !done.has(row.state) && !row.saved);
  const photo = (await base.getAll("photos")).find((row) => row.state === "queued" || (row.state === "refused" && !row.saved));
  const draft = (await base.getAll("drafts"))[0];
  return item?.owner ?? photo?.owner ?? draft?.owner ?? null;
}

async function forgetPack(): Promise<void> {
  const base = await db();
  await Promise.all([base.clear("units"), base.clear("tags")]);
  for (const key of ["pack", "packing", "checklists", "dictionaries", "tasks"]) await base.delete("kv", key);
}

function deviceName(): string {
  const found = /\(([^)]+)\)/.exec(navigator.userAgent);
  return (found?.[1] ?? navigator.platform).slice(0, 80);
}
