/** From the camera, or from a file, to a kept proof: made smaller, stamped, hashed, stored. */
import { recall, writing } from "./db";
import { type Stamp, ownExif, withExif } from "./exif";
import { fixNow } from "./place";
import type { Limits, Photo } from "./types";

const LONGEST = 2048;
const QUALITY = 0.85;
/** Bytes from the start within which a camera writes its facts. */
const HEAD = 1 << 18;
const USUAL_MOST = 25 << 20;
/** Clocks of files count in whole seconds, some in two. */
const COARSE = 2_000;

/** The browser can read no picture in it. */
export class Unreadable extends Error {}

/** It can only go as it is, and is more than the server takes: `most` bytes. */
export class TooLarge extends Error {
  constructor(readonly most: number) {
    super();
  }
}

/**
 * Whether our own question for the camera made this picture: the browser opens cameras, and the file was written
 * after it was asked for, at `asked`. A file chosen from elsewhere may be anybody's, of any day and place.
 */
export function fromCamera(file: { lastModified: number }, asked: number): boolean {
  return "capture" in HTMLInputElement.prototype && file.lastModified >= asked - COARSE;
}

/**
 * Takes a photo in; it is on the disk when this returns. Throws Unreadable, TooLarge, and what the disk throws.
 *
 * The phone says here and now only of what its camera has just made. What came as a file keeps what its own camera
 * wrote, and where that is nothing, it says neither place nor time.
 */
export async function takeIn(file: File, owner: number, camera: boolean): Promise<Photo> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer().catch(unreadable));
  const stamp: Stamp = camera ? { source: "camera", taken: new Date(), fix: fixNow() } : { source: "chosen file" };
  const blob = (await original(file, head)) ?? (await drawn(file, head, stamp));
  const sha = await sha256(await blob.arrayBuffer());
  const photo: Photo = {
    sha, blob, size: blob.size, owner, state: "draft", sent: 0,
    kept: new Date().toISOString(),
  };
  const tx = await writing("photos");
  const known = await tx.objectStore("photos").get(sha);
  if (!known) await tx.objectStore("photos").add(photo);
  await tx.done;
  return known ?? photo;
}

/** HEIC and AVIF go as they are: few browsers can draw them, and drawing would lose what the camera wrote. */
async function original(file: File, head: Uint8Array): Promise<Blob | null> {
  const type = mediaType(head);
  if (!type) return null;
  const most = (await recall<Limits>("limits"))?.photo_max_bytes ?? USUAL_MOST;
  if (file.size > most) throw new TooLarge(most);
  // A copy: what a file holds can be gone when it is sent.
  return new Blob([await file.arrayBuffer().catch(unreadable)], { type });
}

/** By the brands in its first box (ISO/IEC 14496-12), as backend/evidence/formats.py. */
export function mediaType(head: Uint8Array): "image/heic" | "image/avif" | null {
  const text = String.fromCharCode(...head.slice(0, 64));
  if (text.slice(4, 8) !== "ftyp") return null;
  const brands = text.slice(8, Math.min(64, new DataView(head.buffer).getUint32(0)));
  if (/avi[fs]/.test(brands)) return "image/avif";
  return /hei[cxms]|hev[cx]|m[is]f1/.test(brands) ? "image/heic" : null;
}

async function drawn(file: File, head: Uint8Array, stamp: Stamp): Promise<Blob> {
  const small = new Uint8Array(await (await smaller(file).catch(unreadable)).arrayBuffer());
  return new Blob([withExif(small, stamp, ownExif(head, stamp.source)) as BlobPart], { type: "image/jpeg" });
}

function unreadable(error: unknown): never {
  throw new Unreadable(String(error));
}

export async function sha256(content: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where the quick way fails, for want of memory or of the option, it may still be drawn as any page's picture. */
async function pictureOf(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  return createImageBitmap(file, { imageOrientation: "from-image" }).catch(async () => {
    const picture = new Image();
    const address = URL.createObjectURL(file);
    picture.src = address;
    await picture.decode().finally(() => setTimeout(() => URL.revokeObjectURL(address), 60_000));
    return picture;
  });
}

/** Upright, longest side at most 2048. */
async function smaller(file: Blob): Promise<Blob> {
  const picture = await pictureOf(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (picture instanceof ImageBitmap) picture.close();
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  // Safari gives a canvas' memory back only when it has no size.
  canvas.width = canvas.height = 0;
  if (!made) throw new Error("no picture");
  return made;
}
