/** The app's own files on the phone: whether it starts without a network, and a newer app that waits. */
import { handsFull } from "./desk";
import { Watched } from "./store";

export interface Shell {
  /** Whether the app starts without a network. */
  starts: boolean;
  /** Whether the scanner is here too; null until the service worker has told. */
  whole: boolean | null;
  /** A newer app that takes over when the inspector says so. */
  newer: ServiceWorker | null;
}

export const shell = new Watched<Shell>({ starts: false, whole: null, newer: null });

const { serviceWorker } = navigator;

/** Called at the start and whenever the network is back: a first install that was cut leaves nothing. */
export function keepShell(): void {
  // Without one, as in a private window, there is no start without a network either.
  void serviceWorker?.register("/m/sw.js", { scope: "/m/" }).then(watch, () => undefined);
}

export function watchShell(): void {
  if (!serviceWorker) return;
  let controlled = !!serviceWorker.controller;
  serviceWorker.addEventListener("controllerchange", () => {
    if (controlled) void reload();
    controlled = true;
  });
  serviceWorker.addEventListener("message", ({ data }) => shell.set({ ...shell.value, whole: !!data.whole }));
  addEventListener("online", keepShell);
  keepShell();
}

/** Lets the rest come, once the inspector's own work has gone out: the scanner is ten times the app. */
export function fillShell(): void {
  if (!shell.value.whole) void serviceWorker?.ready.then(({ active }) => active?.postMessage("fill"));
}

function watch(found: ServiceWorkerRegistration): void {
  const look = () => shell.set({ ...shell.value, starts: !!found.active, newer: serviceWorker.controller ? found.waiting : null });
  found.onupdatefound = () => found.installing?.addEventListener("statechange", look);
  found.onupdatefound(new Event("updatefound"));
  look();
}

/** Another tab has called the newer app in; photos in work here come first. */
async function reload(): Promise<void> {
  while (handsFull()) await new Promise((done) => setTimeout(done, 300));
  location.reload();
}
