import { today } from "../dates";
import type { Change } from "../desk";
import type { Fitting } from "../fits";
import { t } from "../i18n";
import { numberIn } from "../numbers";
import { carried } from "../pack";
import { arrows, conclusionName } from "../parts";
import { asked, wrongsOf } from "../record";
import { session } from "../session";
import type { Draft, Told } from "../types";

const USUAL = ["pass", "fail", "repass", "refail", "conforms", "basically", "not_conforms"];
const GRADES = [1, 2, 3, 4, 5];
const DAYS = new Set<keyof Told>(["stated_next_on", "opinion_answered_on"]);

interface ConclusionProps {
  draft: Draft;
  change: Change;
  fit: Fitting;
  tried: boolean;
}

/** What follows from the inspection: only the words that fit it, and only what its record needs. */
export function Conclusion({ draft, change, fit, tried }: ConclusionProps) {
  const fitting = fit ? USUAL.filter((one) => fit.conclusions.includes(one)) : USUAL;
  const body = carried.value.body ?? session.value?.user.body;
  return (
    <section class="card">
      <div id="conclusion" class="stack">
        <h2>{t("conclusion")}</h2>
        <div class="choice wrap" role="radiogroup" aria-label={t("conclusion")} onKeyDown={arrows}>
          {[...new Set([...fitting, ...(draft.conclusion ? [draft.conclusion] : [])])].map((one) => (
            <button key={one} role="radio" class={one} aria-checked={draft.conclusion === one} onClick={() => change({ conclusion: one })}>
              {conclusionName(one)}
            </button>
          ))}
        </div>
      </div>
      <ToldFields draft={draft} change={change} fit={fit} tried={tried} />
      {body ? <p><span class="soft">{t("body")}</span> {body.name}</p> : null}
      <label>{t("remark")}<textarea rows={3} maxLength={4000} value={draft.remark} onInput={(event) => change({ remark: event.currentTarget.value })} /></label>
      {draft.supersedes ? (
        <label id="reason">{t("reason")}<textarea rows={2} maxLength={400} value={draft.reason ?? ""} onInput={(event) => change({ reason: event.currentTarget.value })} /></label>
      ) : null}
    </section>
  );
}

function ToldFields({ draft, change, fit, tried }: ConclusionProps) {
  const { told = {} } = draft;
  const wrongs = wrongsOf(draft, fit);
  const tell = (name: keyof Told, value: string | number | undefined) =>
    change((now) => {
      const { [name]: _former, ...others } = now.told ?? {};
      return { told: value === undefined || value === "" ? others : { ...others, [name]: value } };
    });
  const bounds = (name: keyof Told) => (name === "stated_next_on" ? { min: draft.day ?? "" } : { max: today() });
  return (
    <>
      {asked(draft, fit).map((name) => {
        const wrong = wrongs.get(name);
        // What is only missing is told once filing was tried.
        const note = wrong && (tried || wrong !== "needed") ? <small class="bad">{t(wrong)}</small> : null;
        if (name === "safety_grade") {
          return (
            <div key={name} id={name} class="stack">
              <b>{t(name)}</b>
              <div class="choice" role="radiogroup" aria-label={t(name)} onKeyDown={arrows}>
                {GRADES.map((grade) => (
                  <button key={grade} role="radio" class="num" aria-checked={told.safety_grade === grade} onClick={() => tell(name, told.safety_grade === grade ? undefined : grade)}>{grade}</button>
                ))}
              </div>
              {note}
            </div>
          );
        }
        const props = { "aria-invalid": !!note };
        return (
          <label key={name} id={name}>{t(name)}
            {DAYS.has(name) ? (
              <input type="date" {...bounds(name)} {...props} value={told[name] ?? ""} onChange={(event) => tell(name, event.currentTarget.value)} />
            ) : name === "monitored_months" ? (
              <input class="num" inputMode="numeric" autocomplete="off" {...props} defaultValue={told[name] ?? ""} onInput={(event) => tell(name, numberIn(event.currentTarget.value))} />
            ) : (
              <input maxLength={60} autocomplete="off" {...props} value={told[name] ?? ""} onInput={(event) => tell(name, event.currentTarget.value)} />
            )}
            {note}
          </label>
        );
      })}
    </>
  );
}
