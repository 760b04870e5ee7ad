/** One way to the server. */
import { language } from "./i18n";
import { session } from "./session";

const BASE = "/mobile/v1/";
const PATIENCE = 30_000;
/** For what is large: at 50 kbit/s it is 700 kB. */
export const LONG_PATIENCE = 120_000;

/** The server understood and refused; `code` is its stable word. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail || code);
  }
}

/** No answer: no network, or a server in trouble. Worth trying again. */
export class Unreachable extends Error {}

/** The line is slow or dead: what was sent was perhaps too much for it. */
export class TimedOut extends Unreachable {}

/** How often the server has answered, whatever it said. */
export let answers = 0;

/** With which token an answer was asked for: another tab may have signed in since. */
const tokens = new WeakMap<Response, string>();

export function url(path: string): string {
  return /^(\/|https?:)/.test(path) ? path : BASE + path;
}

/** A raw answer. Throws Unreachable; the caller reads the status. */
export async function ask(path: string, init: RequestInit = {}, patience = PATIENCE): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Accept-Language", language.value === "en" ? "en" : "zh-hans");
  const { value } = session;
  const token = value && !value.expired ? value.token : "";
  if (token) headers.set("Authorization", `Token ${token}`);
  try {
    const answer = await fetch(url(path), { ...init, headers, credentials: "omit", cache: "no-store", signal: within(patience) });
    tokens.set(answer, token);
    answers += 1;
    return answer;
  } catch (error) {
    throw lost(error);
  }
}

/** Aborts after so many milliseconds; browsers before 2022 have no AbortSignal.timeout. */
function within(patience: number): AbortSignal {
  const clock = new AbortController();
  setTimeout(() => clock.abort(), patience);
  return clock.signal;
}

/** Nothing but the clock aborts a call. */
function lost(error: unknown): Unreachable {
  return error instanceof DOMException && error.name === "AbortError" ? new TimedOut(String(error)) : new Unreachable(String(error));
}

/** A JSON answer, to a GET or with a body to a POST. Throws Problem for 4xx and Unreachable for what may pass by itself. */
export async function call<T>(path: string, body?: unknown, patience = PATIENCE): Promise<T> {
  const init: RequestInit = { method: body === undefined ? "GET" : "POST" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const answer = await ask(path, init, patience);
  return (await judged(answer)) as T;
}

export async function judged(answer: Response): Promise<unknown> {
  const text = await answer.text().catch((error: unknown) => {
    throw lost(error);
  });
  const said = parsed(text);
  if (answer.ok) {
    if (said === undefined && text) throw new Unreachable("not JSON");
    return said;
  }
  const told = (said ?? {}) as Record<string, unknown>;
  const code = String(told["type"] ?? "").split("/").pop() || `http-${answer.status}`;
  const problem = new Problem(answer.status, code, String(told["detail"] ?? told["title"] ?? ""), told);
  if (answer.status === 401 && !answer.url.endsWith("/sign-in") && (await session.refused(tokens.get(answer) ?? "", code === "token-ended"))) {
    throw new Unreachable("signed in anew");
  }
  // At the door a person waits for the answer, and is told that it was asked too often.
  const tooOften = answer.status === 429 && !answer.url.endsWith("/sign-in");
  if (answer.status >= 500 || tooOften || answer.status === 408) throw new Unreachable(problem.message);
  throw problem;
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
