import type { Desk } from "../desk";
import { language, t } from "../i18n";
import { Alert, arrows } from "../parts";
import { useWatched } from "../store";
import type { Checklist, Defect } from "../types";
import { Photos } from "./photos";

/** Begins a defect, found at an item where one is named, and leads there. */
export function addDefect({ change }: Desk, item: string): void {
  const id = crypto.randomUUID();
  change((now) => ({ defects: [...now.defects, { id, item, text: "", severity: "general", photos: [] }] }));
  lead(id, "textarea");
}

/** Once it is drawn, its field is in sight and under hands. */
function lead(id: string, field: string): void {
  requestAnimationFrame(() => {
    const place = document.getElementById(`d-${id}`);
    place?.scrollIntoView({ block: "center", behavior: "smooth" });
    place?.querySelector<HTMLElement>(field)?.focus({ preventScroll: true });
  });
}

interface Props {
  desk: Desk;
  defect: Defect;
  list: Checklist | undefined;
  tried: boolean;
  /** Where the focus goes when it is removed. */
  left: () => void;
}

/** One fault found now: what it is, how grave, at which item, and its photos. */
export function DefectFields({ desk, defect, list, tried, left }: Props) {
  const { change } = desk;
  const draft = useWatched(desk.draft);
  const inWork = useWatched(desk.inWork);
  const edit = (how: (now: Defect) => Partial<Defect>) =>
    change((now) => ({ defects: now.defects.map((one) => (one.id === defect.id ? { ...one, ...how(one) } : one)) }));
  return (
    <fieldset id={`d-${defect.id}`}>
      <legend>{t("defects")} <span class="num">{draft.defects.findIndex(({ id }) => id === defect.id) + 1}</span></legend>
      <label>{t("defectText")}<textarea rows={2} maxLength={500} value={defect.text} onInput={(event) => {
        const text = event.currentTarget.value;
        edit(() => ({ text }));
      }} /></label>
      {tried && !defect.text.trim() ? <Alert text={t("defectBlank")} /> : null}
      <div class="choice" role="radiogroup" aria-label={t("defects")} onKeyDown={arrows}>
        {(["general", "serious"] as const).map((severity) => (
          <button key={severity} role="radio" class={severity} aria-checked={defect.severity === severity} onClick={() => edit(() => ({ severity }))}>{t(severity)}</button>
        ))}
      </div>
      <label>{t("item")}
        <select value={defect.item} onChange={(event) => {
          const item = event.currentTarget.value;
          edit(() => ({ item }));
          lead(defect.id, "select");
        }}>
          <option value="">—</option>
          {list?.items.map((entry) => <option key={entry.id} value={entry.id}>{entry.id} {language.value === "en" ? entry.text_en : entry.text}</option>)}
        </select>
      </label>
      <Photos desk={desk} place={defect.id} shas={defect.photos} change={(how) => edit((now) => ({ photos: how(now.photos) }))} />
      <button
        class="plain"
        disabled={!!inWork[defect.id]}
        onClick={() => {
          change((now) => ({ defects: now.defects.filter((one) => one.id !== defect.id) }));
          left();
        }}
      >
        {t("remove")}
      </button>
    </fieldset>
  );
}
