/** What waits for this person at his desks, kept so that it opens without a network. */
import { Problem, ask, call, judged } from "./api";
import { recall, writing } from "./db";
import { language } from "./i18n";
import { box } from "./outbox";
import { session } from "./session";
import { Watched } from "./store";
import type { Item, Matter, MatterRow, Session } from "./types";
import { ofDesk } from "./unsent";

export interface Todo {
  rows: MatterRow[];
  /** By their numbers, whole, as they were when they were last read. */
  matters: Record<number, Matter>;
  /** When the server was last asked; null before. */
  at: string | null;
  etag: string;
  /** In which language it was told. */
  tongue: string;
}

const EMPTY: Todo = { rows: [], matters: {}, at: null, etag: "", tongue: "" };
export const todo = new Watched<Todo>(EMPTY);

/** So many matters at once are kept whole, those that are due first. */
const MOST_WHOLE = 100;
const PAGE = 100;

export async function loadTodo(): Promise<void> {
  todo.set((await recall<Todo>("todo")) ?? EMPTY);
}

/** Whether matters come to this person; the server says so at sign-in. */
export function hasDesk(who: Session | null): boolean {
  return who?.user.has_desk === true;
}

/** Decisions on a matter that were made here, the newest first. */
export function decisionsOn(items: Item[], matter: number): Item[] {
  return items.filter((item) => ofDesk(item) && item.body["matter"] === matter);
}

/** After these it waits for him no more. */
const LEAVING: ReadonlySet<Item["type"]> = new Set<Item["type"]>(["decision", "hand-over"]);

/** What waits for him still: without those that he has decided, though the server has not heard of it. */
export function waiting(held: Todo, items: Item[]): MatterRow[] {
  return held.rows.filter(({ matter }) => !decisionsOn(items, matter).some(({ type, state }) => state === "queued" && LEAVING.has(type)));
}

interface Page {
  results: MatterRow[];
  next: string | null;
}

/** Asks for the list, and for what in it has changed. A refusal leaves what is kept; throws Unreachable. */
export async function refreshTodo(): Promise<void> {
  if (!hasDesk(session.value)) return;
  try {
    const tongue = language.value;
    const { rows, etag } = await list(todo.value.tongue === tongue ? todo.value : EMPTY);
    await put((kept) => {
      const needed = Object.entries(kept.tongue === tongue ? kept.matters : {}).filter(([id]) => isNeeded(Number(id), rows));
      return { rows, etag, matters: Object.fromEntries(needed), tongue, at: new Date().toISOString() };
    });
    const { matters } = todo.value;
    for (const { matter, version } of rows.slice(0, MOST_WHOLE)) {
      // What an earlier app kept says less.
      if (matters[matter]?.version !== version || !matters[matter].passings) await refreshMatter(matter);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Whether a matter stays here: it waits for him, he has decided something of it, or looks at it now. */
function isNeeded(matter: number, rows: MatterRow[]): boolean {
  const open = location.hash === `#/matter/${matter}`;
  return open || rows.some((row) => row.matter === matter) || decisionsOn(box.value.items, matter).length > 0;
}

async function list(kept: Todo): Promise<{ rows: MatterRow[]; etag: string }> {
  const answer = await ask(`assignments?limit=${PAGE}`, kept.etag ? { headers: { "If-None-Match": kept.etag } } : {});
  if (answer.status === 304) return kept;
  let page = (await judged(answer)) as Page;
  const rows = [...page.results];
  // A list of several pages is always read whole: the tag of the first says nothing of the others.
  const etag = page.next ? "" : (answer.headers.get("ETag") ?? "");
  while (page.next) {
    page = await call<Page>(`assignments?limit=${PAGE}&cursor=${encodeURIComponent(page.next)}`);
    rows.push(...page.results);
  }
  return { rows, etag };
}

/** Reads one matter anew and keeps it. Throws Problem where it is not this person's, and Unreachable. */
export async function refreshMatter(id: number): Promise<void> {
  const read = await call<Matter>(`matters/${id}`);
  // Two answers may pass each other on the way.
  await put((kept) => ((kept.matters[id]?.version ?? 0) > read.version ? kept : { ...kept, matters: { ...kept.matters, [id]: read } }));
}

/** Forgets the files of what no longer waits, and takes those of the rest where that costs nothing. Throws Unreachable. */
export async function keepFiles(stop: () => boolean): Promise<void> {
  if (!hasDesk(session.value)) return;
  const { dropFiles, fillFiles, onWifi } = await import("./files");
  await dropFiles();
  if (onWifi()) await fillFiles(stop);
}

/** Changes what is kept, for whom it was asked: in another tab somebody else may have signed in. */
async function put(change: (kept: Todo) => Todo): Promise<void> {
  const user = session.value?.user.id;
  const tx = await writing("kv");
  const [who, kept] = await Promise.all([tx.objectStore("kv").get("session"), tx.objectStore("kv").get("todo")]) as [Session | null | undefined, Todo | undefined];
  if (user !== undefined && who?.user.id === user && !who.ended) {
    const value = change(kept ?? EMPTY);
    void tx.objectStore("kv").put(value, "todo");
    todo.set(value);
  }
  await tx.done;
}
