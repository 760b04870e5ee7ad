import { useState } from "preact/hooks";
import { Problem } from "../api";
import { noRoom } from "../db";
import { language, speak, t } from "../i18n";
import { loadBox } from "../outbox";
import { loadPack } from "../pack";
import { Alert } from "../parts";
import { NotYours, erased, session, signIn } from "../session";
import { useWatched } from "../store";
import { kick } from "../sync";
import { loadTodo } from "../todo";

function told(error: unknown): string {
  if (error instanceof NotYours) return t("notYours");
  if (error instanceof Problem) return error.message;
  if (noRoom(error)) return t("notSaved");
  return t("unreachable");
}

/** Who works with this phone. `again`: a sign-in has ended; `free`: another person may follow. */
export function SignIn({ again = false, free = false }: { again?: boolean; free?: boolean }) {
  const tag = useWatched(language);
  const gone = useWatched(erased) && !again;
  const [wrong, setWrong] = useState("");
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string) => String(data.get(name) ?? "");
    setBusy(true);
    setWrong("");
    try {
      await signIn(field("username").trim(), field("password"), field("otp").trim());
      await Promise.all([loadPack(), loadBox(), loadTodo()]);
      kick();
    } catch (error) {
      if (error instanceof Problem && error.code === "otp-required") setSecond(true);
      setWrong(told(error));
    } finally {
      setBusy(false);
    }
  };
  const known = again ? session.value?.user.username : undefined;
  return (
    <form class={again ? "card" : "door"} onSubmit={send}>
      {again ? <h1>{t("signInAgain")}</h1> : <><img src="/m/icon.svg" alt="" width="72" height="72" /><h1>{t("app")}</h1></>}
      <label>{t("username")}<input name="username" autocomplete="username" autocapitalize="none" required defaultValue={known} readOnly={!!known && !free} /></label>
      <label>{t("password")}<input name="password" type="password" autocomplete="current-password" required /></label>
      {second ? <label>{t("otp")}<input name="otp" inputMode="numeric" autocomplete="one-time-code" /></label> : null}
      <Alert text={wrong || (gone ? t("erased") : "")} />
      <button class="wide" disabled={busy}>{t("signIn")}</button>
      {again ? null : (
        <button type="button" class="plain" onClick={() => speak(tag === "en" ? "zh" : "en")}>{tag === "en" ? "中文" : "English"}</button>
      )}
    </form>
  );
}
