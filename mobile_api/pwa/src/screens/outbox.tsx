import { useEffect, useState } from "preact/hooks";
import { moment } from "../dates";
import { deskOf, withUnsaved } from "../desk";
import { oddity, t } from "../i18n";
import { type Box, awaitsIssue, box, dropDraft, filedAt, forgetDecision, putItem, putPhoto, sendAgain, tally, turnedDown } from "../outbox";
import { Alert, Thumb, photoWord, sizeText, titleOf, unitOf } from "../parts";
import { session } from "../session";
import { safe } from "../storage";
import { useWatched } from "../store";
import { kick, line } from "../sync";
import { fileName } from "../uploads";
import type { Draft, Item, Photo } from "../types";
import { arrived, itemUnsent, ofDesk } from "../unsent";

/** What is on its way, and what has arrived; it says "everything" only when the receipts do. */
export function Outbox() {
  const all = useWatched(box);
  const { busy, reached, retryAt, checkedAt, trouble } = useWatched(line);
  const cleared = useWatched(safe) === false;
  const { bytes, unsent } = tally(all);
  const { tone, head } = summary(all, checkedAt);
  const pending = unsent > 0 || all.items.some(askable);
  const drafts = withUnsaved(all.drafts);
  return (
    <>
      <section class={`card state ${tone}`} role="status">
        <h1>{head}</h1>
        {tone === "good" && checkedAt ? <p class="num">{t("checkedAt", moment(checkedAt))}</p> : null}
        {bytes ? <p class="num">{t("bytesToGo", sizeText(bytes))}</p> : null}
        {reached ? null : <p>{t("offline")}</p>}
        {tone === "todo" && cleared ? <p>{t("notPersisted")}</p> : null}
        <Alert text={trouble} />
        {busy ? <p>{t("sending")}</p> : <Wait until={retryAt} />}
        {tone === "good" || !pending ? null : <button class="wide" disabled={busy} onClick={kick}>{t("sendNow")}</button>}
      </section>
      {drafts.length ? (
        <section class="card">
          <h2>{t("drafts")} <span class="num">{drafts.length}</span></h2>
          <ul class="items">{drafts.map((draft) => <Unfinished key={draft.id} draft={draft} />)}</ul>
        </section>
      ) : null}
      {all.items.length ? (
        <ul class="items">{all.items.map((item) => <Line key={item.id} item={item} all={all} />)}</ul>
      ) : <p class="empty">{t("emptyBox")}</p>}
    </>
  );
}

/** Green only when nothing is unsent, the receipts were asked, no photo lacks, and nothing was refused. */
function summary(all: Box, checkedAt: string | null): { tone: "good" | "todo" | ""; head: string } {
  const { unsent, lacking, copies } = tally(all);
  if (unsent) return { tone: "todo", head: t("unsent", unsent) };
  const refused = all.items.filter(turnedDown).length;
  if (refused) return { tone: "todo", head: t("decisionsRefused", refused) };
  const conflicts = all.items.filter(({ state }) => state === "conflict").length;
  const settled = all.items.filter(askable).length === 0;
  if (!checkedAt) return { tone: "", head: conflicts && settled ? t("conflicts", conflicts) : t(settled ? "nothingYet" : "notChecked") };
  if (lacking) return { tone: "todo", head: t("lacking", lacking) };
  if (conflicts) return { tone: "", head: t("conflicts", conflicts) };
  if (copies) return { tone: "", head: t("copies", copies) };
  return { tone: "good", head: t("allThere") };
}

/** Whether the server's receipt can still say more of it. */
function askable({ state }: Item): boolean {
  return state !== "conflict" && state !== "rejected";
}

function Wait({ until }: { until: number | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!until) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  const left = until ? Math.ceil((until - now) / 1000) : 0;
  return left > 0 ? <p class="soft num" aria-hidden="true">{t("retryAt", left)}</p> : null;
}

/** A draft, wherever its unit is: it can be opened, and it can be given up. */
function Unfinished({ draft }: { draft: Draft }) {
  return (
    <li class="item draft">
      <p><b>{t(draft.supersedes ? "typeCorrection" : "typeReport")}</b> <span class="soft">{t("photoDraft")}</span></p>
      <p class="what">{titleOf(unitOf(draft))}</p>
      <a class="button quiet" href={`#/draft/${draft.id}`}>{t("continueDraft")}</a>
      <button class="quiet" onClick={() => confirm(t("discardAsk")) && void deskOf(draft).end(dropDraft)}>{t("discard")}</button>
    </li>
  );
}

