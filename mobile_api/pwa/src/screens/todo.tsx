import { useEffect, useState } from "preact/hooks";
import { moment, today } from "../dates";
import { t } from "../i18n";
import { box } from "../outbox";
import { Title } from "../parts";
import { shell } from "../shell";
import { useWatched } from "../store";
import { kick } from "../sync";
import { decisionsOn, todo } from "../todo";
import type { Item, MatterRow } from "../types";
import { HeldFiles } from "./files";
import { Past } from "./past";

const LISTS = ["todo", "decided", "begun"] as const;

/** What waits for this person, what he decided and what he began. */
export function Todos() {
  const [list, choose] = useState<(typeof LISTS)[number]>("todo");
  return (
    <>
      <Title word="todo" />
      <div class="chips three" role="tablist">
        {LISTS.map((one) => <button key={one} role="tab" aria-selected={one === list} onClick={() => choose(one)}>{t(one)}</button>)}
      </div>
      {list === "todo" ? <Waiting /> : <Past key={list} list={list} />}
    </>
  );
}

/** What waits for him, with a network or without; what is due first stands first. */
function Waiting() {
  const { rows, at } = useWatched(todo);
  const { items } = useWatched(box);
  const { starts } = useWatched(shell);
  useEffect(kick, []);
  return (
    <>
      {at ? <p class="soft num">{t("todoAt", moment(at))} · {t(starts ? "shellWhole" : "shellNone")}</p> : null}
      {rows.length ? (
        <ul class="rows">{rows.map((row) => <Line key={row.matter} row={row} own={decisionsOn(items, row.matter)} />)}</ul>
      ) : <p class="empty">{t(at ? "todoNone" : "todoNever")}</p>}
      <HeldFiles />
    </>
  );
}

function Line({ row, own: [last] }: { row: MatterRow; own: Item[] }) {
  const late = row.due_on !== null && row.due_on < today();
  return (
    <li>
      <a class="row" href={`#/matter/${row.matter}`}>
        <span class="main">
          <b>{row.title}</b>
          <span>{row.asks} · {row.kind_name}</span>
          <span class="soft num">{row.number} {row.office_name}</span>
          {last?.state === "queued" ? <span class="todo">✎ {last.title.split(" · ")[0]} · {t("queued")}</span> : null}
          {last?.state === "conflict" || last?.state === "rejected" ? <span class="todo">! {t("decisionRefusedWord")}</span> : null}
        </span>
        <span class="side">
          {row.urgency === "normal" ? null : <span class="badge overdue">{row.urgency_name}</span>}
          {row.due_on ? <span class={late ? "bad num" : "soft num"}>{t("todoDue", row.due_on)}</span> : null}
        </span>
      </a>
    </li>
  );
}
