import { useEffect, useState } from "preact/hooks";
import { today } from "../dates";
import { deskOf, newest } from "../desk";
import { begun, correcting, lacking } from "../draft";
import { language, t, words } from "../i18n";
import { box, draftOf, dropDraft, fileDraft } from "../outbox";
import { type Carried, carried, fitting } from "../pack";
import { Alert, go, nameOf } from "../parts";
import { fixNow } from "../place";
import { useWatched } from "../store";
import { kick } from "../sync";
import type { Checklist, Draft, Unit } from "../types";
import { Defects } from "./defects";
import { Entries } from "./entries";
import { Photos } from "./photos";

const USUAL = ["pass", "fail", "repass", "refail", "conforms", "basically", "not_conforms"];

/** A report, or with `supersedes` the correction of one. */
export function Report({ id, supersedes }: { id: number; supersedes?: string | undefined }) {
  const pack = carried.value;
  const unit = pack.units.get(id);
  const lists = unit ? fitting(pack.checklists, unit.cat, today()) : [];
  const [first] = useState(() => unit && startOf(unit, lists, supersedes));
  if (!unit || !first) return <p class="empty">{t("noUnit")}</p>;
  if (!lists.length) return <p class="empty">{t("noChecklist")}</p>;
  return <Form first={first} unit={unit} lists={lists} pack={pack} />;
}

function startOf(unit: Unit, lists: Checklist[], supersedes?: string): Draft {
  const kept = draftOf(newest(box.value.drafts), unit.id, supersedes);
  if (kept) return kept;
  const former = supersedes && box.value.items.find((item) => item.id === supersedes);
  if (former) return correcting(former, unit);
  const task = carried.value.tasks.find((one) => one.unit === unit.id)?.kind;
  return begun(unit, lists, sessionStorage.getItem(`tag ${unit.id}`) ?? unit.code, task);
}

function Form({ first, unit, lists, pack }: { first: Draft; unit: Unit; lists: Checklist[]; pack: Carried }) {
  const [desk] = useState(() => deskOf(first));
  const draft = useWatched(desk.draft);
  const state = useWatched(desk.kept);
  useWatched(desk.inWork);
  const [tried, setTried] = useState(false);
  useEffect(() => desk.show(), [desk]);
  const { change, waiting } = desk;
  const list = pack.checklists.find((one) => one.code === draft.checklist && one.version === draft.version);
  const left = lacking(draft, list);
  const short = left.length + (draft.conclusion ? 0 : 1) + (draft.supersedes && !draft.reason?.trim() ? 1 : 0);

  const file = async () => {
    setTried(true);
    if (short) {
      const place = left.length ? `e-${left[0]}` : draft.conclusion ? "reason" : "conclusion";
      document.getElementById(place)?.scrollIntoView({ block: "center", behavior: "smooth" });
      return;
    }
    try {
      await desk.end((last) => fileDraft({ ...last, fix: fixNow() }, title(unit)));
    } catch {
      return;
    }
    kick();
    go("/outbox");
  };
  const discard = async () => {
    if (!confirm(t("discardAsk"))) return;
    await desk.end(dropDraft).then(() => history.back(), () => undefined);
  };
  return (
    <div class="report">
      <header>
        <h1>{draft.supersedes ? t("correction") : t("report")}</h1>
        <p>{title(unit)}</p>
        <p class="soft" role="status">{state && t(state)}</p>
      </header>
      <section class="card">
        <label>{t("checklist")}
          <select value={`${draft.checklist} ${draft.version}`} onChange={(event) => change(chosen(lists, event.currentTarget.value, draft))}>
            {lists.map((one) => (
              <option key={one.code + one.version} value={`${one.code} ${one.version}`}>{language.value === "en" ? one.title_en : one.title}</option>
            ))}
          </select>
        </label>
        {list?.inspection_kind ? null : (
          <label>{t("kind")}
            <select value={draft.kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
              {Object.keys(words().kinds).map((kind) => <option key={kind} value={kind}>{nameOf("inspection_kind", kind, words().kinds)}</option>)}
            </select>
          </label>
        )}
      </section>
      {list ? <Entries list={list} draft={draft} change={change} tried={tried} /> : null}
      <Defects desk={desk} unit={unit} list={list} />
      <section class="card">
        <h2>{t("photos")} <span class="num">{draft.photos.length}</span></h2>
        <Photos desk={desk} shas={draft.photos} change={(how) => change((now) => ({ photos: how(now.photos) }))} />
      </section>
      <section class="card" id="conclusion">
        <h2>{t("conclusion")}</h2>
        <div class="choice wrap" role="radiogroup" aria-label={t("conclusion")}>
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
        {tried && short ? <p class="soft" role="alert">{t("missing", short)}</p> : null}
        {waiting ? <p class="soft" role="status">{t("photosInWork", waiting)}</p> : null}
        <button class="wide" disabled={waiting > 0} onClick={() => void file()}>{t("file")}</button>
      </div>
    </div>
  );
}

function title(unit: Unit): string {
  return [unit.name || nameOf("category", unit.cat), unit.user, unit.no].filter(Boolean).join(" · ");
}

/** Another checklist: answers to items of the same id stay, others would be refused. */
function chosen(lists: Checklist[], value: string, draft: Draft): Partial<Draft> {
  const list = lists.find((one) => `${one.code} ${one.version}` === value);
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
