// The whole style of the map, made anew from the state; MapLibre applies the difference.

import type { CircleLayerSpecification, FilterSpecification, LayerSpecification, RasterSourceSpecification, StyleSpecification } from "maplibre-gl";
import { type Asked, filters, get } from "./address";
import { colour, measure, type Palette, written } from "./paint";
import { type Shown, config } from "./config";
import * as datum from "./datum";

/** From these zooms on cells, then single units are drawn. */
export const CELLS_FROM = 9.2;
export const UNITS_FROM = 12;
const FINE_FROM = 8;
const FONT = ["Jinzhi"];

const whole = (path: string): string => new URL(path, location.href).href;

export function style(shown: Shown, look: Palette): StyleSpecification {
  const tiles = (layer: string, known: Asked[], more = {}): { type: "vector"; url: string } => ({
    type: "vector",
    url: whole(`${config.urls.tiles}${layer}.json${filters(known, { ...datum.asked, ...more })}`),
  });
  const base = config.base;
  return {
    version: 8,
    "font-faces": { Jinzhi: whole(config.urls.font) },
    sources: {
      background: { type: "geojson", data: whole(config.urls.background) },
      names: { type: "geojson", data: labels(shown) },
      regions: tiles("regions", ["kind", "status", "due"], {
        ...(shown.past ? { as_of: shown.asOf } : {}),
        // What lies directly below, whatever the screen: on a phone the province alone would show.
        level: shown.level === "province" ? "city" : "county",
      }),
      ...(wants("hazards") ? { hazards: tiles("hazards", ["kind", "status"]) } : {}),
      ...(wants("clusters") ? { clusters: tiles("clusters", []) } : {}),
      ...(wants("scans") ? { scans: tiles("scans", ["kind", "status"]) } : {}),
      ...(shown.past ? {} : { cells: tiles("cells", ["kind", "status", "due"]), units: tiles("units", ["kind", "status", "due"]) }),
      ...Object.fromEntries((base?.tiles ?? []).map((tiles, n) => [`base-${n}`, raster(tiles)])),
    },
    layers: [
      ...(base ? base.tiles.map((_, n) => ({ id: `base-${n}`, type: "raster" as const, source: `base-${n}` })) : ground(look)),
      ...areas(shown, look),
      ...(shown.past ? [] : [...cells(look), ...units(look), INFO]),
      ...besides(look),
      ...names(look, shown),
    ],
  };
}

const wants = (layer: string): boolean => get("also").split(",").includes(layer);

const raster = (tiles: string): RasterSourceSpecification => ({
  type: "raster",
  tiles: [tiles],
  tileSize: 256,
  attribution: config.base?.attribution ?? "",
});

const level = (name: string): FilterSpecification => ["==", ["get", "level"], name];

function ground(look: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": look.sea } },
    { id: "neighbours", type: "fill", source: "background", filter: level("neighbour"), paint: { "fill-color": look.land, "fill-outline-color": look.line } },
    { id: "land", type: "fill", source: "background", filter: level("province"), maxzoom: FINE_FROM, paint: { "fill-color": look.land } },
    { id: "cities", type: "line", source: "background", filter: level("city"), maxzoom: FINE_FROM, paint: { "line-color": look.line, "line-width": 0.8 } },
    { id: "province", type: "line", source: "background", filter: level("province"), maxzoom: FINE_FROM, paint: { "line-color": look.border, "line-width": 1.6 } },
    // Closer by, the coast is that of the tiles, so that land and figures end at one line.
    { id: "shore", type: "fill", source: "regions", "source-layer": "outlines", minzoom: FINE_FROM, paint: { "fill-color": look.land } },
  ];
}

/** Cities of the province, counties of a city; faint once cells say it finer. */
function areas(shown: Shown, look: Palette): LayerSpecification[] {
  const finest = shown.past ? 0.85 : 0.12;
  const opacity = ["interpolate", ["linear"], ["zoom"], CELLS_FROM - 0.4, 0.85, CELLS_FROM + 0.3, finest, UNITS_FROM, finest, UNITS_FROM + 1, shown.past ? 0.85 : 0.04];
  const width = ["case", ["==", ["get", "code"], shown.code], 2.6, 1];
  const from = { source: "regions", "source-layer": "regions" };
  return [
    { id: "areas", type: "fill", ...from, paint: { "fill-color": colour(measure(), look), "fill-opacity": opacity as never } },
    { id: "around", type: "line", source: "regions", "source-layer": "outlines", paint: { "line-color": look.line, "line-width": 0.8 } },
    { id: "borders", type: "line", ...from, paint: { "line-color": look.border, "line-width": width as never } },
  ];
}

