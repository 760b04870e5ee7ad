import { useEffect, useState } from "preact/hooks";
import { Problem, call } from "../api";
import { moment } from "../dates";
import { t } from "../i18n";
import { Alert } from "../parts";
import type { PastRow } from "../types";

interface Page {
  results: PastRow[];
  next: string | null;
}

/** What he decided, or began: asked for when looked at, a page at a time; nothing of it is kept. */
export function Past({ list }: { list: "decided" | "begun" }) {
  const [{ results, next }, set] = useState<Page>({ results: [], next: "" });
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const more = async (before: PastRow[], cursor: string) => {
    setBusy(true);
    setWrong("");
    try {
      const page = await call<Page>(`matters/${list}?limit=30${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      set({ results: [...before, ...page.results], next: page.next });
    } catch (error) {
      setWrong(error instanceof Problem ? error.message : t("unreachable"));
    }
    setBusy(false);
  };
  useEffect(() => void more([], ""), [list]);
  return (
    <>
      <Alert text={wrong} />
      {results.length ? <ul class="rows">{results.map((row, place) => <Line key={place} row={row} />)}</ul> : null}
      {next === null && !results.length ? <p class="empty">{t("pastNone")}</p> : null}
      {next === null ? null : <button class="quiet wide" disabled={busy} onClick={() => void more(results, next)}>{t(wrong ? "retry" : "more")}</button>}
    </>
  );
}

function Line({ row }: { row: PastRow }) {
  return (
    <li>
      <a class="row" href={`#/matter/${row.matter}`}>
        <span class="main">
          <b>{row.title}</b>
          <span>{row.did || row.kind_name} · {row.state_name}</span>
          <span class="soft num">{row.number} {row.office_name}</span>
        </span>
        <span class="side"><span class="soft num">{row.at ? moment(row.at) : ""}</span></span>
      </a>
    </li>
  );
}
