/** Screens whose code comes when they are first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "./i18n";

/** A component fetched on demand; the service worker has kept it, so that it comes without a network too. */
export function later<Props extends object>(fetched: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let come: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [state, set] = useState<"wait" | "come" | "failed">(come ? "come" : "wait");
    useEffect(() => {
      if (!come) fetched().then((found) => ((come = found), set("come")), () => set("failed"));
    }, []);
    if (come) {
      const Come = come;
      return <Come {...props} />;
    }
    // An app put in place since has other files: from the start all fit each other again.
    return state === "failed" ? (
      <>
        <h1 class="empty"><span role="alert">{t("screenNone")}</span></h1>
        <button class="wide" onClick={() => location.reload()}>{t("retry")}</button>
      </>
    ) : <p class="empty" aria-busy="true">…</p>;
  };
}
