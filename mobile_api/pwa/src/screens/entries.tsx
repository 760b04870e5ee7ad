import { useRef } from "preact/hooks";
import type { Desk } from "../desk";
import { restPassing, wrongWith } from "../draft";
import { language, t } from "../i18n";
import { numberIn } from "../numbers";
import { versionOf } from "../pack";
import { arrows } from "../parts";
import type { Checklist, Draft, Entry } from "../types";
import { DefectFields, addDefect } from "./defect";

/** The checklist as its data say; no item is known here. */
export function Entries({ desk, list, draft, tried }: { desk: Desk; list: Checklist; draft: Draft; tried: boolean }) {
  const { change } = desk;
  const rest = restPassing(draft, list);
  const answer = (id: string, value: string | number | undefined) =>
    change((now) => {
      const answers = { ...now.answers };
      if (value === undefined || value === "") delete answers[id];
      else answers[id] = value;
      return { answers };
    });
  return (
    <>
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
              <Faults desk={desk} entry={entry} list={list} draft={draft} tried={tried} />
            </li>
          );
        })}
      </ol>
      {rest ? (
        <button class="quiet wide" onClick={() => change((now) => ({ answers: restPassing(now, list)?.answers ?? now.answers }))}>
          {t("restPass", rest.count)}
        </button>
      ) : null}
    </>
  );
}

/** What was found wrong at an item; more can be told where it failed, or was measured. */
function Faults({ desk, entry, list, draft, tried }: { desk: Desk; entry: Entry; list: Checklist; draft: Draft; tried: boolean }) {
  const more = useRef<HTMLButtonElement>(null);
  const answer = draft.answers[entry.id];
  const found = draft.defects.filter(({ item }) => item === entry.id);
  const open = found.length || (entry.type === "pass_fail" ? answer === "fail" : answer !== undefined);
  if (!open) return null;
  return (
    <>
      {found.map((defect) => (
        <DefectFields key={defect.id} desk={desk} defect={defect} list={list} tried={tried} left={() => more.current?.focus()} />
      ))}
      <button ref={more} class="quiet" aria-describedby={`q-${entry.id}`} onClick={() => addDefect(desk, entry.id)}>{t("addDefectHere")}</button>
    </>
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
