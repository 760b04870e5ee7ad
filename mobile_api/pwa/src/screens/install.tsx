import { t } from "../i18n";
import { isApple, isInstalled, offer } from "../install";
import { useWatched } from "../store";

/** How the app comes onto the home screen, where it is not there: what is installed is not cleared so soon. */
export function Install() {
  const made = useWatched(offer);
  if (isInstalled()) return null;
  if (made) return <button class="quiet wide" onClick={() => void made.prompt().finally(() => offer.set(null))}>{t("installTake")}</button>;
  return isApple() ? <p class="soft">{t("installApple")}</p> : null;
}
