import { useEffect, useState } from "preact/hooks";
import { today } from "../dates";
import { deskOf, newest } from "../desk";
import { bare, begun, correcting, shortOf, tooEarly } from "../draft";
import { language, t, words } from "../i18n";
import { box, draftOf, dropDraft, fileDraft, loadBox } from "../outbox";
import { carried, fitting, versionOf } from "../pack";
import { Alert, arrows, kindName, nameOf, titleOf } from "../parts";
import { fixNow } from "../place";
import { protect } from "../storage";
import { useWatched } from "../store";
import { kick } from "../sync";
import type { ComponentChildren } from "preact";
import type { Checklist, Draft } from "../types";
import { Defects } from "./defects";
import { Entries } from "./entries";
import { Photos } from "./photos";

const LONG_AGO = "2020";
const USUAL = ["pass", "fail", "repass", "refail", "conforms", "basically", "not_conforms"];

/** A report, or with `supersedes` the correction of one. */
export function Report({ id, supersedes }: { id: number; supersedes?: string | undefined }) {
  return <Alone name={`${id} ${supersedes ?? ""}`}><Begun id={id} supersedes={supersedes} /></Alone>;
}

/** A draft by its own id: its unit may have left the pack. */
export function Kept({ id }: { id: string }) {
  const draft = newest(box.value.drafts).find((one) => one.id === id);
  return draft ? <Alone name={`${draft.unit} ${draft.supersedes ?? ""}`}><Continued id={id} /></Alone> : <p class="empty">{t("noDraft")}</p>;
}

/** Two windows would overwrite each other's work: the second waits until the first has closed it. */
function Alone({ name, children }: { name: string; children: ComponentChildren }) {
  const [mine, set] = useState<boolean | null>(navigator.locks ? null : true);
  useEffect(() => {
    const leave = new AbortController();
    let release = () => {};
    const other = setTimeout(() => set(false), 500);
    const work = async () => {
      clearTimeout(other);
      await loadBox().catch(() => undefined);
      // The screen has gone meanwhile: nobody would give the lock back.
      if (leave.signal.aborted) return;
      set(true);
      await new Promise<void>((done) => (release = done));
    };
    navigator.locks?.request(`draft ${name}`, { signal: leave.signal }, work).catch(() => undefined);
    return () => {
      clearTimeout(other);
      leave.abort();
      release();
    };
  }, [name]);
  return mine ? <>{children}</> : mine === null ? null : <p class="empty" role="status">{t("otherWindow")}</p>;
}

function Begun({ id, supersedes }: { id: number; supersedes: string | undefined }) {
  const [first] = useState(() => startOf(id, supersedes));
  if (!first) return <p class="empty">{t("noUnit")}</p>;
  // A phone that was empty too long may begin again with 1970.
  if (!first.checklist) return <p class="empty">{today() < LONG_AGO ? words().flags["clock"] : t("noChecklist")}</p>;
  return <Form first={first} />;
}

function Continued({ id }: { id: string }) {
  const [first] = useState(() => newest(box.value.drafts).find((draft) => draft.id === id));
  return first ? <Form first={first} /> : <p class="empty">{t("noDraft")}</p>;
}

function startOf(id: number, supersedes?: string): Draft | undefined {
  const kept = draftOf(newest(box.value.drafts), id, supersedes);
  const unit = carried.value.units.get(id);
  const former = supersedes && box.value.items.find((item) => item.id === supersedes);
  if (kept) return kept;
  if (former) return correcting(former, unit);
  if (!unit) return undefined;
  const task = carried.value.tasks.find((one) => one.unit === unit.id)?.kind;
  return begun(unit, fitting(carried.value.checklists, unit.cat, today()), sessionStorage.getItem(`tag ${unit.id}`), task);
}

