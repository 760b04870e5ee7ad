// The address bar is the state: what is asked for stands there and nowhere else.

const ASKED = ["region", "month", "kind", "status", "due", "also", "by", "sort", "q"] as const;
const VIEW = ["z", "lng", "lat"] as const;
export type Asked = (typeof ASKED)[number];

export interface View {
  z: number;
  lng: number;
  lat: number;
}

export const now = (): URLSearchParams => new URLSearchParams(location.search);
export const get = (name: Asked): string => now().get(name) ?? "";

/** Where the map looks, if the address says so. */
export function view(): View | null {
  const asked = now();
  const [z, lng, lat] = VIEW.map((name) => Number.parseFloat(asked.get(name) ?? ""));
  if (z === undefined || lng === undefined || lat === undefined) return null;
  const inside = z >= 0 && z <= 22 && Math.abs(lng) <= 180 && Math.abs(lat) <= 85;
  return inside ? { z, lng, lat } : null;
}

/** The query string with `changes`; an empty value takes the name out. Changing region leaves the view. */
export function with_(changes: Partial<Record<Asked, string>>): string {
  const asked = now();
  if (changes.region !== undefined) for (const name of VIEW) asked.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    if (value) asked.set(name, value);
    else asked.delete(name);
  }
  const text = asked.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "?";
}

export function go(query: string): void {
  history.pushState(null, "", query);
}

/** Notes where the map looks without a new step for the back button. */
export function look({ z, lng, lat }: View): void {
  const asked = now();
  asked.set("z", z.toFixed(2));
  asked.set("lng", lng.toFixed(5));
  asked.set("lat", lat.toFixed(5));
  history.replaceState(null, "", `?${asked.toString().replaceAll("%2C", ",")}`);
}

/** Those of the filters that a layer of tiles knows, and what else it is asked by. */
export function filters(known: Asked[], more: Record<string, string>): string {
  const asked = now();
  const kept = new URLSearchParams(more);
  for (const name of known) {
    const value = asked.get(name);
    if (value) kept.set(name, value);
  }
  const text = kept.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}
