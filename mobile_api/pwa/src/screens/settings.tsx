import { useEffect, useState } from "preact/hooks";
import { keep } from "../db";
import { withUnsaved } from "../desk";
import { language, speak, t } from "../i18n";
import { box, loadBox, tally } from "../outbox";
import { loadPack } from "../pack";
import { Alert, Facts, enlarge, nameOf, sizeText } from "../parts";
import { session, signOut } from "../session";
import { useWatched } from "../store";
import { VERSION } from "../sync";
import { Install } from "./install";

export function Settings() {
  const tag = useWatched(language);
  const user = useWatched(session)?.user;
  const all = useWatched(box);
  const { unsent } = tally(all);
  const busy = unsent > 0 || withUnsaved(all.drafts).length > 0;
  const [large, setLarge] = useState(document.documentElement.classList.contains("large"));
  const [room, setRoom] = useState("");
  const [refused, setRefused] = useState(false);
  useEffect(() => void told().then(setRoom), [tag]);
  const leave = async () => {
    // The boxes on the disk are asked, not those on the screen: another tab may have filed something.
    await loadBox();
    if (tally(box.value).unsent || withUnsaved(box.value.drafts).length) return setRefused(true);
    if (!confirm(t("signOutAsk"))) return;
    if (!(await signOut())) return setRefused(true);
    await Promise.all([loadBox(), loadPack()]);
  };
  return (
    <>
      <section class="card">
        <h2>{t("language")}</h2>
        <div class="choice">
          <button aria-pressed={tag === "zh"} onClick={() => speak("zh")} lang="zh-CN">中文</button>
          <button aria-pressed={tag === "en"} onClick={() => speak("en")} lang="en">English</button>
        </div>
        <button
          class="wide quiet"
          role="switch"
          aria-checked={large}
          onClick={() => {
            enlarge(!large);
            setLarge(!large);
            void keep("large", !large).catch(() => undefined);
          }}
        >
          {t("largeType")} {large ? "✓" : ""}
        </button>
      </section>
      <section class="card">
        <Facts rows={[
          [t("signedInAs"), user?.name ?? null],
          [t("duty"), user?.region ? nameOf("region", user.region) : null],
          [t("storage"), room],
          [t("version"), VERSION],
        ]} />
        <Install />
        {refused || busy ? <Alert text={t("signOutNo")} /> : null}
        <button class="wide quiet" aria-disabled={busy} onClick={() => void leave()}>{t("signOut")}</button>
      </section>
    </>
  );
}

async function told(): Promise<string> {
  const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const safe = await navigator.storage?.persisted?.();
  return `${sizeText(usage)} · ${safe ? t("persisted") : t("notPersisted")}`;
}
