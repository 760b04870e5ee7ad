/** One way to the server. */
import { language } from "./i18n";
import { session } from "./session";

const BASE = "/mobile/v1/";
const PATIENCE = 30_000;

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

export function url(path: string): string {
  return /^(\/|https?:)/.test(path) ? path : BASE + path;
}

/** A raw answer. Throws Unreachable; the caller reads the status. */
export async function ask(path: string, init: RequestInit = {}, patience = PATIENCE): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Accept-Language", language.value === "en" ? "en" : "zh-hans");
  const { value } = session;
  if (value && !value.expired && !headers.has("Authorization")) headers.set("Authorization", `Token ${value.token}`);
  try {
    return await fetch(url(path), { ...init, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patience) });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

/** A JSON answer. Throws Problem for 4xx and Unreachable for what may pass by itself. */
export async function call<T>(path: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const answer = await ask(path, init);
  return (await judged(answer)) as T;
}

export async function judged(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => {
    throw new Unreachable("cut off");
  });
  const said = parsed(text);
  if (answer.ok) {
    if (said === undefined && text) throw new Unreachable("not JSON");
    return said;
  }
  const told = (said ?? {}) as Record<string, unknown>;
  const code = String(told["type"] ?? "").split("/").pop() || `http-${answer.status}`;
  const problem = new Problem(answer.status, code, String(told["detail"] ?? told["title"] ?? ""), told);
  if (answer.status === 401 && !answer.url.endsWith("/sign-in")) await session.expire();
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Unreachable(problem.message);
  throw problem;
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
