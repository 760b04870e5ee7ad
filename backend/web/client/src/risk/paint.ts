// Colours by class. The stylesheet owns the colours, the server the limits of the classes.

import type { ExpressionSpecification } from "maplibre-gl";
import { type Measure, config } from "./config";
import { get } from "./address";
import { shown } from "./panel";

export interface Palette {
  bands: string[];
  sea: string;
  land: string;
  line: string;
  border: string;
  text: string;
  halo: string;
  bad: string;
  scan: string;
  cluster: string;
}

const css = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function palette(): Palette {
  return {
    bands: [1, 2, 3, 4, 5].map((n) => css(`--class-${n}`)),
    sea: css("--map-sea"),
    land: css("--map-land"),
    line: css("--map-line"),
    border: css("--map-border"),
    text: css("--text"),
    halo: css("--map-halo"),
    bad: css("--bad"),
    scan: css("--focus"),
    cluster: css("--cluster"),
  };
}

export function measure(): Measure {
  const asked = get("by");
  const found = config.measures.find(({ id }) => id === asked) ?? config.measures[0];
  if (!found) throw new Error("the server sent no measure");
  return { ...found, limits: shown().limits };
}

const number = (name: string): ExpressionSpecification => ["to-number", ["get", name], 0];

/** The value of `by` on a feature. */
export function value(by: Measure): ExpressionSpecification {
  return by.per ? ["/", number(by.of), ["max", number(by.per), 1]] : number(by.of);
}

/** The colour of a feature; what holds no unit has none. */
export function colour(by: Measure, { bands, land }: Palette): ExpressionSpecification {
  const steps = by.limits.flatMap((limit, n) => [limit, bands[n + 1] ?? land]);
  const stepped = ["step", value(by), bands[0] ?? land, ...steps];
  return ["case", [">", number("units"), 0], stepped, land] as unknown as ExpressionSpecification;
}

/** The value of a feature as text for its label. */
export function written(by: Measure): ExpressionSpecification {
  const plain: ExpressionSpecification = ["to-string", ["round", value(by)]];
  if (!by.percent) return by.unit ? ["concat", plain, by.unit] : plain;
  const share: ExpressionSpecification = ["*", 100, value(by)];
  return ["concat", ["to-string", ["/", ["round", ["*", 10, share]], 10]], "%"];
}

/** The same for one feature's properties, for the card under the pointer. */
export function figure(by: Measure, facts: Record<string, unknown>): string {
  const of = Number(facts[by.of] ?? 0);
  const found = by.per ? of / Math.max(Number(facts[by.per] ?? 0), 1) : of;
  return by.percent ? `${(100 * found).toFixed(1)} %` : `${Math.round(found)}${by.unit}`;
}