function Form({ first }: { first: Draft }) {
  const pack = useWatched(carried);
  const unit = pack.units.get(first.unit) ?? first.about ?? bare(first.unit);
  const lists = fitting(pack.checklists, unit.cat, today());
  const [desk] = useState(() => deskOf(first));
  const draft = useWatched(desk.draft);
  const state = useWatched(desk.kept);
  useWatched(desk.inWork);
  const [tried, setTried] = useState(false);
  useEffect(() => desk.show(), [desk]);
  const { change, waiting } = desk;
  const list = pack.checklists.find((one) => one.code === draft.checklist && one.version === draft.version);
  // The version that the draft was begun with is offered too, though no new report would take it.
  const offered = list && !lists.includes(list) ? [list, ...lists] : lists;
  const short = shortOf(draft, list);
  const early = tooEarly(draft, unit);
  const blank = draft.defects.filter(({ text }) => !text.trim()).length;

  const file = async () => {
    setTried(true);
    if (short[0]) {
      const field = document.getElementById(short[0]);
      field?.scrollIntoView({ block: "center", behavior: "smooth" });
      return field?.querySelector<HTMLElement>("input,select,textarea,button")?.focus({ preventScroll: true });
    }
    try {
      await desk.end((last) => fileDraft({ ...last, fix: last.fix ?? fixNow() }, titleOf(unit)));
    } catch {
      return;
    }
    kick();
    void protect();
    // The way back leads to the unit, and not to an empty report that looks like the lost one.
    location.replace("#/outbox");
  };
  const discard = async () => {
    if (!confirm(t("discardAsk"))) return;
    await desk.end(dropDraft).then(() => history.back(), () => undefined);
  };
  return (
    <div class="report">
      <header>
        <h1>{draft.supersedes ? t("correction") : t("report")}</h1>
        <p>{titleOf(unit)}</p>
        <p class="soft" role="status">{state && t(state)}</p>
      </header>
      <section class="card" id="checklist">
        <label>{t("checklist")}
          <select value={list ? versionOf(list) : ""} onChange={(event) => change(chosen(offered, event.currentTarget.value, draft))}>
            {list ? null : <option value="">—</option>}
            {offered.map((one) => (
              <option key={versionOf(one)} value={versionOf(one)}>{language.value === "en" ? one.title_en : one.title}</option>
            ))}
          </select>
        </label>
        {list ? null : <Alert text={t("checklistGone")} />}
        {list?.inspection_kind ? null : (
          <label>{t("kind")}
            <select value={draft.kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
              {Object.keys(words().kinds).map((kind) => <option key={kind} value={kind}>{nameOf("inspection_kind", kind, words().kinds)}</option>)}
            </select>
          </label>
        )}
        <label id="day">{t("day")}
          <input type="date" max={today()} value={draft.day ?? ""} onChange={(event) => change({ day: event.currentTarget.value })} />
          {draft.supersedes ? <small class="soft">{t("daySame")}</small> : null}
        </label>
        {draft.day && draft.day > today() ? <Alert text={t("dayAhead")} /> : null}
        {early ? <p class="notice warn" role="status">{t("tooEarly", kindName(draft.kind), early)}</p> : null}
      </section>
      {list ? <Entries list={list} draft={draft} change={change} tried={tried} /> : null}
      <Defects desk={desk} unit={unit} list={list} tried={tried} />
      <section class="card">
        <h2>{t("photos")} <span class="num">{draft.photos.length}</span></h2>
        <Photos desk={desk} shas={draft.photos} change={(how) => change((now) => ({ photos: how(now.photos) }))} />
      </section>
      <section class="card" id="conclusion">
        <h2>{t("conclusion")}</h2>
        <div class="choice wrap" role="radiogroup" aria-label={t("conclusion")} onKeyDown={arrows}>
          {USUAL.map((one) => (
            <button key={one} role="radio" class={one} aria-checked={draft.conclusion === one} onClick={() => change({ conclusion: one })}>
              {nameOf("conclusion", one, words().conclusions)}
            </button>
          ))}
        </div>
        <label>{t("remark")}<textarea rows={3} maxLength={4000} value={draft.remark} onInput={(event) => change({ remark: event.currentTarget.value })} /></label>
        {draft.supersedes ? (
          <label id="reason">{t("reason")}<textarea rows={2} maxLength={400} value={draft.reason ?? ""} onInput={(event) => change({ reason: event.currentTarget.value })} /></label>
        ) : null}
      </section>
      <button class="plain" onClick={() => void discard()}>{t("discard")}</button>
      <div class="bottom">
        <Alert text={state === "notSaved" ? t("notSaved") : ""} />
        {tried && short.length ? (
          <p class="soft" role="alert">{t("missing", short.length)}{blank ? ` · ${t("defectsBlank", blank)}` : ""}</p>
        ) : null}
        {waiting ? <p class="soft" role="status">{t("photosInWork", waiting)}</p> : null}
        <button class="wide" disabled={waiting > 0} onClick={() => void file()}>{t("file")}</button>
      </div>
    </div>
  );
}

/** Another checklist: answers to items of the same id stay, others would be refused. */
function chosen(lists: Checklist[], value: string, draft: Draft): Partial<Draft> {
  const list = lists.find((one) => versionOf(one) === value);
  if (!list) return {};
  const known = new Set(list.items.map((entry) => `${entry.id} ${entry.text}`));
  const former = carried.value.checklists.find((one) => one.code === draft.checklist && one.version === draft.version);
  const same = new Set(former?.items.filter((entry) => known.has(`${entry.id} ${entry.text}`)).map((entry) => entry.id));
  return {
    checklist: list.code,
    version: list.version,
    kind: list.inspection_kind || draft.kind,
    answers: Object.fromEntries(Object.entries(draft.answers).filter(([key]) => same.has(key))),
    defects: draft.defects.map((defect) => (same.has(defect.item) ? defect : { ...defect, item: "" })),
  };
}
