import { useEffect, useState } from "preact/hooks";
import { Problem, call } from "../api";
import { BUDGET, fillFiles, held, idOf, loadFiles, takeFile, used } from "../files";
import { t } from "../i18n";
import { Alert, sizeText } from "../parts";
import { useWatched } from "../store";
import { line } from "../sync";
import type { KeptFile, Matter } from "../types";

/** The papers and attachments: read here page by page, and fetched as they are by an address that lives for two minutes. */
export function Files({ matter: { matter, enclosures } }: { matter: Matter }) {
  const { reached } = useWatched(line);
  const here = useWatched(held);
  const [shown, show] = useState<{ title: string; file: KeptFile } | null>(null);
  const [busy, setBusy] = useState("");
  const [wrong, setWrong] = useState("");
  useEffect(() => void loadFiles(), []);
  if (!enclosures.length) return null;
  const told = async (key: string, work: () => Promise<void>) => {
    setWrong("");
    setBusy(key);
    await work().catch((error: unknown) => setWrong(t("fileNone", error instanceof Problem ? error.message : t("unreachable"))));
    setBusy("");
  };
  const read = (key: string, title: string) => told(key, async () => {
    const file = await takeFile(matter, key);
    if (file) show({ title, file });
    else setWrong(t("fileNone", t("filesFull", sizeText(BUDGET))));
  });
  const fetched = (key: string) => told(key, async () => {
    const { address } = await call<{ address: string }>(`matters/${matter}/enclosures/${key}`);
    const link = document.createElement("a");
    Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
    link.click();
  });
  return (
    <section class="card">
      <h2>{t("files")}</h2>
      {reached ? null : <p class="soft">{t("filesOnline")}</p>}
      <Alert text={wrong} />
      {enclosures.map(({ key, title }) => {
        const kept = here.find(({ id }) => id === idOf(matter, key));
        return (
          <div key={key} class="stack">
            <button class="quiet" aria-busy={busy === key} disabled={busy === key} onClick={() => void read(key, title)}>{title}</button>
            <p class="soft num">
              {kept ? `✓ ${t("fileHere", kept.pages, sizeText(kept.size))} · ` : ""}
              <a href="#" role="button" onClick={(event) => (event.preventDefault(), void fetched(key))}>{t("fileWhole")}<span class="heard"> {title}</span></a>
            </p>
          </div>
        );
      })}
      {shown ? <Pages key={shown.file.id} {...shown} /> : null}
    </section>
  );
}

function Pages({ title, file }: { title: string; file: KeptFile }) {
  const [addresses, set] = useState<string[]>([]);
  useEffect(() => {
    const made = file.pictures.map((picture) => URL.createObjectURL(picture));
    set(made);
    return () => made.forEach((address) => URL.revokeObjectURL(address));
  }, [file]);
  return (
    <div class="pages" role="group" aria-label={title}>
      {addresses.map((address, place) => (
        <a key={address} href={address} target="_blank" rel="noopener"><img src={address} alt={t("pageAlt", title, place + 1, file.pages)} /></a>
      ))}
      {file.pictures.length < file.pages ? <p class="notice">{t("pagesMore", file.pictures.length, file.pages)}</p> : null}
    </div>
  );
}

/** How much of the files lies here, and the wish to have the rest. */
export function HeldFiles() {
  const { length } = useWatched(held);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  useEffect(() => void loadFiles(), []);
  const fill = () => {
    setBusy(true);
    setWrong("");
    fillFiles().catch(() => setWrong(t("unreachable"))).finally(() => setBusy(false));
  };
  return (
    <footer class="stack">
      <p class="soft num" role="status">{t("filesHeld", length, length ? sizeText(used()) : "0 kB", sizeText(BUDGET))}</p>
      <Alert text={wrong} />
      <button class="quiet" disabled={busy} onClick={fill}>{t("filesTake")}</button>
    </footer>
  );
}
