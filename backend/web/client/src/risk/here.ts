// Where the reader stands, when he asks and allows it. The place never leaves the browser.

import { type IControl, type Map, Marker } from "maplibre-gl";
import { look } from "./address";
import { say } from "./config";
import { drawn } from "./datum";

export class NearMe implements IControl {
  private readonly box = document.createElement("div");
  private marker: Marker | null = null;

  onAdd(map: Map): HTMLElement {
    this.box.className = "maplibregl-ctrl maplibregl-ctrl-group near-me";
    const button = document.createElement("button");
    button.type = "button";
    button.title = say("near me");
    button.setAttribute("aria-label", say("near me"));
    button.textContent = "◎";
    button.addEventListener("click", () => this.find(map, button));
    this.box.append(button);
    return this.box;
  }

  onRemove(): void {
    this.box.remove();
  }

  private find(map: Map, button: HTMLButtonElement): void {
    const sorry = (): void => {
      button.title = say("no location");
      button.setAttribute("aria-label", say("no location"));
      button.textContent = "×";
    };
    if (!("geolocation" in navigator)) return sorry();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const [lng, lat] = drawn(coords.longitude, coords.latitude);
        this.marker ??= new Marker({ color: "#0b57d0" });
        this.marker.setLngLat([lng, lat]).addTo(map);
        map.easeTo({ center: [lng, lat], zoom: 14 });
        look({ z: 14, lng, lat });
      },
      sorry,
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  }
}
