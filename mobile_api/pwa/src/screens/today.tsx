import { useEffect, useMemo, useState } from "preact/hooks";
import { Unreachable } from "../api";
import { moment, today } from "../dates";
import { noRoom } from "../db";
import { withUnsaved } from "../desk";
import { t } from "../i18n";
import { box } from "../outbox";
import { type Carried, type Duty, carried, estimate, progress, refreshPack, takePack } from "../pack";
import { Alert, Row, kindName, nameOf, sizeText, titleOf, unitOf } from "../parts";
import { farText, here, metres } from "../place";
import { shell } from "../shell";
import { nextDue, standing } from "../standing";
import { useWatched } from "../store";
import type { Draft, Task, Unit } from "../types";
import { Install } from "./install";

const LISTS = ["tasks", "overdue", "soon", "near"] as const;
type Name = (typeof LISTS)[number];
const PORTION = 30;

/** What to do, from the pack alone. */
export function Today() {
  const pack = useWatched(carried);
  const lists = useMemo(() => sorted(pack), [pack]);
  const [chosen, choose] = useState<Name | null>(null);
  const [asked, ask] = useState("");
  const drafts = withUnsaved(useWatched(box).drafts);
  if (!pack.held && !pack.units.size) return <>{drafts.length ? <Drafts drafts={drafts} /> : null}<Take /></>;
  const name = chosen ?? LISTS.find((one) => one !== "near" && lists[one].length) ?? "near";
  return (
    <>
      {pack.held ? null : <Take />}
      {drafts.length ? <Drafts drafts={drafts} /> : null}
      <input type="search" aria-label={t("search")} placeholder={t("search")} value={asked} onInput={(event) => ask(event.currentTarget.value)} />
      {asked.trim() ? <List units={found(pack, asked)} none={t("searchNone")} /> : (
        <>
          <div class="chips" role="tablist">
            {LISTS.map((one) => (
              <button key={one} role="tab" aria-selected={one === name} onClick={() => choose(one)}>
                {t(one)}{one === "near" ? null : <b class="num">{lists[one].length}</b>}
              </button>
            ))}
          </div>
          {name === "near" ? <Near pack={pack} /> : <List key={name} units={lists[name]} none={t("noneHere")} notes={name === "tasks" ? pack.tasks : []} />}
        </>
      )}
      {pack.held ? <Fresh pack={pack} /> : null}
    </>
  );
}

