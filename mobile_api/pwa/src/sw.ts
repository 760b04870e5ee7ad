/** Keeps the app's own files, and nothing else: data lives in the page's database, calls go to the network. */
export {};
declare const self: ServiceWorkerGlobalScope;
/** What the app cannot start without, and what may come later. */
declare const FIRST: string[];
declare const LATER: string[];
declare const VERSION: string;

const NAME = `field-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const fresh = FIRST.map((path) => new Request(path, { cache: path.includes("/assets/") ? "default" : "reload" }));
      await (await caches.open(NAME)).addAll(fresh);
      // A newer app comes whole or not at all: the one that is here can scan.
      if (self.registration.active) await fill();
    })(),
  );
});

/** Takes what is not here yet: from the app before where it is the same, else from the network. */
async function fill(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const path of LATER) {
    if (await cache.match(path)) continue;
    const kept = path.includes("/assets/") ? await caches.match(path) : undefined;
    if (kept) await cache.put(path, kept);
    else await cache.add(path);
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("field-") && name !== NAME) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
  if (event.data !== "fill") return;
  const tell = (whole: boolean) => event.source?.postMessage({ whole });
  event.waitUntil(fill().then(() => tell(true), () => tell(false)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || !pathname.startsWith("/m/")) return;
  const path = request.mode === "navigate" ? "/m/" : pathname;
  if (!FIRST.includes(path) && !LATER.includes(path)) return;
  event.respondWith(
    (async () => (await (await caches.open(NAME)).match(path)) ?? fetch(request))(),
  );
});
