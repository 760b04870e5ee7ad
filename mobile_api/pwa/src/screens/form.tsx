import { useEffect, useState } from "preact/hooks";
import { today } from "../dates";
import { deskOf } from "../desk";
import { byList, ofKind, shortOf, tooEarly } from "../draft";
import { fitOf, kindsOf } from "../fits";
import { language, t } from "../i18n";
import { doubtsOf } from "../judging";
import { dropDraft, fileDraft } from "../outbox";
import { carried, fitting, serving, versionOf } from "../pack";
import { Alert, kindName, titleOf, unitOf } from "../parts";
import { fixNow } from "../place";
import { said } from "../record";
import { protect } from "../storage";
import { useWatched } from "../store";
import { kick } from "../sync";
import type { Draft } from "../types";
import { Conclusion } from "./conclusion";
import { Defects } from "./defects";
import { Doubts } from "./doubts";
import { Entries } from "./entries";
import { Photos } from "./photos";

/** A report in the making, on one screen in the order of the work: which inspection, what was found, what follows. */
export function Form({ first }: { first: Draft }) {
  const pack = useWatched(carried);
  const unit = unitOf(first);
  const lists = fitting(pack.checklists, unit.cat, today());
  const [desk] = useState(() => deskOf(first));
  const draft = useWatched(desk.draft);
  const state = useWatched(desk.kept);
  useWatched(desk.inWork);
  const [tried, setTried] = useState(false);
  const [asking, ask] = useState(false);
  useEffect(() => desk.show(), [desk]);
  const { change, waiting } = desk;
  const own = pack.checklists.find((one) => one.code === draft.checklist && one.version === draft.version);
  const [list] = own ? serving([own], draft.kind) : [];
  // The version that the draft was begun with is offered too, though no new report would take it.
  const offered = [...new Set([...(list ? [list] : []), ...serving(lists, draft.kind)])];
  const kinds = kindsOf(pack.fits, unit.cat);
  const known = kinds.length ? kinds : Object.keys(pack.names["inspection_kind"] ?? {});
  const fit = fitOf(pack.fits, unit.cat, draft.kind);
  const doubts = doubtsOf(draft, { unit, list, lists, fit });
  const short = shortOf(draft, list, fit);
  const early = tooEarly(draft, unit);
  const blank = draft.defects.filter(({ text }) => !text.trim()).length;

  const lead = (id: string) => {
    const field = document.getElementById(id);
    field?.scrollIntoView({ block: "center", behavior: "smooth" });
    field?.querySelector<HTMLElement>("input,select,textarea,button")?.focus({ preventScroll: true });
  };
  const file = async () => {
    try {
      await desk.end((last) => fileDraft({ ...last, fix: last.fix ?? fixNow(), told: said(last, fit, doubts) }, titleOf(unit)));
    } catch {
      return ask(false);
    }
    kick();
    void protect();
    // The way back leads to the unit, and not to an empty report that looks like the lost one.
    location.replace("#/outbox");
  };
  const finish = () => {
    setTried(true);
    if (short[0]) return lead(short[0]);
    if (doubts.length) return ask(true);
    void file();
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
        <label>{t("kind")}
          <select value={draft.kind} onChange={(event) => {
            const kind = event.currentTarget.value;
            change((now) => ofKind(now, kind, lists, list, fitOf(pack.fits, unit.cat, kind)));
          }}>
            {[...new Set([...known, draft.kind])].map((kind) => <option key={kind} value={kind}>{kindName(kind)}</option>)}
          </select>
        </label>
        <label>{t("checklist")}
          <select value={list ? versionOf(list) : ""} onChange={(event) => {
            const chosen = offered.find((one) => versionOf(one) === event.currentTarget.value);
            if (chosen) change((now) => byList(now, chosen, list));
          }}>
            {list ? null : <option value="">—</option>}
            {offered.map((one) => (
              <option key={versionOf(one)} value={versionOf(one)}>{language.value === "en" ? one.title_en : one.title}</option>
            ))}
          </select>
        </label>
        {list ? null : <Alert text={t("checklistGone")} />}
        <label id="day">{t("day")}
          <input type="date" max={today()} value={draft.day ?? ""} onChange={(event) => change({ day: event.currentTarget.value })} />
          {draft.supersedes ? <small class="soft">{t("daySame")}</small> : null}
        </label>
        {draft.day && draft.day > today() ? <Alert text={t("dayAhead")} /> : null}
        {early ? <p class="notice warn" role="status">{t("tooEarly", kindName(draft.kind), early)}</p> : null}
      </section>
      {list ? <Entries desk={desk} list={list} draft={draft} tried={tried} /> : null}
      <Defects desk={desk} unit={unit} list={list} tried={tried} />
      <section class="card">
        <h2>{t("photos")} <span class="num">{draft.photos.length}</span></h2>
        <Photos desk={desk} shas={draft.photos} change={(how) => change((now) => ({ photos: how(now.photos) }))} />
      </section>
      <Conclusion draft={draft} change={change} fit={fit} tried={tried} />
      <button class="plain" onClick={() => void discard()}>{t("discard")}</button>
      <div class="bottom">
        <Alert text={state === "notSaved" || state === "notKept" ? t(state) : ""} />
        {tried && short.length ? (
          <p class="soft" role="alert">{t("missing", short.length)}{blank ? ` · ${t("defectsBlank", blank)}` : ""}</p>
        ) : null}
        {waiting ? <p class="soft" role="status">{t("photosInWork", waiting)}</p> : null}
        <button class="wide" disabled={waiting > 0} onClick={finish}>{t("file")}</button>
      </div>
      {asking ? <Doubts codes={doubts} draft={draft} change={change} back={() => ask(false)} file={file} /> : null}
    </div>
  );
}
