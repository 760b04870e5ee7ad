/** Photos on their way out: tus 1.0 where the server speaks it, else whole by their hash. */
import { Problem, Unreachable, ask, judged } from "./api";
import { recall } from "./db";
import { putPhoto } from "./outbox";
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
  try {
    if (!(await isThere(photo))) await (await route())(photo, blob);
    await putPhoto({ ...photo, state: "there", sent: photo.size });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!forGood(error)) throw new Unreachable(error.message);
    await putPhoto({ ...photo, state: "refused", why: `${error.code}: ${error.message}` });
  }
}

async function route(): Promise<(photo: Photo, blob: Blob) => Promise<void>> {
  const limits = await recall<Limits>("limits");
  return limits?.tus ? byPieces : whole;
}

async function isThere(photo: Photo): Promise<boolean> {
  const answer = await ask(`photos/${photo.sha}`);
  if (answer.status === 404 || answer.status === 405) return false;
  await judged(answer);
  return true;
}

async function whole(photo: Photo, blob: Blob): Promise<void> {
  const headers = { "Content-Type": "image/jpeg" };
  await judged(await ask(`photos/${photo.sha}`, { method: "PUT", body: blob, headers }, PATIENCE));
}

/** The tus loop: each piece taken is written down, so that a killed tab goes on from there. */
async function byPieces(photo: Photo, blob: Blob): Promise<void> {
  let at = photo.upload ? await offset(photo.upload) : null;
  if (at === null) {
    photo.upload = await created(photo);
    at = 0;
  }
  while (at < blob.size) {
    photo.sent = at;
    await putPhoto({ ...photo });
    at = await piece(photo, blob, at);
  }
  // The finished upload was checked against the hash; only the server's own word counts as arrived.
  delete photo.upload;
  if (!(await isThere(photo))) throw new Unreachable("not confirmed yet");
}

async function created(photo: Photo): Promise<string> {
  const headers = {
    ...TUS,
    "Upload-Length": String(photo.size),
    "Upload-Metadata": `sha256 ${btoa(photo.sha)},filename ${btoa(`${photo.sha.slice(0, 12)}.jpg`)},filetype ${btoa("image/jpeg")}`,
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

async function piece(photo: Photo, blob: Blob, at: number): Promise<number> {
  const part = blob.slice(at, at + PIECE);
  const headers = { ...TUS, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
  const answer = await ask(photo.upload ?? "", { method: "PATCH", headers, body: part }, PATIENCE);
  if (answer.status === 204) return Number(answer.headers.get("Upload-Offset") ?? at + part.size);
  if (answer.status === 409 || answer.status === 404 || answer.status === 410) {
    // Another writer was here, or the upload has expired: ask anew at the next try.
    if (answer.status !== 409) delete photo.upload;
    await putPhoto({ ...photo });
    throw new Unreachable(`upload at another place (${answer.status})`);
  }
  if (answer.status === 460) {
    delete photo.upload;
    photo.sent = 0;
    await putPhoto({ ...photo });
    throw new Unreachable("damaged on the way");
  }
  await judged(answer);
  return at + part.size;
}
