// The card of one unit on the map: why it has its score, and what can be done.

import { type LngLatLike, type Map, Popup } from "maplibre-gl";
import { config, say } from "./config";
import * as card from "./card";

interface Score {
  score: number;
  reasons: { factor: string; value: string; unit: string; points: number }[];
}

let open: Popup | null = null;

export function show(map: Map, place: LngLatLike, facts: Record<string, unknown>): void {
  open?.remove();
  const body = card.unit(facts);
  const id = String(facts.id);
  const links = document.createElement("p");
  links.className = "go";
  links.append(link(config.urls.unit.replace("0", id), say("open card"), "button"));
  if (config.mayPlan) links.append(link(config.urls.plan.replace("0", id), say("plan a check"), "button quiet"));
  const reasons = document.createElement("ol");
  body.append(reasons, links);
  open = new Popup({ maxWidth: "20rem", className: "unit-card", focusAfterOpen: true });
  open.setLngLat(place).setDOMContent(body).addTo(map);
  void explain(id, reasons);
}

function link(href: string, text: string, kind: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  made.className = kind;
  return made;
}

/** The three reasons that weigh most. */
async function explain(id: string, place: HTMLElement): Promise<void> {
  const answer = await fetch(config.urls.score.replace("0", id));
  if (!answer.ok) return;
  const { reasons } = (await answer.json()) as Score;
  const weighty = reasons.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points);
  for (const { factor, value, unit, points } of weighty.slice(0, 3)) {
    const item = document.createElement("li");
    const measured = unit in config.words ? ` (${value} ${say(unit)})` : "";
    item.textContent = `${say(`factor ${factor}`).replace("factor ", "")}${measured} +${Math.round(points)}`;
    place.append(item);
  }
}