/** Drawn invisibly: it tells how many units of each tile are shown, and of how many. */
const INFO: LayerSpecification = { id: "units-info", type: "circle", source: "units", "source-layer": "units_info", minzoom: UNITS_FROM, paint: { "circle-radius": 1, "circle-opacity": 0 } };

function cells(look: Palette): LayerSpecification[] {
  return [
    { id: "cells", type: "fill", source: "cells", "source-layer": "cells", minzoom: CELLS_FROM, maxzoom: UNITS_FROM, paint: { "fill-color": colour(measure(), look), "fill-opacity": 0.82, "fill-outline-color": look.halo } },
  ];
}

/** A disc by class of the score; a ring says overdue, so that colour is not needed to see it. */
function units(look: Palette): LayerSpecification[] {
  const [one, two, three, four, five] = look.bands as [string, string, string, string, string];
  const due = ["boolean", ["get", "overdue"], false];
  return [
    {
      id: "units", type: "circle", source: "units", "source-layer": "units", minzoom: UNITS_FROM,
      layout: { "circle-sort-key": ["to-number", ["get", "score"], 0] },
      paint: {
        "circle-color": ["step", ["to-number", ["get", "level"], 1], one, 2, two, 3, three, 4, four, 5, five],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, ["case", due, 5.5, 4], 16, ["case", due, 10, 7.5]] as never,
        "circle-stroke-color": ["case", due, look.text, look.border] as never,
        "circle-stroke-width": ["case", due, 2.4, 0.8] as never,
      },
    },
  ];
}

/** Open hazards as rings, the last scans as small dots, clusters as wide dashed rings; only where they were asked for. */
function besides(look: Palette): LayerSpecification[] {
  const dot = (id: string, paint: CircleLayerSpecification["paint"] & object): LayerSpecification[] =>
    wants(id) ? [{ id, type: "circle", source: id, "source-layer": id, paint }] : [];
  const from = { source: "clusters", "source-layer": "clusters" };
  const rings: LayerSpecification[] = [
    { id: "clusters", type: "fill", ...from, paint: { "fill-color": look.cluster, "fill-opacity": 0.14 } },
    { id: "cluster-rings", type: "line", ...from, paint: { "line-color": look.cluster, "line-width": 2.5, "line-dasharray": [3, 2] } },
  ];
  return [
    ...(wants("clusters") ? rings : []),
    ...dot("hazards", { "circle-radius": 9, "circle-opacity": 0, "circle-stroke-color": look.bad, "circle-stroke-width": 3 }),
    ...dot("scans", { "circle-radius": 3.5, "circle-color": look.scan, "circle-stroke-color": look.halo, "circle-stroke-width": 1 }),
  ];
}

function names(look: Palette, shown: Shown): LayerSpecification[] {
  const paint = { "text-color": look.text, "text-halo-color": look.halo, "text-halo-width": 1.6 };
  const faint = { ...paint, "text-opacity": 0.65 };
  const name = ["get", "name"] as unknown as string;
  const labelled = ["format", name, {}, "\n", {}, ["case", [">", ["get", "units"], 0], written(measure()), ""], { "font-scale": 0.92 }];
  const own = { "text-field": labelled as unknown as string, "text-font": FONT, "text-size": 13, "text-padding": 4 };
  const plain = { "text-field": name, "text-font": FONT, "text-size": 12 };
  const around: LayerSpecification[] = [
    { id: "neighbour-names", type: "symbol", source: "background", filter: level("neighbour-name"), maxzoom: 9, paint: faint, layout: { ...plain, "text-size": 14, "text-letter-spacing": 0.2 } },
    { id: "county-names", type: "symbol", source: "background", filter: level("county-name"), minzoom: 8, maxzoom: UNITS_FROM + 1, paint: faint, layout: plain },
  ];
  const below: LayerSpecification = { id: "names", type: "symbol", source: "names", maxzoom: UNITS_FROM, paint, layout: own };
  return [...(config.base ? [] : around), ...(shown.level === "county" ? [] : [below])];
}

/** The names of what lies directly below, each with its figures. */
function labels(shown: Shown): GeoJSON.FeatureCollection {
  const features = shown.children.map(({ name, lng, lat, figures }) => ({
    type: "Feature" as const,
    properties: { name, ...figures },
    geometry: { type: "Point" as const, coordinates: datum.drawn(lng, lat) },
  }));
  return { type: "FeatureCollection", features };
}
