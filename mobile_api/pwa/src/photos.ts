/** From the camera to a kept proof: made smaller, stamped, hashed, stored. */
import { writing } from "./db";
import { JUST_NOW, ownExif, withExif } from "./exif";
import { fixNow } from "./place";
import type { Photo } from "./types";

const LONGEST = 2048;
const QUALITY = 0.85;

/** Takes a photo in; it is on the disk when this returns. Throws what the browser cannot read. */
export async function takeIn(file: File, owner: number): Promise<Photo> {
  // A picture from the gallery was taken when its file was written, and not where the phone is now.
  const fresh = Math.abs(Date.now() - file.lastModified) < JUST_NOW;
  const taken = new Date(fresh ? Date.now() : file.lastModified);
  const fix = fresh ? fixNow() : null;
  const small = new Uint8Array(await (await smaller(file)).arrayBuffer());
  // What the camera itself wrote goes first: a picture that came by messenger is new only as a file.
  const own = ownExif(new Uint8Array(await file.slice(0, 1 << 18).arrayBuffer()));
  const blob = new Blob([withExif(small, taken, fix, own) as BlobPart], { type: "image/jpeg" });
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

export async function sha256(content: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Upright, longest side at most 2048. */
async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  // Safari gives a canvas' memory back only when it has no size.
  canvas.width = canvas.height = 0;
  if (!made) throw new Error("no picture");
  return made;
}
