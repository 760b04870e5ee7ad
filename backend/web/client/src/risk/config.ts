// What the server tells the page once: addresses, words, measures, and who looks.

/** A figure that can colour the map: `of`, or `of` divided by `per`; four limits make five classes. */
export interface Measure {
  id: string;
  label: string;
  of: string;
  per: string | null;
  percent: boolean;
  unit: string;
  limits: [number, number, number, number];
}

/** A base map chosen by the operator; our own background is drawn when there is none. */
export interface BaseMap {
  tiles: string[];
  attribution: string;
  datum: "WGS84" | "GCJ02";
}

export interface Config {
  urls: {
    page: string;
    worker: string;
    font: string;
    background: string;
    tiles: string;
    unit: string;
    facts: string;
    score: string;
    cluster: string;
    plan: string;
  };
  words: Record<string, string>;
  kinds: Record<string, string>;
  statuses: Record<string, string>;
  measures: Measure[];
  base: BaseMap | null;
  mayPlan: boolean;
  months: string[];
}

/** The region that the panel shows, as the server sent it with the panel. */
export interface Shown {
  code: string;
  name: string;
  level: "province" | "city" | "county";
  box: [number, number, number, number];
  asOf: string;
  past: boolean;
  /** Where the classes of colour begin among the regions shown, for the measure asked for. */
  limits: Measure["limits"];
  children: Child[];
  trend: { days: string[]; overdue: (number | null)[]; failed: (number | null)[] };
}

/** A region below the one shown, where its name stands, and its figures. */
export interface Child {
  code: string;
  name: string;
  level: string;
  lng: number;
  lat: number;
  figures: Record<string, number>;
}

export function read<T>(id: string): T {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the page has no #${id}`);
  return JSON.parse(element.textContent) as T;
}

export const config = read<Config>("risk-config");

/** The word for `key` in the language of the page, with {names} filled in. */
export function say(key: string, facts: Record<string, string | number> = {}): string {
  const word = config.words[key] ?? key;
  return word.replace(/\{(\w+)\}/g, (all, name: string) => String(facts[name] ?? all));
}
