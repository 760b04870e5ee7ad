/** Photos on their way out: tus 1.0 where the server speaks it, else whole by their hash. */
import { Problem, Unreachable, ask, judged } from "./api";
import { recall, writing } from "./db";
import { t } from "./i18n";
import { flew, putPhoto } from "./outbox";
import type { Limits, Photo } from "./types";

const PIECE = 256 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };
const PATIENCE = 120_000;

/**
 * Whether the server itself has looked at the photo and will not have it. All else passes: a proxy
 * on the way, a wrong clock, a line cut under the photo.
 */
function forGood({ code }: Problem): boolean {
  return code.startsWith("photo-") && code !== "photo-incomplete";
}

/** Sends what is missing of one photo. Throws Unreachable to be tried again later. */
export async function send(photo: Photo): Promise<void> {
  const { blob } = photo;
  if (!blob) return;
  if (!(await readable(blob))) return putPhoto({ ...photo, state: "refused", why: t("photoUnreadable") });
  try {
    if (!(await isThere(photo))) await (await route())(photo, blob);
    const there: Photo = { ...photo, state: "there", sent: photo.size };
    // A phone too full to write the photo once more gets room by letting it go: the server has it.
    await putPhoto(there).catch(() => putPhoto({ ...there, blob: null }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!forGood(error)) throw new Unreachable(error.message);
    await putPhoto({ ...photo, state: "refused", why: `${error.code}: ${error.message}` });
  }
}

/** Photos of before are JPEG and say nothing. */
function typeOf({ type }: Blob): string {
  return type || "image/jpeg";
}

/** A file's name with the ending of its type. */
export function fileName(stem: string, type: string): string {
  return `${stem}.${!type || type === "image/jpeg" ? "jpg" : type.slice("image/".length)}`;
}

/** Whether the phone still has the bytes behind what it kept. */
function readable(blob: Blob): Promise<boolean> {
  return blob.slice(0, 1).arrayBuffer().then(({ byteLength }) => byteLength > 0, () => false);
}

async function route(): Promise<(photo: Photo, blob: Blob) => Promise<void>> {
  const limits = await recall<Limits>("limits");
  return limits?.tus ? byPieces : whole;
}

async function isThere(photo: Photo): Promise<boolean> {
  const answer = await ask(`photos/${photo.sha}`);
  if (answer.status === 404 || answer.status === 405) return false;
  confirmed(photo, await judged(answer));
  return true;
}

/** Somebody on the way may answer 200 too: the server names the hash. */
function confirmed({ sha }: Photo, said: unknown): void {
  if ((said as { sha256?: string } | undefined)?.sha256 !== sha) throw new Unreachable("not the server's answer");
}

async function whole(photo: Photo, blob: Blob): Promise<void> {
  const headers = { "Content-Type": typeOf(blob) };
  confirmed(photo, await judged(await ask(`photos/${photo.sha}`, { method: "PUT", body: blob, headers }, PATIENCE)));
}

type Places = Record<string, string>;
const places: Places = {};

/** Where the server takes this photo's pieces, so that a killed tab goes on with them. */
async function placeOf({ sha }: Photo): Promise<string | undefined> {
  return places[sha] ?? (await recall<Places>("uploads"))?.[sha];
}

async function note({ sha }: Photo, place: string | null): Promise<void> {
  if (place) places[sha] = place;
  else delete places[sha];
  const tx = await writing("kv");
  const { [sha]: _former, ...others } = ((await tx.objectStore("kv").get("uploads")) ?? {}) as Places;
  void tx.objectStore("kv").put(place ? { ...others, [sha]: place } : others, "uploads");
  // A phone too full for it only begins this photo anew after a killed tab.
  await tx.done.catch(() => undefined);
}

/** The tus loop. */
async function byPieces(photo: Photo, blob: Blob): Promise<void> {
  let place = await placeOf(photo);
  let at = place ? await offset(place) : null;
  if (!place || at === null) {
    place = await created(photo, typeOf(blob));
    at = 0;
    await note(photo, place);
  }
  while (at < blob.size) {
    flew(photo.sha, at);
    const next = await piece(photo, place, blob, at);
    if (next <= at) throw new Unreachable("the upload does not move");
    at = next;
  }
  // The finished upload was checked against the hash; only the server's own word counts as arrived.
  await note(photo, null);
  if (!(await isThere(photo))) throw new Unreachable("not confirmed yet");
}

async function created(photo: Photo, type: string): Promise<string> {
  const headers = {
    ...TUS,
    "Upload-Length": String(photo.size),
    "Upload-Metadata": `sha256 ${btoa(photo.sha)},filename ${btoa(fileName(photo.sha.slice(0, 12), type))},filetype ${btoa(type)}`,
  };
  const answer = await ask("uploads", { method: "POST", headers });
  const place = answer.headers.get("Location");
  if (answer.status !== 201 || !place) {
    await judged(answer);
    throw new Unreachable("no place for the upload");
  }
  return new URL(place, answer.url).pathname;
}

/** How much of the upload the server has; null when it knows it no longer. */
async function offset(place: string): Promise<number | null> {
  const answer = await ask(place, { method: "HEAD", headers: TUS });
  if (answer.status === 404 || answer.status === 410 || answer.status === 403) return null;
  if (!answer.ok) await judged(answer);
  return Number(answer.headers.get("Upload-Offset") ?? 0);
}

async function piece(photo: Photo, place: string, blob: Blob, at: number): Promise<number> {
  const part = blob.slice(at, at + PIECE);
  const headers = { ...TUS, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
  const answer = await ask(place, { method: "PATCH", headers, body: part }, PATIENCE);
  if (answer.status === 204) return Number(answer.headers.get("Upload-Offset") ?? at + part.size);
  if (answer.status === 409 || answer.status === 404 || answer.status === 410) {
    // Another writer was here, or the upload has expired: ask anew at the next try.
    if (answer.status !== 409) await note(photo, null);
    throw new Unreachable(`upload at another place (${answer.status})`);
  }
  if (answer.status === 460) {
    await note(photo, null);
    flew(photo.sha, 0);
    throw new Unreachable("damaged on the way");
  }
  await judged(answer);
  return at + part.size;
}
