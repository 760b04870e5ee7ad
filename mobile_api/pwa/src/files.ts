/** The files of matters that wait, kept as pictures of their pages: they can be read without a network, on any phone. */
import { LONG_PATIENCE, Problem, call } from "./api";
import { db, writing } from "./db";
import { session } from "./session";
import { Watched } from "./store";
import { todo } from "./todo";
import type { KeptFile, Session } from "./types";

/** Bytes that they may take in all. */
export const BUDGET = 64_000_000;
const MOST_PAGES = 100;

/** What is here, without its pictures. */
export const held = new Watched<Omit<KeptFile, "pictures">[]>([]);

export async function loadFiles(): Promise<void> {
  held.set((await (await db()).getAll("files")).map(({ pictures: _pictures, ...told }) => told));
}

export async function fileOf(id: string): Promise<KeptFile | undefined> {
  return (await db()).get("files", id);
}

/** Whether the way to the server costs nothing, where the browser tells; else one has to ask for the files. */
export function onWifi(): boolean {
  const { type } = (navigator as { connection?: { type?: string } }).connection ?? {};
  return type === "wifi" || type === "ethernet";
}

interface Portion {
  pages: number;
  media_type: string;
  pictures: string[];
}

/** Fetches the pages of a file; undefined where they would be more than `room` bytes. Throws Problem, Unreachable. */
async function fetchFile(matter: number, key: string, room: number): Promise<KeptFile | undefined> {
  const pictures: Blob[] = [];
  let [size, pages] = [0, 1];
  while (pictures.length < Math.min(pages, MOST_PAGES)) {
    const told = await call<Portion>(`matters/${matter}/enclosures/${key}/pages?first=${pictures.length + 1}`, undefined, LONG_PATIENCE);
    pages = told.pages;
    for (const picture of told.pictures) {
      const blob = new Blob([Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0))], { type: told.media_type });
      pictures.push(blob);
      size += blob.size;
    }
    if (size > room) return undefined;
    if (!told.pictures.length) break;
  }
  return { id: idOf(matter, key), matter, pages, pictures, size };
}

export function idOf(matter: number, key: string): string {
  return `${matter}/${key}`;
}

/** The file to be shown now, from here or from the server; what waits for him is kept too. Throws Problem, Unreachable. */
export async function takeFile(matter: number, key: string): Promise<KeptFile | undefined> {
  const here = await fileOf(idOf(matter, key));
  const file = here ?? (await fetchFile(matter, key, BUDGET));
  if (file && !here && used() + file.size <= BUDGET) await keep(file);
  return file;
}

/** How many bytes lie here. */
export function used(): number {
  return held.value.reduce((sum, { size }) => sum + size, 0);
}

/** Forgets the files of matters that wait for him no more. */
export async function dropFiles(): Promise<void> {
  await loadFiles();
  const waits = new Set(wanted().map(({ id }) => id));
  await forget(held.value.filter(({ id }) => !waits.has(id)).map(({ id }) => id));
}

/** The server would not draw these; asked again after the next start of the app. */
const refused = new Set<string>();

/** Takes what is not here, what is due first before the rest, as long as there is room, and until `stop`. Throws Unreachable. */
export async function fillFiles(stop: () => boolean = () => false): Promise<void> {
  await loadFiles();
  let room = BUDGET;
  for (const { id, matter, key } of wanted()) {
    if (stop()) return;
    let size = held.value.find((file) => file.id === id)?.size;
    if (size === undefined && !refused.has(id) && room > 0) size = await takeNew(id, matter, key, room);
    room -= size ?? 0;
    if (room < 0) await forget([id]);
  }
}

async function takeNew(id: string, matter: number, key: string, room: number): Promise<number | undefined> {
  try {
    const file = await fetchFile(matter, key, room);
    if (file) await keep(file);
    return file?.size;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refused.add(id);
    return undefined;
  }
}

/** The files of the matters in the list, in its order. */
function wanted(): { id: string; matter: number; key: string }[] {
  const { rows, matters } = todo.value;
  return rows.flatMap(({ matter }) => (matters[matter]?.enclosures ?? []).map(({ key }) => ({ id: idOf(matter, key), matter, key })));
}

/** Keeps it for whom it was asked, while its matter waits for him: in another tab somebody else may have signed in. */
async function keep(file: KeptFile): Promise<void> {
  const user = session.value?.user.id;
  const tx = await writing("files", "kv");
  const who = (await tx.objectStore("kv").get("session")) as Session | null | undefined;
  if (user !== undefined && who?.user.id === user && !who.ended && wanted().some(({ id }) => id === file.id)) void tx.objectStore("files").put(file);
  await tx.done;
  await loadFiles();
}

async function forget(ids: string[]): Promise<void> {
  if (!ids.length) return;
  const tx = await writing("files");
  for (const id of ids) void tx.objectStore("files").delete(id);
  await tx.done;
  await loadFiles();
}

// What was erased on the disk is not told from memory.
session.watch(() => void loadFiles());
