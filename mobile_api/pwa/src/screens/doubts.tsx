import { useEffect, useRef, useState } from "preact/hooks";
import type { Change } from "../desk";
import { oddity, t } from "../i18n";
import type { Draft } from "../types";

interface DoubtsProps {
  codes: string[];
  draft: Draft;
  change: Change;
  back: () => void;
  file: () => Promise<void>;
}

/** Names what contradicts in a report: whoever filed it looks again, or says why it is so. */
export function Doubts({ codes, draft, change, back, file }: DoubtsProps) {
  const box = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => box.current?.showModal(), []);
  const reason = draft.told?.conclusion_reason ?? "";
  const missing = tried && !reason.trim();
  // Closing gives the focus back to where it was, and says so to `back`.
  const close = () => box.current?.close();
  const go = () => {
    setTried(true);
    if (reason.trim()) return void file();
    field.current?.focus();
  };
  return (
    <dialog ref={box} class="card" aria-labelledby="doubts" aria-describedby="contradictions" onClose={back}>
      <h2 id="doubts">{t("doubts")}</h2>
      <ul id="contradictions">{codes.map((code) => <li key={code}>{oddity(code) ?? code}</li>)}</ul>
      <button class="wide" autofocus onClick={close}>{t("lookAgain")}</button>
      <label>{t("conclusion_reason")}
        <textarea
          ref={field}
          rows={3}
          maxLength={400}
          aria-invalid={missing}
          value={reason}
          onInput={(event) => {
            const conclusion_reason = event.currentTarget.value;
            change((now) => ({ told: { ...now.told, conclusion_reason } }));
          }}
        />
        {missing ? <small class="bad" role="alert">{t("needed")}</small> : null}
      </label>
      <button class="wide quiet" onClick={go}>{t("fileAnyway")}</button>
    </dialog>
  );
}
