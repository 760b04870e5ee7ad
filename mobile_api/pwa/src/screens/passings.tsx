import { useState } from "preact/hooks";
import { t } from "../i18n";
import { addDecision } from "../outbox";
import { kick } from "../sync";
import type { Matter, Passing } from "../types";
import { People } from "./people";

/** What he may do with what is asked beside deciding it: take it on, hand it over, have one more asked, take back. */
export function Passings({ matter }: { matter: Matter }) {
  const [chosen, choose] = useState<Passing>();
  const passings = matter.passings ?? [];
  if (!passings.length) return null;
  const twice = ({ type }: Passing) => passings.filter((one) => one.type === type).length > 1;
  return (
    <section class="card" aria-label={t("passings")}>
      <h2>{t("passings")}</h2>
      <div class="choice wrap">
        {passings.map((one) => (
          <button key={`${one.type}${one.assignment}`} type="button" aria-pressed={one === chosen} onClick={() => choose(one)}>
            {twice(one) ? `${one.label} · ${one.about}` : one.label}
          </button>
        ))}
      </div>
      {chosen ? <Form key={`${chosen.type}${chosen.assignment}`} matter={matter} passing={chosen} /> : null}
    </section>
  );
}

function Form({ matter: { matter, version, title }, passing: { type, label, assignment, about, people } }: { matter: Matter; passing: Passing }) {
  const [busy, setBusy] = useState(false);
  const toSomebody = type === "hand-over" || type === "add-signer";
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const given = (name: string) => String(data.get(name) ?? "").trim();
    const body = {
      matter, version,
      ...(assignment === null ? {} : { assignment }),
      ...(toSomebody ? { person: given("person") } : {}),
      ...(type === "add-signer" ? { before: given("when") === "before" } : {}),
      ...(toSomebody || type === "take-back" ? { remark: given("remark") } : {}),
    };
    setBusy(true);
    try {
      await addDecision(body, `${label} · ${title}`, type);
      kick();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={send}>
      {about ? <p class="soft">{about}</p> : null}
      {toSomebody ? <People matter={matter} assignment={type === "hand-over" ? assignment : null} least={1} most={1} near={people} name="person" /> : null}
      {type === "add-signer" ? (
        <label>
          {t("signerWhen")}
          <select name="when" required>
            <option value="">{t("choose")}</option>
            <option value="before">{t("signerBefore")}</option>
            <option value="after">{t("signerAfter")}</option>
          </select>
        </label>
      ) : null}
      {toSomebody || type === "take-back" ? (
        <label>
          <span>{t("remark")} <small class="soft">{t("optional")}</small></span>
          <textarea name="remark" rows={3} maxLength={2000} />
        </label>
      ) : null}
      <button class="wide" disabled={busy}>{t("submitDecision", label)}</button>
    </form>
  );
}
