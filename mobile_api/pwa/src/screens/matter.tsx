import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api";
import { moment } from "../dates";
import { t } from "../i18n";
import { box, forgetDecision, turnedDown } from "../outbox";
import { Alert, Facts } from "../parts";
import { useWatched } from "../store";
import { decisionsOn, refreshMatter, todo } from "../todo";
import type { Item, Matter } from "../types";
import { Decide } from "./decide";
import { Files } from "./files";
import { Passings } from "./passings";

/** One matter, as it is kept here or anew from the server: what it is about, what was done, what he may decide. */
export function MatterCard({ id }: { id: number }) {
  const matter = useWatched(todo).matters[id];
  const own = decisionsOn(useWatched(box).items, id);
  const [state, set] = useState<{ read: string | null; wrong: string }>({ read: null, wrong: "" });
  const said = own.filter(({ state }) => state !== "queued").length;
  useEffect(() => {
    refreshMatter(id).then(
      () => set({ read: new Date().toISOString(), wrong: "" }),
      (error: unknown) => set({ read: null, wrong: error instanceof Problem ? error.message : "" }),
    );
  }, [id, said]);
  if (!matter) return <h1 class="empty"><span role="status">{state.wrong || t("matterNone")}</span></h1>;
  return <Whole matter={matter} own={own} kept={state.read === null} wrong={state.wrong} />;
}

function Whole({ matter, own, kept, wrong }: { matter: Matter; own: Item[]; kept: boolean; wrong: string }) {
  const at = useWatched(todo).at;
  const sent = own.find(({ state }) => state === "queued");
  const [last] = own;
  return (
    <article class="unit">
      <header>
        <h1>{matter.title}</h1>
        {kept && at ? <p class="soft num">{t("matterKept", moment(at))}</p> : null}
      </header>
      <Alert text={wrong} />
      {own.filter(turnedDown).map((item) => <Refused key={item.id} item={item} />)}
      {sent ? <p class="notice warn" role="status">{t("decisionQueued", nameOf(sent))}</p> : null}
      {last && (last.state === "accepted" || last.state === "duplicate") ? <Alert good text={t("decisionTaken", nameOf(last))} /> : null}
      <section class="card"><Facts rows={head(matter)} /></section>
      <section class="card">
        <h2>{t("matterFacts")}</h2>
        {matter.facts.map(([label, value], place) => (label ? null : <p key={place} class="told">{value}</p>))}
        <Facts rows={matter.facts.filter(([label]) => label).map(([label, value]) => [label, <span class="told">{value}</span>])} />
      </section>
      <Deadlines matter={matter} />
      <Files matter={matter} />
      {sent ? null : <Decide key={matter.version} matter={matter} refused={own.find(turnedDown)} />}
      {sent ? null : <Passings key={`passings ${matter.version}`} matter={matter} />}
      <details class="card" open>
        <summary><h2>{t("trail")}</h2></summary>
        <ol class="past">{matter.trail.map((step) => <Step key={`${step.at}${step.did}`} step={step} />)}</ol>
      </details>
      <a class="button quiet" href={matter.page}>{t("atDesk")}</a>
    </article>
  );
}

function nameOf(item: Item): string {
  return item.title.split(" · ")[0] ?? "";
}

function head(matter: Matter): [string, string][] {
  return [
    [t("number"), matter.number ?? ""],
    [t("matterKind"), matter.kind_name],
    [t("matterState"), matter.outcome_name || matter.state_name],
    [t("matterOffice"), matter.office_name],
  ];
}

/** A decision that was not taken: why, and what he had written, so that nothing of it is lost. */
function Refused({ item }: { item: Item }) {
  const remark = String(item.body["remark"] ?? "");
  const card = useRef<HTMLElement>(null);
  // It comes while he reads below.
  useEffect(() => card.current?.scrollIntoView({ block: "center" }), []);
  return (
    <section ref={card} class="card notice bad" role="alert">
      <h2>{t("decisionRefused", nameOf(item))}</h2>
      <p>{item.receipt?.detail}</p>
      {remark ? <p class="told">{t("yourRemark", remark)}</p> : null}
      <button class="quiet" onClick={() => void forgetDecision(item)}>{t("decisionForget")}</button>
    </section>
  );
}

function Deadlines({ matter }: { matter: Matter }) {
  const running = matter.deadlines.filter(({ runs }) => runs);
  if (!running.length) return null;
  return (
    <section class="card">
      <h2>{t("deadline")}</h2>
      <ul class="clocks">
        {running.map(({ due_on, why, late, paused }) => (
          <li key={why} class={late ? "late" : ""}>
            <span>{why}</span><span class="num">{paused ? t("paused") : due_on}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Step({ step }: { step: Matter["trail"][number] }) {
  const by = [step.by, step.on_behalf_of ? t("onBehalf", step.on_behalf_of) : "", step.office].filter(Boolean).join(" · ");
  return (
    <li>
      <p><b>{step.did}</b> <span class="soft num">{moment(step.at)}</span></p>
      <p class="soft">{by}</p>
      {step.remark ? <p class="told">{step.remark}</p> : null}
    </li>
  );
}
