import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api";
import { grouped, likeliest, normalise } from "../codes";
import { moment, today } from "../dates";
import { noRoom } from "../db";
import { standingName, t } from "../i18n";
import { type ScanBody, addScan, scanOf } from "../outbox";
import { carried, tagOf } from "../pack";
import { Alert, Row, Title } from "../parts";
import { fixNow } from "../place";
import { type Camera, openCamera } from "../scan";
import { type Trust, USABLE, standing, trust } from "../standing";
import { mayFile, session } from "../session";
import { useWatched } from "../store";
import { kick } from "../sync";
import type { Unit } from "../types";
import { typedIn } from "../wedge";

type Said = Trust | "unknownHere";
interface Answer {
  code: string;
  said: Said;
  /** What the phone carries of it. */
  unit: Unit | undefined;
  /** How the unit stands, where that is known. */
  stands: string;
  byServer: boolean;
  /** The host of a foreign address that bears a true code, as the server says. */
  host: string;
  /** What the server says of that. */
  why: string;
  /** The scan of which the server may say more than the pack; none once it has. */
  ask: ScanBody | null;
}

const GRAVE = new Set<Said>(["void", "unknownHere"]);
const ENDED = new Set(["held", "serious_defect", "scrapped"]);
const KINDS: Record<string, Said> = { unit: "genuine", elsewhere: "foreign", void: "void", unbound: "free", unknown: "unknownHere" };
const OPEN = new Set<Said>(["unknown", "unjudged"]);
const ASK_AGAIN = 3_000;

/** From the camera, or from a thumb, to the phone's answer; the scan itself is a fact and is kept. */
export function Scan() {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [wrong, setWrong] = useState("");
  // Asked until it is told; an answer that comes after the next scan is not of that one.
  useEffect(() => {
    if (!answer?.ask) return;
    let timer = 0;
    const left = new AbortController();
    const ask = async () => {
      const next = await askServer(answer);
      if (left.signal.aborted) return;
      if (next) setAnswer(next);
      else timer = window.setTimeout(() => void ask(), ASK_AGAIN);
    };
    void ask();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [answer]);
  const typed = useWatched(typedIn);
  useEffect(() => {
    if (typed === null) return;
    typedIn.set(null);
    void meet(typed);
  }, [typed]);
  const meet = (raw: string) => look(raw).catch((error: unknown) => setWrong(t(noRoom(error) ? "scanNotSaved" : "scanNotKept")));
  const look = async (raw: string) => {
    const read = normalise(raw);
    if ("wrong" in read) {
      setWrong(t(read.wrong));
      return;
    }
    setWrong("");
    const row = await tagOf(read.code);
    const unit = row?.[2] ? carried.value.units.get(row[2]) : undefined;
    const { held } = carried.value;
    const said = trust(row, unit, !!held && held.duty !== "tasks");
    const body = scanOf(raw, fixNow());
    // The server takes facts from who may file, and tells everybody what a tag means.
    if (mayFile(session.value)) await addScan(body, grouped(read.code));
    navigator.vibrate?.(60);
    if (unit) sessionStorage.setItem(`tag ${unit.id}`, read.code);
    setAnswer({ code: read.code, said, unit, stands: unit ? standing(unit, today()) : "", byServer: false, host: "", why: "", ask: OPEN.has(said) || elsewhere(raw) ? body : null });
    kick();
  };
  if (answer) return <Verdict answer={answer} again={() => setAnswer(null)} />;
  return <Looking meet={meet} wrong={wrong} />;
}

function Looking({ meet, wrong }: { meet: (raw: string) => Promise<void>; wrong: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const place = useRef<HTMLDivElement>(null);
  // After a verdict the button that led here is gone, and the focus with it.
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const [camera, setCamera] = useState<Camera | null>(null);
  const [state, setState] = useState<"wait" | "open" | "none">("wait");
  const [lit, setLit] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let opened: Camera | null = null;
    let left = false;
    let met = false;
    const tell = (texts: string[]) => {
      const raw = likeliest(texts);
      if (raw === undefined || met || left) return;
      met = true;
      // What is no tag is told, and the next look may find one beside it.
      void meet(raw).finally(() => setTimeout(() => (met = false), "code" in normalise(raw) ? 1500 : 0));
    };
    const begin = async () => {
      if (!video.current) return;
      opened = await openCamera(video.current, tell);
      if (left) return opened.stop();
      setCamera(opened);
      setState("open");
    };
    setState("wait");
    begin().catch(() => setState("none"));
    return () => {
      left = true;
      opened?.stop();
    };
  }, [tries]);
  const typed = (event: SubmitEvent) => {
    event.preventDefault();
    void meet(String(new FormData(event.currentTarget as HTMLFormElement).get("code")));
  };
  return (
    <div class="looking" ref={place} tabIndex={-1}>
      <Title word="scan" />
      <div class={`finder ${state}`}>
        <video ref={video} muted playsInline aria-label={t("scanHint")} />
        <p>{t(state === "open" ? "scanHint" : state === "none" ? "cameraNone" : "cameraWait")}</p>
        {state === "none" ? <button onClick={() => setTries(tries + 1)}>{t("retry")}</button> : null}
        {camera?.torch ? (
          <button class="torch" aria-pressed={lit} onClick={() => void camera.torch?.(!lit).then(() => setLit(!lit), () => undefined)}>{t("torch")}</button>
        ) : null}
      </div>
      <Alert text={wrong} />
      <form class="line" onSubmit={typed}>
        <label>{t("scanType")}<input class="num" name="code" autocomplete="off" autocapitalize="characters" spellcheck={false} required /></label>
        <button>{t("scanGo")}</button>
      </form>
    </div>
  );
}

