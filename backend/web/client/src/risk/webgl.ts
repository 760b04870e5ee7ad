// A browser that cannot draw the map says so, and the figures take its place.

import { say } from "./config";

/** Whether the browser draws with WebGL 2, as the map needs it. */
export const drawable = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

/** Says in the map's place that there is none; the table beside it has the same figures. */
export function withoutMap(): void {
  const told = document.createElement("p");
  told.className = "empty";
  told.textContent = say("no map");
  document.getElementById("map")?.replaceChildren(told);
  document.body.classList.add("without-map");
}
