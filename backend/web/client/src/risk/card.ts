// What the pointer touches: a card that follows it, and one that stays after a click.

import { type Map, type MapGeoJSONFeature, type PointLike, Popup } from "maplibre-gl";
import { config, say } from "./config";
import { figure } from "./paint";

type Facts = Record<string, unknown>;
const TOUCHED = ["hazards", "units", "clusters", "cells", "areas"];

/** The topmost thing at a point; a finger is wider than a pointer. */
export function touched(map: Map, { x, y }: { x: number; y: number }, reach = 0): MapGeoJSONFeature | null {
  const box: [PointLike, PointLike] = [[x - reach, y - reach], [x + reach, y + reach]];
  const layers = TOUCHED.filter((id) => map.getLayer(id));
  return map.queryRenderedFeatures(box, { layers })[0] ?? null;
}

function element(name: string, text: string, kind = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function list(pairs: [string, string][]): HTMLElement {
  const made = document.createElement("dl");
  for (const [term, fact] of pairs) made.append(element("dt", term), element("dd", fact));
  return made;
}

/** The figures of a region or a cell. */
function figures(facts: Facts, title: string): HTMLElement {
  const made = document.createElement("div");
  const all = config.measures.map((by): [string, string] => [by.label, figure(by, facts)]);
  made.append(element("strong", title), list([[say("units"), String(facts.units ?? 0)], ...all]));
  return made;
}

export function unit(facts: Facts): HTMLElement {
  const made = document.createElement("div");
  const pairs: [string, string][] = [
    [say("score"), String(facts.score)],
    [say("status"), config.statuses[String(facts.status)] ?? ""],
  ];
  if (facts.overdue) pairs.push([say("inspection"), say("overdue")]);
  made.append(element("strong", config.kinds[String(facts.kind)] ?? ""), list(pairs));
  return made;
}

/** More letters than chance would bring: where, of what, since when, how sure. */
export function cluster(facts: Facts): HTMLElement {
  const made = document.createElement("div");
  const written = { observed: String(facts.observed), expected: Number(facts.expected).toFixed(1), p: Number(facts.p).toFixed(3) };
  const pairs: [string, string][] = [
    [say("product"), String(facts.product || say("all products"))],
    [say("period"), `${facts.since} – ${facts.until}`],
    [say("letters"), say("cluster of", written)],
  ];
  made.append(element("strong", `${say("cluster")}: ${facts.counties}`), list(pairs));
  return made;
}

export const isCluster = ({ layer }: MapGeoJSONFeature): boolean => layer.id === "clusters";

export const isUnit = ({ layer }: MapGeoJSONFeature): boolean => layer.id === "units" || layer.id === "hazards";

/** What a tile says of a unit; its number is the feature's own. */
export const factsOf = ({ id, properties }: MapGeoJSONFeature): Facts => ({ ...properties, id });

export function content(found: MapGeoJSONFeature): HTMLElement {
  const { layer, properties } = found;
  if (isUnit(found)) return unit(factsOf(found));
  if (isCluster(found)) return cluster(properties);
  return figures(properties, layer.id === "cells" ? say("cell") : String(properties.name));
}

/** A card under the pointer; none on screens that have no pointer to hover with. */
export function hovering(map: Map): void {
  if (!matchMedia("(hover: hover)").matches) return;
  const card = new Popup({ closeButton: false, closeOnClick: false, className: "hover-card", maxWidth: "16rem", offset: 12 });
  map.on("mousemove", (event) => {
    const found = touched(map, event.point);
    map.getCanvas().style.cursor = found ? "pointer" : "";
    if (found) card.setLngLat(event.lngLat).setDOMContent(content(found)).addTo(map);
    else card.remove();
  });
  map.on("mouseout", () => card.remove());
  map.on("click", () => card.remove());
}
