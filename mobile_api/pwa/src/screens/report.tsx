import { useEffect, useState } from "preact/hooks";
import { today } from "../dates";
import { newest } from "../desk";
import { begun, correcting } from "../draft";
import { oddity, t } from "../i18n";
import { box, draftOf, loadBox } from "../outbox";
import { carried, fitting } from "../pack";
import { mayFile, session } from "../session";
import type { ComponentChildren } from "preact";
import type { Draft } from "../types";
import { Form } from "./form";

const LONG_AGO = "2020";

/** A report, or with `supersedes` the correction of one. */
export function Report({ id, supersedes }: { id: number; supersedes?: string | undefined }) {
  return <Alone name={`${id} ${supersedes ?? ""}`}><Begun id={id} supersedes={supersedes} /></Alone>;
}

/** A draft by its own id: its unit may have left the pack. */
export function Kept({ id }: { id: string }) {
  const draft = newest(box.value.drafts).find((one) => one.id === id);
  return draft ? <Alone name={`${draft.unit} ${draft.supersedes ?? ""}`}><Continued id={id} /></Alone> : <h1 class="empty">{t("noDraft")}</h1>;
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
  return mine ? <>{children}</> : mine === null ? null : <h1 class="empty"><span role="status">{t("otherWindow")}</span></h1>;
}

function Begun({ id, supersedes }: { id: number; supersedes: string | undefined }) {
  const [first] = useState(() => startOf(id, supersedes));
  if (!mayFile(session.value)) return <h1 class="empty">{t("mayNot")}</h1>;
  if (!first) return <h1 class="empty">{t("noUnit")}</h1>;
  // A phone that was empty too long may begin again with 1970.
  if (!first.checklist) return <h1 class="empty">{today() < LONG_AGO ? oddity("clock") : t("noChecklist")}</h1>;
  return <Form first={first} />;
}

function Continued({ id }: { id: string }) {
  const [first] = useState(() => newest(box.value.drafts).find((draft) => draft.id === id));
  return first ? <Form first={first} /> : <h1 class="empty">{t("noDraft")}</h1>;
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