/** Reports begun and not filed: what is nearest to hand. */
function Drafts({ drafts }: { drafts: Draft[] }) {
  return (
    <section class="stack">
      <h2>{t("drafts")} <span class="num">{drafts.length}</span></h2>
      <ul class="rows">
        {drafts.map((draft) => (
          <li key={draft.id}>
            <a class="row" href={`#/draft/${draft.id}`}>
              <span class="main"><b>{titleOf(unitOf(draft))}</b><span class="soft">{kindName(draft.kind)} <span class="num">{draft.day}</span></span></span>
              <span class="side"><span class="badge due_soon">{t("photoDraft")}</span></span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Which pack to take: its size is told before it is fetched. `done` is called once it is there. */
export function Take({ done }: { done?: () => void }) {
  const [size, setSize] = useState<Awaited<ReturnType<typeof estimate>> | null>(null);
  const [wrong, setWrong] = useState("");
  const [chosen, choose] = useState<Duty>("area");
  const taken = useWatched(progress);
  const { held } = useWatched(carried);
  useEffect(() => void estimate().then(setSize, (error: unknown) => setWrong(why(error))), []);
  const take = (duty: Duty) => {
    setWrong("");
    choose(duty);
    takePack(duty).then(done, (error: unknown) => setWrong(why(error)));
  };
  const all = chosen === "tasks" ? size?.tasks.units : size?.units;
  return (
    <section class="card">
      <h2>{t(held ? "packOther" : "packNone")}</h2>
      <p>{t("packWhy")}</p>
      <Alert text={wrong} />
      {taken === null ? (
        <>
          <p class="big num">{size ? t("packAsk", size.units, sizeText(size.bytes)) : "…"}</p>
          <button class="wide" onClick={() => take("area")}>{t("packTake")}</button>
          {size?.tasks.units ? <p class="num">{t("packTasks", size.tasks.units, sizeText(size.tasks.bytes))}</p> : null}
          {size?.tasks.units ? <button class="wide quiet" onClick={() => take("tasks")}>{t("packTakeTasks")}</button> : null}
        </>
      ) : (
        <p role="status">{t("packTaking", taken, all ?? "…")}<progress value={taken} max={all ?? 1} /></p>
      )}
    </section>
  );
}

function why(error: unknown): string {
  if (error instanceof Unreachable) return t("unreachable");
  return noRoom(error) ? t("notSaved") : String(error instanceof Error ? error.message : error);
}

function Fresh({ pack }: { pack: Carried }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const { starts, whole } = useWatched(shell);
  const refresh = () => {
    setWrong("");
    setBusy(true);
    refreshPack().catch((error: unknown) => setWrong(why(error))).finally(() => setBusy(false));
  };
  const ready = starts ? (whole === null ? "" : t(whole ? "shellWhole" : "shellPart")) : t("shellNone");
  return (
    <footer class="fresh">
      <p class="soft">{t(pack.held?.duty === "tasks" ? "packHasTasks" : "packHas", pack.units.size, moment(pack.held?.at ?? new Date()))}</p>
      <p class={whole ? "soft" : "warn"} role="status">{ready}</p>
      <Alert text={wrong} />
      <button class="quiet" disabled={busy} onClick={refresh}>{t("packRefresh")}</button>
      <a class="button plain" href="#/pack">{t("packOther")}</a>
      <Install />
    </footer>
  );
}

function sorted({ units, tasks }: Carried): Record<"tasks" | "overdue" | "soon", Unit[]> {
  const day = today();
  const by = (word: string) =>
    [...units.values()].filter((unit) => standing(unit, day) === word).sort((a, b) => (nextDue(a) ?? "").localeCompare(nextDue(b) ?? ""));
  const due = [...new Set(tasks.map((task) => units.get(task.unit)).filter((unit) => unit !== undefined))];
  return { tasks: due, overdue: by("overdue"), soon: by("due_soon") };
}

/** As the server folds (backend/units/search.py): wide letters, case, blanks and brackets do not matter. */
const folded = (text: string) => text.normalize("NFKC").toUpperCase().replace(/[\s()]/g, "");

function found({ units }: Carried, asked: string): Unit[] {
  const parts = asked.trim().split(/\s+/).map(folded);
  return [...units.values()].filter((unit) => {
    const text = folded([unit.dc, unit.cert, unit.no, unit.name, nameOf("category", unit.cat), unit.user, unit.addr, unit.code].join());
    return parts.every((part) => text.includes(part));
  });
}

function Near({ pack }: { pack: Carried }) {
  const place = useWatched(here);
  const units = useMemo(() => {
    if (!place) return [];
    return [...pack.units.values()]
      .flatMap((unit) => (unit.pos ? [{ unit, far: metres(place.fix, unit.pos) }] : []))
      .sort((a, b) => a.far - b.far)
      .slice(0, PORTION);
  }, [pack, place]);
  if (!place) return <p class="empty">{t("noFix")}</p>;
  return <ul class="rows">{units.map(({ unit, far }) => <Row key={unit.id} unit={unit} far={farText(far)} />)}</ul>;
}

function List({ units, none, notes = [] }: { units: Unit[]; none: string; notes?: Task[] }) {
  const [most, more] = useState(PORTION);
  const told = new Map(notes.map(({ unit, kind, on, note }) => [unit, [on.slice(5), kindName(kind), note].filter(Boolean).join(" · ")]));
  if (!units.length) return <p class="empty">{none}</p>;
  return (
    <>
      <ul class="rows">{units.slice(0, most).map((unit) => <Row key={unit.id} unit={unit} note={told.get(unit.id)} />)}</ul>
      {units.length > most ? <button class="quiet wide" onClick={() => more(most + PORTION)}>{t("more")}</button> : null}
    </>
  );
}
