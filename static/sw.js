// Offline use. `cargo xtask build` puts the version and the list of files in place of the two
// words below. Navigations ask the network first, so a new version shows at once; everything else
// has its hash in its name and comes from the cache.
// Kill switch: `cargo xtask build --no-service-worker` writes static/sw-off.js under this name;
// a visitor's own way out is the address with `?sw=off`.
const PREFIX = "fluentd-playground-";
const VERSION = "__VERSION__";
const FILES = ["__FILES__"];
const CACHE = PREFIX + VERSION;
/** How long a slow network may keep a page that is at hand. */
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(install().then(() => self.skipWaiting()));
});

async function install() {
  const cache = await caches.open(CACHE);
  const hashed = (file) => file.startsWith("assets/");
  await cache.addAll(FILES.map((file) => new Request(file, { cache: hashed(file) ? "default" : "reload" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

/** Keeps the version before: a tab that still shows it may ask for the rest of its files. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(request.mode === "navigate" ? navigate(request) : fromCache(request));
});

/** This version's file, else one that a tab of the version before still asks for. */
async function fromCache(request) {
  const own = await caches.match(request, { cacheName: CACHE, ignoreSearch: true });
  return own ?? (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

async function navigate(request) {
  const here = await caches.match(new URL("index.html", self.registration.scope), { cacheName: CACHE });
  // A page under another name (404.html mends links there) is the server's to answer.
  const network = fetch(request);
  if (here === undefined) return network;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, here));
  return Promise.race([network.catch(() => here), late]).then(plain);
}

/** Safari refuses a navigation that is answered with a redirected response. */
function plain(response) {
  if (!response.redirected) return response.clone();
  return new Response(response.body, { status: response.status, headers: response.headers });
}
