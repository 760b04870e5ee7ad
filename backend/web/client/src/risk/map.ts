// The map itself: made once, and given a new style whenever the state changes.

import { type LngLatBoundsLike, Map, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { look, view } from "./address";
import { factsOf, hovering, isCluster, isUnit, touched } from "./card";
import { type Shown, config, say } from "./config";
import { drawn } from "./datum";
import { NearMe } from "./here";
import { palette } from "./paint";
import { UNITS_FROM, style } from "./style";
import * as unit from "./unit";

const box = ({ box: [west, south, east, north] }: Shown): LngLatBoundsLike => [drawn(west, south), drawn(east, north)];
const CLOSE = { padding: 24, maxZoom: UNITS_FROM - 0.6 };

export function make(shown: Shown, onRegion: (code: string) => void): Map {
  setWorkerUrl(new URL(config.urls.worker, location.href).href);
  const at = view();
  const map = new Map({
    container: "map",
    style: style(shown, palette()),
    ...(at ? { center: [at.lng, at.lat], zoom: at.z } : { bounds: box(shown), fitBoundsOptions: CLOSE }),
    maxZoom: 18,
    minZoom: 4,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: config.base ? {} : false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    locale: { "NavigationControl.ZoomIn": say("zoom in"), "NavigationControl.ZoomOut": say("zoom out"), "Map.Title": say("map"), "Popup.Close": say("close") },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new NearMe(), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
  hovering(map);
  clicking(map, onRegion);
  map.on("moveend", (event) => {
    // Only what a hand moved is worth noting: the region's own view follows from the region.
    if (event.originalEvent) look({ z: map.getZoom(), ...map.getCenter() });
  });
  map.on("idle", () => counted(map));
  const zoomed = (): boolean => document.body.classList.toggle("at-units", map.getZoom() >= UNITS_FROM);
  map.on("zoom", zoomed);
  zoomed();
  map.once("idle", () => document.body.classList.add("map-drawn"));
  return map;
}

/** Says how many units are left out where a tile holds more than are drawn. */
function counted(map: Map): void {
  const note = document.getElementById("drawn");
  if (!note) return;
  const tiles = map.getLayer("units-info") && map.getZoom() >= UNITS_FROM ? map.querySourceFeatures("units", { sourceLayer: "units_info" }) : [];
  const sum = (name: string): number => tiles.reduce((n, { properties }) => n + Number(properties[name] ?? 0), 0);
  const [drawn, total] = [sum("shown"), sum("total")];
  note.textContent = total > drawn ? say("shown", { shown: drawn, total }) : "";
}

function clicking(map: Map, onRegion: (code: string) => void): void {
  map.on("click", (event) => {
    const found = touched(map, event.point, matchMedia("(pointer: coarse)").matches ? 12 : 2);
    if (!found) return;
    if (isUnit(found)) unit.show(map, event.lngLat, factsOf(found));
    else if (isCluster(found)) unit.showCluster(map, event.lngLat, factsOf(found));
    else if (found.layer.id === "cells") closer(map, event.lngLat);
    else onRegion(String(found.properties.code));
  });
}

/** Into a cell, as far as its units are drawn. */
function closer(map: Map, center: { lng: number; lat: number }): void {
  const zoom = Math.max(UNITS_FROM + 0.8, map.getZoom() + 1.5);
  map.easeTo({ center: [center.lng, center.lat], zoom });
  look({ z: zoom, ...center });
}

/** Draws what the state asks for; ``moving`` also goes there. */
export function redraw(map: Map, shown: Shown, moving: boolean): void {
  map.setStyle(style(shown, palette()), { diff: true });
  if (!moving) return;
  const at = view();
  if (at) map.easeTo({ center: [at.lng, at.lat], zoom: at.z });
  else map.fitBounds(box(shown), CLOSE);
}
