import { useEffect, useState } from "preact/hooks";
import { call } from "../api";
import { grouped } from "../codes";
import { dayBefore, daysBetween, today } from "../dates";
import { monthName, t } from "../i18n";
import { box, draftOf } from "../outbox";
import { carried } from "../pack";
import { Facts, Standing, conclusionName, kindName, nameOf, titleOf } from "../parts";
import { routeTo } from "../place";
import { mayFile, session } from "../session";
import { holdsAhead, holdsOn, standing } from "../standing";
import { useWatched } from "../store";
import { line } from "../sync";
import type { Unit } from "../types";
import { arrived } from "../unsent";

interface Past {
  records: { id: number; title: string; happened_on: string; by: string | null; in_force?: boolean; remark: string; photos: { thumbnail: string | null; screen: string | null }[] }[];
}

/** All that the phone knows of a unit; its history too while there is a network. */
export function UnitCard({ id }: { id: number }) {
  const unit = useWatched(carried).units.get(id);
  const { items, drafts } = useWatched(box);
  const who = useWatched(session);
  if (!unit) return <h1 class="empty">{t("noUnit")}</h1>;
  const pending = items.filter((item) => item.body["unit"] === id && !arrived(item)).length;
  const rows: [string, string | number | null][] = [
    [t("category"), nameOf("category", unit.cat)],
    [t("device"), unit.dc],
    [t("cert"), unit.cert],
    [t("internal"), unit.no],
    [t("user"), unit.user],
    [t("address"), unit.addr],
    [t("region"), nameOf("region", unit.reg)],
    [t("tag"), unit.code && grouped(unit.code)],
    [t("grade"), unit.grade],
  ];
  return (
    <article class="unit">
      <header>
        <Standing word={standing(unit, today())} large />
        <h1>{unit.name || nameOf("category", unit.cat)}</h1>
        <p>{unit.user}</p>
        {unit.pos || unit.tel ? (
          <p class="links">
            {unit.pos ? <a class="button quiet" href={routeTo(unit.pos, titleOf(unit))}>{t("route")}</a> : null}
            {unit.tel ? <a class="button quiet" href={`tel:${unit.tel.replace(/[^+\d]/g, "")}`}>{t("call")} <span class="num">{unit.tel}</span></a> : null}
          </p>
        ) : null}
      </header>
      {pending ? <p class="notice warn">{t("pending", pending)}</p> : null}
      <Holds unit={unit} />
      <Clocks unit={unit} />
      <section class="card">
        <h2>{t("openDefects")} <span class="num">{unit.def.length}</span></h2>
        {unit.def.length ? (
          <ul class="defects">
            {unit.def.map(([key, item, text, severity, found]) => (
              <li key={key} class={severity}><b>{severity === "serious" ? t("serious") : t("general")}</b> {item} {text} <span class="soft num">{found}</span></li>
            ))}
          </ul>
        ) : <p class="soft">{t("none")}</p>}
      </section>
      <section class="card"><Facts rows={rows} /></section>
      <History id={id} />
      {mayFile(who) ? <div class="bottom"><a class="button wide" href={`#/report/${id}`}>{draftOf(drafts, id) ? t("continueDraft") : t("start")}</a></div> : null}
    </article>
  );
}

/** Why it must not be used, and what will forbid its use within a year. */
function Holds({ unit }: { unit: Unit }) {
  const now = holdsOn(unit, today());
  const ahead = holdsAhead(unit, today());
  const [next] = ahead;
  if (!now.length && !next) return null;
  return (
    <section class="card">
      <h2>{now.length || !next ? t("whyNot") : t("atMost", dayBefore(next[2]))}</h2>
      <ul class="defects">
        {[...now, ...ahead].map(([rule, about, since]) => (
          <li key={`${rule} ${about} ${since}`} class={since > today() ? "" : "serious"}>
            <b class="num">{t("fromDay", since)}</b> {rule === "failed" ? `${kindName(about)} · ` : ""}{nameOf("hold", rule)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Clocks({ unit }: { unit: Unit }) {
  const day = today();
  return (
    <section class="card">
      <h2>{t("clocks")}</h2>
      <ul class="clocks">
        {unit.due.map(([kind, last, due, opens]) => {
          const left = due ? daysBetween(day, due) : null;
          return (
            <li key={kind} class={left !== null && left < 0 ? "late" : ""}>
              <b>{kindName(kind)}</b>
              <span class="num">{due ? t("dueOn", monthName(due)) : t("noDue")}</span>
              <span class="soft num">{last ? t("lastOn", last) : ""}</span>
              <span class="num">{left === null ? "" : left < 0 ? t("late", -left) : t("left", left)}</span>
              {opens && opens > day ? <span class="soft num">{t("opens", opens)}</span> : null}
            </li>
          );
        })}
      </ul>
      {unit.last ? <p>{t("lastInspection")}：{kindName(unit.last[0])} · <b>{conclusionName(unit.last[1])}</b> · <span class="num">{unit.last[2]}</span></p> : null}
    </section>
  );
}

function History({ id }: { id: number }) {
  const { reached } = useWatched(line);
  const [past, setPast] = useState<Past | null>(null);
  useEffect(() => {
    if (reached) void call<Past>(`units/${id}/history`).then(setPast, () => null);
  }, [id, reached]);
  return (
    <section class="card">
      <h2>{t("history")}</h2>
      {past ? (
        <ul class="past">
          {past.records.map((record) => (
            <li key={record.id}>
              <b class="num">{record.happened_on}</b> {record.in_force === false ? <del>{record.title}</del> : record.title}
              <span class="soft"> {record.by}</span>
              {record.remark ? <p>{record.remark}</p> : null}
              <div class="photos">
                {record.photos.map(({ thumbnail, screen }, place) => thumbnail ? (
                  <a key={place} href={screen ?? thumbnail} target="_blank" rel="noreferrer"><img src={thumbnail} alt={t("photoAlt", place + 1)} loading="lazy" /></a>
                ) : null)}
              </div>
            </li>
          ))}
        </ul>
      ) : <p class="soft">{t("onlyOnline")}</p>}
    </section>
  );
}
