/** Keeps the shell, and nothing else: data lives in the page's database, calls go to the network. */
export {};
declare const self: ServiceWorkerGlobalScope;
declare const SHELL: string[];
declare const VERSION: string;

const NAME = `field-${VERSION}`;

self.addEventListener("install", (event) => {
  const fresh = SHELL.map((path) => new Request(path, { cache: path.includes("/assets/") ? "default" : "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

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
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || !pathname.startsWith("/m/")) return;
  const path = request.mode === "navigate" ? "/m/" : pathname;
  if (!SHELL.includes(path)) return;
  event.respondWith(
    (async () => (await (await caches.open(NAME)).match(path)) ?? fetch(request))(),
  );
});
