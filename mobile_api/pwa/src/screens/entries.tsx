import type { Change } from "../desk";
import { wrongWith } from "../draft";
import { language, t } from "../i18n";
import { numberIn } from "../numbers";
import { versionOf } from "../pack";
import { arrows } from "../parts";
import type { Checklist, Draft, Entry } from "../types";

/** The checklist as its data say; no item is known here. */
export function Entries({ list, draft, change, tried }: { list: Checklist; draft: Draft; change: Change; tried: boolean }) {
  const answer = (id: string, value: string | number | undefined) =>
    change((now) => {
      const answers = { ...now.answers };
      if (value === undefined || value === "") delete answers[id];
      else answers[id] = value;
      return { answers };
    });
  return (
    <ol class="entries">
      {list.items.map((entry) => {
        const wrong = wrongWith(entry, draft.answers[entry.id]);
        const shown = wrong && (tried || wrong !== "missing");
        return (
          <li key={`${versionOf(list)} ${entry.id}`} id={`e-${entry.id}`} class={shown ? "wrong" : ""}>
            <p id={`q-${entry.id}`}>
              <span class="num soft">{entry.id}</span> {language.value === "en" ? entry.text_en : entry.text}
              {entry.required ? <em>{t("required")}</em> : null}
            </p>
            <Field entry={entry} value={draft.answers[entry.id]} answer={(value) => answer(entry.id, value)} />
            {wrong === "number" ? <p class="soft" role="alert">{t("notNumber")}</p> : null}
            {wrong === "range" ? <p class="soft" role="alert">{t("outOfRange", entry.min ?? "−∞", entry.max ?? "∞")}</p> : null}
          </li>
        );
      })}
    </ol>
  );
}

interface FieldProps {
  entry: Entry;
  value: string | number | undefined;
  answer: (value: string | number | undefined) => void;
}

function Field({ entry, value, answer }: FieldProps) {
  const named = { "aria-labelledby": `q-${entry.id}` };
  if (entry.type === "pass_fail") {
    return (
      <div class="choice" role="radiogroup" onKeyDown={arrows} {...named}>
        {(["pass", "fail", "na"] as const).map((verdict) => (
          <button key={verdict} role="radio" class={verdict} aria-checked={value === verdict} onClick={() => answer(value === verdict ? undefined : verdict)}>
            {t(verdict)}
          </button>
        ))}
      </div>
    );
  }
  if (entry.type === "text") {
    return <textarea rows={2} maxLength={2000} {...named} value={value ?? ""} onInput={(event) => answer(event.currentTarget.value)} />;
  }
  return (
    <div class="measure">
      <input
        class="num"
        inputMode={(entry.min ?? -1) < 0 ? "text" : "decimal"}
        autocomplete="off"
        {...named}
        defaultValue={value === undefined ? "" : String(value)}
        onInput={(event) => answer(numberIn(event.currentTarget.value))}
      />
      <span>{entry.unit ?? ""}</span>
      <small class="soft num">{entry.min !== undefined || entry.max !== undefined ? t("limits", entry.min ?? "−∞", entry.max ?? "∞") : ""}</small>
    </div>
  );
}
