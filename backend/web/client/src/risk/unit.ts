// The card of one unit on the map: why it has its score, and what can be done.

import { type LngLatLike, type Map, Popup } from "maplibre-gl";
import { config, say } from "./config";
import * as card from "./card";

interface Score {
  score: number;
  reasons: { factor: string; value: string; unit: string; points: number }[];
}

interface Named {
  certificate_no: string | null;
  device_code: string | null;
  internal_no: string;
}

let open: Popup | null = null;

export function show(map: Map, place: LngLatLike, facts: Record<string, unknown>): void {
  open?.remove();
  const body = card.unit(facts);
  const id = String(facts.id);
  const title = body.querySelector("strong") as HTMLElement;
  const links = document.createElement("p");
  links.className = "go";
  links.append(link(config.urls.unit.replace("0", id), say("open card"), "button"));
  if (config.mayPlan) links.append(link(config.urls.plan.replace("0", id), say("plan a check"), "button quiet"));
  const reasons = document.createElement("ol");
  body.append(reasons, links);
  open = new Popup({ maxWidth: "20rem", className: "unit-card", focusAfterOpen: true });
  open.setLngLat(place).setDOMContent(body).addTo(map);
  void name(id, title);
  void explain(id, reasons);
}

/** The card of a cluster of letters, which leads to those that one may see. */
export function showCluster(map: Map, place: LngLatLike, facts: Record<string, unknown>): void {
  open?.remove();
  const body = card.cluster(facts);
  const links = document.createElement("p");
  links.className = "go";
  links.append(link(config.urls.cluster.replace("0", String(facts.id)), say("show letters"), "button"));
  body.append(links);
  open = new Popup({ maxWidth: "20rem", className: "unit-card", focusAfterOpen: true });
  open.setLngLat(place).setDOMContent(body).addTo(map);
}

function link(href: string, text: string, kind: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  made.className = kind;
  return made;
}

/** What people know the unit by, behind its kind: its number within the firm, and the certificate or code. */
async function name(id: string, title: HTMLElement): Promise<void> {
  const answer = await fetch(config.urls.facts.replace("0", id));
  if (!answer.ok) return;
  const { certificate_no, device_code, internal_no } = (await answer.json()) as Named;
  title.textContent = [title.textContent, internal_no, certificate_no || device_code].filter(Boolean).join(" · ");
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
