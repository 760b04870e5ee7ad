// A canvas is blank on paper: before printing a picture of the map takes its place.

import type { Map } from "maplibre-gl";

export function onPaper(map: Map): void {
  const picture = document.getElementById("map-on-paper") as HTMLImageElement | null;
  if (!picture) return;
  addEventListener("beforeprint", () => {
    map.redraw(); // what was drawn earlier is gone from the canvas by now
    picture.src = map.getCanvas().toDataURL("image/png");
    picture.hidden = false;
  });
  addEventListener("afterprint", () => {
    picture.hidden = true;
    picture.removeAttribute("src");
  });
}
