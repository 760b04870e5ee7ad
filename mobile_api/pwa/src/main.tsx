/** Starts the app and finds the screen that the address names. */
import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { noRoom, recall } from "./db";
import { withUnsaved } from "./desk";
import { language, loadLanguage, t } from "./i18n";
import { watchOffer } from "./install";
import { later } from "./later";
import { box, loadBox, tally } from "./outbox";
import { carried, loadPack } from "./pack";
import { Alert, Icon, Title, enlarge, go } from "./parts";
import { follow } from "./place";
import { SignIn } from "./screens/signin";
import { Take, Today } from "./screens/today";
import { mayFile, session } from "./session";
import { shell, watchShell } from "./shell";
import { protect } from "./storage";
import { Watched, useWatched } from "./store";
import "./style.css";
import { line, start } from "./sync";
import { hasDesk, loadTodo, todo, waiting } from "./todo";
import { hearScanner, typedIn } from "./wedge";

/** A touch that nobody waits for, such as a button's, found no room on the disk. */
const noSpace = new Watched(false);
addEventListener("unhandledrejection", ({ reason }) => noRoom(reason) && noSpace.set(true));

const Scan = later(() => import("./screens/scan").then((screen) => screen.Scan));
const UnitCard = later(() => import("./screens/unit").then((screen) => screen.UnitCard));
const Report = later(() => import("./screens/report").then((screen) => screen.Report));
const Kept = later(() => import("./screens/report").then((screen) => screen.Kept));
const Outbox = later(() => import("./screens/outbox").then((screen) => screen.Outbox));
const Todos = later(() => import("./screens/todo").then((screen) => screen.Todos));
const MatterCard = later(() => import("./screens/matter").then((screen) => screen.MatterCard));
const Settings = later(() => import("./screens/settings").then((screen) => screen.Settings));

const TABS = ["today", "scan", "outbox", "settings"] as const;
const TABS_AT_DESKS = ["todo", ...TABS] as const;

function useRoute(): string[] {
  const read = () => location.hash.replace(/^#\/?/, "").split("/");
  const [route, set] = useState(read);
  // Heard from the first drawing on: an address that changes before the next one would be missed.
  useLayoutEffect(() => {
    const changed = () => set(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function Screen({ route: [name, id, more] }: { route: string[] }) {
  if (name === "scan") return <Scan />;
  if (name === "unit") return <UnitCard id={Number(id)} />;
  if (name === "report") return <Report key={`${id} ${more}`} id={Number(id)} supersedes={more} />;
  if (name === "draft") return <Kept key={id} id={id ?? ""} />;
  if (name === "todo") return <Todos />;
  if (name === "matter") return <MatterCard key={id} id={Number(id)} />;
  if (name === "outbox") return <Outbox />;
  if (name === "settings") return <><Title word="settings" /><Settings /></>;
  if (name === "pack") return <><Title word="packOther" /><Take done={() => go("/today")} /></>;
  return <><Title word="today" /><Today /></>;
}

function App() {
  const route = useRoute();
  const who = useWatched(session);
  useWatched(language);
  useWatched(carried);
  const all = useWatched(box);
  const { unsent } = tally(all);
  const drafts = withUnsaved(all.drafts).length;
  const theirs = unsent > 0 || drafts > 0;
  const { reached } = useWatched(line);
  const main = useRef<HTMLElement>(null);
  const { newer } = useWatched(shell);
  const tabs = hasDesk(who) ? TABS_AT_DESKS : TABS;
  // Who inspects nothing begins with what waits for his decision.
  const here = route[0] || (hasDesk(who) && !mayFile(who) ? "todo" : "today");
  const asked = waiting(useWatched(todo), all.items).length;
  const tab = tabs.find((one) => one === here);
  useEffect(() => {
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
    document.title = `${tab ? `${t(tab)} · ` : ""}${t("app")}`;
  }, [route.join("/")]);
  // A form in work is not left for a tag that was read by chance.
  const writing = here === "report" || here === "draft";
  useEffect(() => {
    if (!who || who.expired || writing) return;
    return hearScanner((raw) => {
      typedIn.set(raw);
      go("/scan");
    });
  }, [who, writing]);
  const full = useWatched(noSpace);
  useEffect(() => noSpace.set(false), [route.join("/")]);
  useEffect(() => {
    if (!who || who.expired) return;
    follow();
    void protect();
  }, [who]);
  if (!who) return <main class="entrance"><SignIn /></main>;
  return (
    <>
      <header class="top">
        {tab ? null : (
          <button class="plain" aria-label={t("back")} onClick={() => history.back()}><Icon name="back" /></button>
        )}
        <b>{t("app")}</b>
        <a class={`sent ${unsent ? "todo" : "done"}`} href="#/outbox">{unsent ? t("unsent", unsent) : ""}</a>
        {reached ? null : <span class="net">{t("offline")}</span>}
      </header>
      <main ref={main} tabIndex={-1}>
        {newer ? (
          <button class="wide" onClick={() => newer.postMessage("take-over")}>{t("newVersion")} · {t("reload")}</button>
        ) : null}
        <Alert text={full ? t("notSaved") : ""} />
        {who.expired ? <><Alert text={theirs ? t(who.ended ? "ended" : "expired", who.user.name) : t("expiredFree")} /><SignIn again free={!theirs} /></> : null}
        {who.expired && (who.ended || here !== "outbox") ? null : <Screen route={[here, ...route.slice(1)]} />}
      </main>
      <nav class="tabs">
        {tabs.map((tab) => (
          <a key={tab} href={`#/${tab}`} aria-current={here === tab ? "page" : undefined}>
            <Icon name={tab} />
            <span>{t(tab)}</span>
            {tab === "todo" && asked ? <em aria-label={t("todoCount", asked)}>{asked}</em> : null}
            {tab === "today" && drafts ? <em aria-label={t("draftsCount", drafts)}>{drafts}</em> : null}
            {tab === "outbox" && unsent ? <em aria-label={t("unsent", unsent)}>{unsent}</em> : null}
          </a>
        ))}
      </nav>
    </>
  );
}

watchOffer();

async function begin(root: HTMLElement): Promise<void> {
  const [large] = await Promise.all([recall<boolean>("large"), loadLanguage(), session.load()]);
  enlarge(large ?? false);
  // Without a sign-in there is nothing to show of the pack: the form comes first.
  const loaded = Promise.all([loadPack(), loadBox(), loadTodo()]);
  if (session.value) await loaded;
  root.textContent = "";
  render(<App />, root);
  watchShell();
  await loaded;
  // What was erased on the disk is not shown from memory.
  session.watch((who) => {
    if (!who || who.ended) void Promise.all([loadPack(), loadBox(), loadTodo()]);
  });
  start();
}

const root = document.getElementById("app");
if (root) {
  begin(root).catch((error: unknown) => {
    root.textContent = "";
    render(<p class="splash" role="alert">{t(noRoom(error) ? "noRoom" : "noStorage")} <button onClick={() => location.reload()}>{t("retry")}</button></p>, root);
  });
}
