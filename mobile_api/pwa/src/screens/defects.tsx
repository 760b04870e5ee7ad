import { useRef } from "preact/hooks";
import type { Desk } from "../desk";
import { t } from "../i18n";
import { useWatched } from "../store";
import type { Checklist, Draft, OpenDefect, Unit } from "../types";
import { DefectFields, addDefect } from "./defect";

/** Faults found now that are of no item, and those found before that are put right. */
export function Defects({ desk, unit, list, tried }: { desk: Desk; unit: Unit; list: Checklist | undefined; tried: boolean }) {
  const { change } = desk;
  const more = useRef<HTMLButtonElement>(null);
  const draft = useWatched(desk.draft);
  // Those of an item stand there.
  const shown = new Set(list?.items.map((entry) => entry.id));
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
      {draft.defects.filter(({ item }) => !shown.has(item)).map((defect) => (
        <DefectFields key={defect.id} desk={desk} defect={defect} list={list} tried={tried} left={() => more.current?.focus()} />
      ))}
      <button ref={more} class="quiet wide" onClick={() => addDefect(desk, "")}>{t("addDefect")}</button>
    </section>
  );
}

/** The unit's open defects, and those that the draft closes though the register has closed them since. */
function closable(unit: Unit, { closes, about }: Draft): OpenDefect[] {
  const known = [...unit.def, ...(about?.def ?? [])];
  const closed = closes.filter((id) => !unit.def.some(([open]) => open === id));
  return [...unit.def, ...closed.map((id): OpenDefect => known.find(([one]) => one === id) ?? [id, "", `#${id}`, "general", ""])];
}