const TYPES = { scan: "typeScan", report: "typeReport", correction: "typeCorrection" } as const;

function typeOf({ type }: Item): string {
  return t(type === "scan" || type === "report" || type === "correction" ? TYPES[type] : "typeDecision");
}

/** What the server found odd, where the inspector can do something about it. */
function oddities({ receipt }: Item): string[] {
  return (receipt?.flags ?? []).flatMap((flag) => oddity(flag) ?? []);
}

/** What became of a decision, in words of its own: it is no fact that is kept, but takes effect or does not. */
function wordOf(item: Item): string {
  if (awaitsIssue(item)) return t("awaits");
  if (!ofDesk(item) || item.state === "queued") return t(item.state);
  return t(turnedDown(item) ? "decisionRefusedWord" : "decisionTakenWord");
}

function Line({ item, all: { items, photos } }: { item: Item; all: Box }) {
  const own = item.photos.map((sha) => photos.find((photo) => photo.sha === sha)).filter((photo) => photo !== undefined);
  const there = own.filter((photo) => photo.state === "there").length;
  const { code, detail } = item.receipt ?? {};
  const told = item.state === "accepted" || item.state === "duplicate" ? "" : item.why || detail || code;
  const unit = Number(item.body["unit"]);
  // The one that takes its place is corrected, if any.
  const corrected = items.some((other) => other.body["supersedes"] === item.id && other.state !== "rejected");
  return (
    <li class={`item ${awaitsIssue(item) ? "waiting" : item.state}`}>
      <p><b>{typeOf(item)}</b> <span class="soft num">{moment(filedAt(item))}</span></p>
      <p class="what">{item.title}</p>
      <p class="word">{wordOf(item)}{told ? ` · ${told}` : ""}</p>
      {oddities(item).map((odd) => <p key={odd} class="notice warn">{odd}</p>)}
      {own.length ? (
        <details open={!arrived(item)}>
          <summary>{t("photos")} <span class="num">{t("of", there, own.length)}</span></summary>
          <ul class="parcel">
            {own.map((photo, place) => (
              <li key={photo.sha} class={photo.state}>
                <Thumb sha={photo.sha} place={place + 1} />
                <span>{photoWord(photo)}</span>
                {photo.why ? <Alert text={photo.why} /> : null}
                {photo.state === "refused" && photo.blob ? (
                  <>
                    <button class="quiet" onClick={() => void sendAgain(photo).then(kick)}>{t("sendAgain")}</button>
                    <button class="quiet" onClick={() => savePhoto(photo)}>{photo.saved ? t("copySaved") : t("saveCopy")}</button>
                  </>
                ) : null}
                <small class="soft num">{photo.sha.slice(0, 8)}</small>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {ofDesk(item) ? <a class="button quiet" href={`#/matter/${Number(item.body["matter"])}`}>{t("decisionAnew")}</a> : null}
      {turnedDown(item) ? <button class="quiet" onClick={() => void forgetDecision(item)}>{t("decisionForget")}</button> : null}
      {item.type === "scan" || ofDesk(item) || item.state === "rejected" || corrected ? null : (
        <a class="button quiet" href={`#/report/${unit}/${item.id}`}>{t("correct")}</a>
      )}
      {itemUnsent(item) && (item.state === "rejected" || item.why || session.value?.expired) || item.saved ? (
        <button class="quiet" onClick={() => save(item)}>{item.saved ? t("copySaved") : t("saveCopy")}</button>
      ) : null}
    </li>
  );
}

/** What the server refused leaves the phone only as a file in the inspector's hands; all else goes on being sent. */
function save(item: Item): void {
  hand(new Blob([JSON.stringify(item, null, 1)], { type: "application/json" }), `${item.type}-${item.id}.json`);
  if (item.state === "rejected" && confirm(t("copyAsk"))) void putItem({ ...item, saved: true });
}

function savePhoto(photo: Photo): void {
  if (photo.blob) hand(photo.blob, fileName(photo.sha, photo.blob.type));
  if (confirm(t("copyAsk"))) void putPhoto({ ...photo, saved: true });
}

function hand(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
