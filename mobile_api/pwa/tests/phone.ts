/** A phone for Node: someone signed in, and a network that answers as a test says. */
import * as memory from "./fakes/db";
import { session } from "../src/session";
import type { Draft, Item, Photo, Session, Unit } from "../src/types";

export const LIN: Session = { token: "one", user: { id: 7, username: "lin", name: "Lin", role: "inspector", region: null } };

export const UNIT: Unit = {
  id: 1, v: 1, code: null, dc: null, cert: null, no: "", cat: "3110", name: "", user: null, addr: "", reg: "370102",
  pos: null, st: "in_order", due: [["periodic", "2025-06-01", "2026-06-30", null]], last: null, def: [], grade: null,
};

/** An empty phone with Lin signed in. */
export async function afresh(): Promise<void> {
  memory.wipe();
  await session.put(LIN);
}

export async function held<T>(store: string, key: unknown): Promise<T | undefined> {
  return (await (await memory.db()).get(store as never, key)) as T | undefined;
}

export async function all<T>(store: string): Promise<T[]> {
  return (await (await memory.db()).getAll(store as never)) as T[];
}

export async function lay(store: string, ...values: unknown[]): Promise<void> {
  for (const value of values) await (await memory.db()).put(store as never, value);
}

export function draft(over: Partial<Draft> = {}): Draft {
  return {
    id: "draft", owner: 7, unit: 1, about: UNIT, tag: null, checklist: "a", version: 2, kind: "periodic", answers: {},
    defects: [], closes: [], photos: [], conclusion: "pass", remark: "", fix: null, ...over,
  };
}

export function photo(sha: string, over: Partial<Photo> = {}): Photo {
  const blob = new Blob([sha]);
  const at = new Date().toISOString();
  return { sha, blob, size: blob.size, owner: 7, state: "draft", sent: 0, kept: at, ...over };
}

export function item(id: string, over: Partial<Item> = {}): Item {
  return { id, type: "scan", made_at: `${new Date().toISOString()} ${id}`, body: {}, owner: 7, title: "", photos: [], state: "queued", ...over };
}

interface Asked {
  path: string;
  method: string;
  token: string | null;
  body: unknown;
}

/** Answers each call by `how`; what it throws the network throws. The list has what was asked. */
export function network(how: (asked: Asked) => Response | Promise<Response>): Asked[] {
  const heard: Asked[] = [];
  globalThis.fetch = async (address, init = {}) => {
    const { body } = init;
    const asked = {
      path: String(address).replace("/mobile/v1/", ""),
      method: init.method ?? "GET",
      token: new Headers(init.headers).get("Authorization"),
      body: typeof body === "string" ? JSON.parse(body) : body,
    };
    heard.push(asked);
    return how(asked);
  };
  return heard;
}

export function says(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

/** A refusal in the server's own form. */
export function refuses(status: number, code: string): Response {
  return says({ type: `https://example.org/problems/${code}`, detail: code }, status);
}
