/**
 * Keeps the page, so that it works without a network from the second time on. Each build has its
 * own cache, and a page gets all of its files from one of them: a newer build takes over when all
 * pages of the older one are closed.
 */

declare const self: ServiceWorkerGlobalScope;
/** Addresses of all files, relative to this script. */
declare const FILES: string[];
/** Another one for every build. */
declare const VERSION: string;

// Other pages of the origin may have caches, and other folders other copies of this page.
const OURS = `konflux-ls-playground ${self.registration.scope} `;
const CACHE = OURS + VERSION;

self.addEventListener("install", (event) => {
  const requests = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetOthers(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const page = request.mode === "navigate" ? self.registration.scope : request;
  return (await cache.match(page, { ignoreSearch: true })) ?? fetch(request);
}