/** Whether what was scanned is an address of another host than this one; the server says whether that is wrong. */
function elsewhere(raw: string): boolean {
  const host = /^\W*(?:https?:\/\/)?([^/?#]+)\/T\//i.exec(raw)?.[1];
  return host !== undefined && host.toLowerCase() !== location.host;
}

interface Found {
  kind: string;
  foreign_host: string;
  message: string;
  unit: { id: number; standing: string } | null;
}

/** What the pack does not know, the server may; without a network the careful answer stays. */
async function askServer({ code, ask }: Answer): Promise<Answer | null> {
  const { mock: _mock, ...body } = ask ?? {};
  const found = await call<Found>("scans", body).catch(() => null);
  const said = found && KINDS[found.kind];
  if (!said) return null;
  return { code, said, unit: carried.value.units.get(found.unit?.id ?? 0), stands: found.unit?.standing ?? "", byServer: true, host: found.foreign_host, why: found.message, ask: null };
}

function Verdict({ answer: { code, said, unit, stands, byServer, host, why }, again }: { answer: Answer; again: () => void }) {
  const top = useRef<HTMLHeadingElement>(null);
  const { held } = carried.value;
  const sound = USABLE.has(stands);
  const tone = host ? "bad" : said === "genuine" ? (sound ? "good" : ENDED.has(stands) ? "bad" : "warn") : GRAVE.has(said) ? "bad" : "warn";
  useEffect(() => top.current?.focus(), [said]);
  return (
    <div class="verdict">
      <section class={`card verdict-${tone}`}>
        <h1 ref={top} tabIndex={-1}>{host ? t("foreignHost") : said === "genuine" && !sound ? t("genuineBut", standingName(stands)) : t(said)}</h1>
        <p class="code num">{grouped(code)}</p>
        <p>{host ? why : t(`${said}More`)}</p>
        <p class="soft">{byServer ? t("asServer") : t("asOf", held ? moment(held.at) : "—")}</p>
      </section>
      {unit ? <ul class="rows"><Row unit={unit} /></ul> : null}
      <div class="bottom">
        <button class="quiet" onClick={again}>{t("scanAgain")}</button>
        {unit ? <a class="button" href={`#/unit/${unit.id}`}>{t("openUnit")}</a> : null}
      </div>
    </div>
  );
}
