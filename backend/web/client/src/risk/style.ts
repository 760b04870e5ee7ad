// The whole style of the map, made anew from the state; MapLibre applies the difference.

import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { filters } from "./address";
import { colour, measure, type Palette, written } from "./paint";
import { type Shown, config } from "./config";

/** From these zooms on cells, then single units are drawn. */
export const CELLS_FROM = 9.2;
export const UNITS_FROM = 12;
const FONT = ["Jinzhi"];

const whole = (path: string): string => new URL(path, location.href).href;

export function style(shown: Shown, look: Palette): StyleSpecification {
  const ask = filters(shown.past ? shown.asOf : null);
  const tiles = (layer: string): { type: "vector"; url: string } => ({
    type: "vector",
    url: whole(`${config.urls.tiles}${layer}.json${ask}`),
  });
  const base = config.base;
  return {
    version: 8,
    "font-faces": { Jinzhi: whole(config.urls.font) },
    sources: {
      background: { type: "geojson", data: whole(config.urls.background) },
      names: { type: "geojson", data: labels(shown) },
      regions: { ...tiles("regions"), promoteId: "code" },
      ...(shown.past ? {} : { cells: tiles("cells"), units: tiles("units") }),
      ...(base && {
        base: { type: "raster" as const, tiles: base.tiles.map(placed), tileSize: 256, attribution: base.attribution },
      }),
    },
    layers: [
      ...(base ? [{ id: "base", type: "raster" as const, source: "base" }] : ground(look)),
      ...areas(shown, look),
      ...(shown.past ? [] : [...cells(look), ...units(look)]),
      ...names(look, shown),
    ],
  };
}

/** The address of a base tile, put right first when the base map is in GCJ-02. */
function placed(address: string): string {
  if (config.base?.datum !== "GCJ02") return address;
  return `gcj02://${address.replace("{z}", "{Z}").replace("{x}", "{X}").replace("{y}", "{Y}")}#{z}/{x}/{y}`;
}

const level = (name: string): FilterSpecification => ["==", ["get", "level"], name];

function ground(look: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": look.sea } },
    { id: "neighbours", type: "fill", source: "background", filter: level("neighbour"), paint: { "fill-color": look.land, "fill-outline-color": look.line } },
    { id: "land", type: "fill", source: "background", filter: level("province"), paint: { "fill-color": look.land } },
    { id: "cities", type: "line", source: "background", filter: level("city"), paint: { "line-color": look.line, "line-width": 0.8 } },
    { id: "province", type: "line", source: "background", filter: level("province"), paint: { "line-color": look.border, "line-width": 1.6 } },
  ];
}

/** The province shows its cities, or its counties when looked at closely; a city its counties. */
function areas(shown: Shown, look: Palette): LayerSpecification[] {
  const by = measure();
  const faint = ["interpolate", ["linear"], ["zoom"], CELLS_FROM - 0.4, 0.85, CELLS_FROM + 0.3, shown.past ? 0.85 : 0.12];
  const closer = shown.level === "province" ? 7.6 : 0;
  const one = (id: string, name: string, zooms: object): LayerSpecification[] => [
    { id, type: "fill", source: "regions", "source-layer": "regions", filter: level(name), ...zooms, paint: { "fill-color": colour(by, look), "fill-opacity": faint as unknown as number } },
    { id: `${id}-line`, type: "line", source: "regions", "source-layer": "regions", filter: level(name), ...zooms, paint: { "line-color": look.border, "line-width": ["case", ["==", ["get", "code"], shown.code], 2.5, 0.9] } },
  ];
  return [
    ...(closer ? one("area-city", "city", { maxzoom: closer }) : []),
    ...one("area-county", "county", { minzoom: closer }),
  ];
}

function cells(look: Palette): LayerSpecification[] {
  return [
    { id: "cells", type: "fill", source: "cells", "source-layer": "cells", minzoom: CELLS_FROM, maxzoom: UNITS_FROM, paint: { "fill-color": colour(measure(), look), "fill-opacity": 0.82, "fill-outline-color": look.halo } },
  ];
}

/** A disc by band of the score; a ring says overdue, so that colour is not needed to see it. */
function units(look: Palette): LayerSpecification[] {
  const [one, two, three, four, five] = look.bands as [string, string, string, string, string];
  const due = ["boolean", ["get", "overdue"], false];
  return [
    {
      id: "units", type: "circle", source: "units", "source-layer": "units", minzoom: UNITS_FROM,
      layout: { "circle-sort-key": ["to-number", ["get", "score"], 0] },
      paint: {
        "circle-color": ["step", ["to-number", ["get", "score"], 0], one, 200, two, 400, three, 600, four, 800, five],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, ["case", due, 5.5, 4], 16, ["case", due, 10, 7.5]] as never,
        "circle-stroke-color": ["case", due, look.text, look.halo] as never,
        "circle-stroke-width": ["case", due, 2.2, 1] as never,
      },
    },
  ];
}

function names(look: Palette, shown: Shown): LayerSpecification[] {
  const paint = { "text-color": look.text, "text-halo-color": look.halo, "text-halo-width": 1.6 };
  const faint = { ...paint, "text-opacity": 0.65 };
  const name = ["get", "name"] as unknown as string;
  const labelled = ["format", name, {}, "\n", {}, ["case", [">", ["get", "units"], 0], written(measure()), ""], { "font-scale": 0.92 }];
  const own = { "text-field": labelled as unknown as string, "text-font": FONT, "text-size": 13, "text-padding": 4 };
  const plain = { "text-field": name, "text-font": FONT, "text-size": 12 };
  return [
    { id: "neighbour-names", type: "symbol", source: "background", filter: level("neighbour-name"), maxzoom: 9, paint: faint, layout: { ...plain, "text-size": 14, "text-letter-spacing": 0.2 } },
    ...(shown.level === "county" ? [] : [{ id: "names", type: "symbol" as const, source: "names", maxzoom: UNITS_FROM, paint, layout: own }]),
    { id: "county-names", type: "symbol", source: "background", filter: level("county-name"), minzoom: 8, maxzoom: UNITS_FROM + 1, paint: faint, layout: plain },
  ];
}

/** The names of what lies directly below, each with its figures. */
function labels(shown: Shown): GeoJSON.FeatureCollection {
  const features = shown.children.map(({ name, lng, lat, figures }) => ({
    type: "Feature" as const,
    properties: { name, ...figures },
    geometry: { type: "Point" as const, coordinates: [lng, lat] },
  }));
  return { type: "FeatureCollection", features };
}
