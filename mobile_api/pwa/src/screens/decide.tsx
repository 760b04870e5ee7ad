import { useState } from "preact/hooks";
import { t } from "../i18n";
import { addDecision } from "../outbox";
import { kick } from "../sync";
import type { Item, Matter, Offer, OfferField, Pair } from "../types";
import { People } from "./people";

/** The buttons that he may press now, and the form of the one pressed. `refused` is what was not taken before. */
export function Decide({ matter, refused }: { matter: Matter; refused: Item | undefined }) {
  const [chosen, choose] = useState<string>();
  const offer = matter.decisions.find(({ decision }) => decision === chosen);
  return (
    <section class="card" aria-label={t("decide")}>
      <h2>{t("decide")}</h2>
      {matter.decisions.length ? null : <p>{t("decideNone")}</p>}
      <div class="choice wrap">
        {matter.decisions.map(({ decision, label }) => (
          <button key={decision} type="button" aria-pressed={decision === chosen} onClick={() => choose(decision)}>{label}</button>
        ))}
      </div>
      {offer?.at_desk ? <p class="notice">{t("decideAtDesk")} <a href={matter.page}>{t("atDesk")}</a></p> : null}
      {offer && !offer.at_desk ? <Form key={offer.decision} matter={matter} offer={offer} remark={String(refused?.body["remark"] ?? "")} /> : null}
    </section>
  );
}

function Form({ matter, offer, remark }: { matter: Matter; offer: Offer; remark: string }) {
  const [busy, setBusy] = useState(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await addDecision(bodyOf(matter, offer, event.currentTarget as HTMLFormElement), `${offer.label} · ${matter.title}`);
      kick();
    } finally {
      setBusy(false);
    }
  };
  const { grounds, office, persons } = offer;
  return (
    <form class="stack" onSubmit={send}>
      {grounds.length ? <Choice name="ground" label={t("ground")} pairs={grounds} /> : null}
      {office ? <Choice name="office" label={t("office")} pairs={matter.choices.offices[office] ?? []} /> : null}
      {persons ? <People matter={matter.matter} least={persons[0]} most={persons[1]} near={matter.choices.people} /> : null}
      {offer.fields.map((field) => <Field key={field.name} field={field} />)}
      <label>
        <span>{t("remark")} {offer.remark ? null : <small class="soft">{t("optional")}</small>}</span>
        <textarea name="remark" rows={3} maxLength={2000} required={offer.remark} defaultValue={remark} />
      </label>
      <button class="wide" disabled={busy}>{t("submitDecision", offer.label)}</button>
    </form>
  );
}

function Choice({ name, label, pairs, required = true, value = "" }: { name: string; label: string; pairs: Pair[]; required?: boolean; value?: string }) {
  return (
    <label>
      {label}
      <select name={name} required={required} defaultValue={value}>
        <option value="">{t("choose")}</option>
        {pairs.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </label>
  );
}

/** What the matter says already stands in it: what is sent is what stood there at the end. */
function Field({ field: { name, label, kind, required, most, choices, value = "" } }: { field: OfferField }) {
  const own = { name: `+${name}`, required };
  const written = { ...own, defaultValue: value, ...(most === null ? {} : { maxLength: most }) };
  if (kind === "choice") return <Choice {...own} label={label} pairs={choices} value={value} />;
  if (kind === "yes") return <label class="tick"><input type="checkbox" {...own} defaultChecked={value === "true"} /> {label}</label>;
  const text = <span>{label} {required ? null : <small class="soft">{t("optional")}</small>}</span>;
  if (kind === "lines") return <label>{text}<textarea rows={3} {...written} /></label>;
  if (kind === "day") return <label>{text}<input type="date" {...own} defaultValue={value} /></label>;
  if (kind === "number") return <label>{text}<input type="number" step="any" {...own} defaultValue={value} /></label>;
  return <label>{text}<input {...written} /></label>;
}

/** What is sent: the version that was read, every field of the kind, be it empty, and of the rest what was given. */
function bodyOf(matter: Matter, offer: Offer, form: HTMLFormElement): Record<string, unknown> {
  const data = new FormData(form);
  const given = (name: string) => String(data.get(name) ?? "").trim();
  const details = offer.fields.map(({ name, kind }) => [name, kind === "yes" ? data.has(`+${name}`) : given(`+${name}`)]);
  const persons = data.getAll("persons").map(String).filter(Boolean);
  return {
    matter: matter.matter,
    version: matter.version,
    decision: offer.decision,
    remark: given("remark"),
    ...(given("ground") ? { ground: given("ground") } : {}),
    ...(given("office") ? { office: given("office") } : {}),
    ...(persons.length ? { persons } : {}),
    ...(details.length ? { details: Object.fromEntries(details) } : {}),
  };
}
