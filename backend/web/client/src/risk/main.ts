// The page of the risk map: one address, one panel, one map, kept in step.

import type { Map } from "maplibre-gl";
import * as address from "./address";
import { config, type Shown } from "./config";
import { make, redraw } from "./map";
import * as panel from "./panel";
import { onPaper } from "./paper";
import { drawable, withoutMap } from "./webgl";
import { sliding } from "./time";
import * as trend from "./trend";

let map: Map | null = null;

async function follow(moving: boolean): Promise<void> {
  const now = await panel.load(`${config.urls.page}${location.search}`);
  if (now) draw(now, moving);
}

function draw(now: Shown, moving: boolean): void {
  trend.draw(now);
  if (map) redraw(map, now, moving);
}

/** A step that the back button undoes. */
function step(query: string): void {
  const before = address.get("region");
  address.go(query);
  void follow(address.get("region") !== before || /[?&]z=/.test(query));
}

/** Links that only change the question are answered in place; with a key held they open as ever. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href^='?']");
  if (!link) return;
  event.preventDefault();
  step(link.search || "?");
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method !== "get" || !form.hasAttribute("data-in-place")) return;
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  step(`?${asked}`);
});

addEventListener("popstate", () => void follow(true));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(panel.shown(), false));
sliding((month) => step(address.with_({ month })));

const first = panel.shown();
trend.draw(first);
if (drawable()) {
  map = make(first, (region) => step(address.with_({ region })));
  onPaper(map);
  Object.assign(window, { riskMap: map });
} else withoutMap();
