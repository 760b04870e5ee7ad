/** Pieces that several screens share. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { db } from "./db";
import { today } from "./dates";
import { bare } from "./bare";
import { language, standingName, t } from "./i18n";
import { box, filedAt } from "./outbox";
import { type Dictionaries, carried } from "./pack";
import { nextDue, standing } from "./standing";
import type { Draft, Photo, Unit } from "./types";

/** Arrow keys move through a group of choices, as through any radio group. */
export function arrows(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const choices = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=radio]")];
  const at = choices.indexOf(document.activeElement as HTMLElement);
  if (!step || at < 0) return;
  event.preventDefault();
  const next = choices[(at + step + choices.length) % choices.length];
  next?.focus();
  next?.click();
}

/** Larger type on every screen, or the usual one. */
export function enlarge(large: boolean): void {
  document.documentElement.classList.toggle("large", large);
}

export function go(path: string): void {
  location.hash = path;
}

/** The name of a code by the pack's dictionary, else the code. */
export function nameOf(group: string, code: string): string {
  const names: Dictionaries = carried.value.names;
  const pair = names[group]?.[code];
  const [zh, en] = pair ?? [];
  return (language.value === "en" ? en || zh : zh) || code;
}

/** The unit of a draft as the pack has it, else as it was when work on it began. */
export function unitOf(draft: Draft): Unit {
  return carried.value.units.get(draft.unit) ?? draft.about ?? bare(draft.unit);
}

/** One line that tells a unit from others. */
export function titleOf(unit: Unit): string {
  return [unit.name || nameOf("category", unit.cat), unit.user, unit.no].filter(Boolean).join(" · ");
}

export function kindName(code: string): string {
  return nameOf("inspection_kind", code);
}

export function conclusionName(code: string): string {
  return nameOf("conclusion", code);
}

export function Standing({ word, large = false }: { word: string; large?: boolean }) {
  return <span class={`badge ${word}${large ? " large" : ""}`}>{standingName(word)}</span>;
}

export function Row({ unit, far, note }: { unit: Unit; far?: string | undefined; note?: string | undefined }) {
  const due = nextDue(unit);
  const filed = box.value.items.some((item) => item.body["unit"] === unit.id && today(new Date(filedAt(item))) === today());
  const begun = box.value.drafts.some((draft) => draft.unit === unit.id);
  return (
    <li>
      <a class="row" href={`#/unit/${unit.id}`}>
        <span class="main">
          <b>{unit.name || nameOf("category", unit.cat)}</b>
          <span>{unit.user ?? ""}</span>
          <span class="soft">{unit.addr} {unit.no}</span>
          {note ? <span class="todo">{note}</span> : null}
          {begun ? <span class="todo">✎ {t("draftHere")}</span> : null}
          {filed ? <span class="done">✓ {t("filedHere")}</span> : null}
        </span>
        <span class="side">
          <Standing word={standing(unit, today())} />
          <span class="soft num">{far ?? due ?? ""}</span>
        </span>
      </a>
    </li>
  );
}

export function Facts({ rows }: { rows: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.filter(([, value]) => value !== null && value !== "" && value !== undefined).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

/** A picture that lies on the phone. */
export function Thumb({ sha, place }: { sha: string; place: number }) {
  const [address, set] = useState("");
  useEffect(() => {
    let made = "";
    void (async () => {
      const photo = await (await db()).get("photos", sha);
      if (photo?.blob) set((made = URL.createObjectURL(photo.blob)));
    })();
    return () => URL.revokeObjectURL(made);
  }, [sha]);
  // A browser may not draw what it can send.
  return address ? <img src={address} alt={t("photoAlt", place)} onError={() => set("")} /> : <span class="gone">{t("photoAlt", place)}</span>;
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function photoWord({ state, sent, size }: Photo): string {
  if (state === "there") return t("photoThere");
  if (state === "refused") return t("photoRefused");
  if (state === "draft") return t("photoDraft");
  return sent ? t("of", sizeText(sent), sizeText(size)) : t("photoQueued");
}

/** The name of a screen whose tab shows it already, for those who cannot see that. */
export function Title({ word }: { word: Parameters<typeof t>[0] }) {
  return <h1 class="heard">{t(word)}</h1>;
}

/** What went wrong, told to those who cannot see it too. */
export function Alert({ text, good = false }: { text: string; good?: boolean }) {
  return text ? <p class={good ? "notice good" : "notice bad"} role={good ? "status" : "alert"}>{text}</p> : null;
}

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return <svg viewBox="0 0 24 24" aria-hidden="true"><path d={PATHS[name]} /></svg>;
}

const PATHS = {
  todo: "M6 5h12v16H6zM9 3h6v4H9zM9 12h6M9 16h4",
  today: "M5 5h14v15H5zM5 10h14M9 3v4M15 3v4M9 14l2 2 4-4",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h3v3H8zM13 8h3v3h-3zM8 13h3v3H8zM14 14h2v2h-2z",
  outbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5M12 11V3",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4v6M9 14v6",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10.5a3 3 0 1 0 .01 0z",
  pictures: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  back: "M15 5l-7 7 7 7",
};
