import { useRef } from "preact/hooks";
import type { Desk } from "../desk";
import { language, t } from "../i18n";
import { Alert, arrows } from "../parts";
import { useWatched } from "../store";
import type { Checklist, Defect, Draft, OpenDefect, Unit } from "../types";
import { Photos } from "./photos";

/** Faults found now, and those found before that are put right. */
export function Defects({ desk, unit, list, tried }: { desk: Desk; unit: Unit; list: Checklist | undefined; tried: boolean }) {
  const { change } = desk;
  const more = useRef<HTMLButtonElement>(null);
  const draft = useWatched(desk.draft);
  const inWork = useWatched(desk.inWork);
  const edit = (id: string, how: (now: Defect) => Partial<Defect>) =>
    change((now) => ({ defects: now.defects.map((one) => (one.id === id ? { ...one, ...how(one) } : one)) }));
  const add = () => {
    const failed = list?.items.find((entry) => draft.answers[entry.id] === "fail" && !draft.defects.some((one) => one.item === entry.id));
    change((now) => ({ defects: [...now.defects, { id: crypto.randomUUID(), item: failed?.id ?? "", text: "", severity: "general", photos: [] }] }));
  };
  const close = (id: number) =>
    change((now) => ({ closes: now.closes.includes(id) ? now.closes.filter((one) => one !== id) : [...now.closes, id] }));
  return (
    <section class="card">
      <h2>{t("defects")} <span class="num">{draft.defects.length}</span></h2>
      {closable(unit, draft).map(([id, , text, severity]) => (
        <label key={id} class={`tick ${severity}`}>
          <input type="checkbox" checked={draft.closes.includes(id)} onChange={() => close(id)} />
          <span>{text}<small class="soft">{t("closes")}</small></span>
        </label>
      ))}
      {draft.defects.map((defect, place) => (
        <fieldset key={defect.id} id={`d-${defect.id}`}>
          <legend class="num">{place + 1}</legend>
          <label>{t("defectText")}<textarea rows={2} maxLength={500} value={defect.text} onInput={(event) => {
            const text = event.currentTarget.value;
            edit(defect.id, () => ({ text }));
          }} /></label>
          {tried && !defect.text.trim() ? <Alert text={t("defectBlank")} /> : null}
          <div class="choice" role="radiogroup" aria-label={t("defects")} onKeyDown={arrows}>
            {(["general", "serious"] as const).map((severity) => (
              <button key={severity} role="radio" class={severity} aria-checked={defect.severity === severity} onClick={() => edit(defect.id, () => ({ severity }))}>{t(severity)}</button>
            ))}
          </div>
          <label>{t("item")}
            <select value={defect.item} onChange={(event) => {
              const item = event.currentTarget.value;
              edit(defect.id, () => ({ item }));
            }}>
              <option value="">—</option>
              {list?.items.map((entry) => <option key={entry.id} value={entry.id}>{entry.id} {language.value === "en" ? entry.text_en : entry.text}</option>)}
            </select>
          </label>
          <Photos desk={desk} place={defect.id} shas={defect.photos} change={(how) => edit(defect.id, (now) => ({ photos: how(now.photos) }))} />
          <button
            class="plain"
            disabled={!!inWork[defect.id]}
            onClick={() => {
              change((now) => ({ defects: now.defects.filter((one) => one.id !== defect.id) }));
              more.current?.focus();
            }}
          >
            {t("remove")}
          </button>
        </fieldset>
      ))}
      <button ref={more} class="quiet wide" onClick={add}>{t("addDefect")}</button>
    </section>
  );
}

/** The unit's open defects, and those that the draft closes though the register has closed them since. */
function closable(unit: Unit, { closes, about }: Draft): OpenDefect[] {
  const known = [...unit.def, ...(about?.def ?? [])];
  const closed = closes.filter((id) => !unit.def.some(([open]) => open === id));
  return [...unit.def, ...closed.map((id): OpenDefect => known.find(([one]) => one === id) ?? [id, "", `#${id}`, "general", ""])];
}
