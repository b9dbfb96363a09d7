/**
 * Keeps the files of the version it was built with, so that the page opens where there is no network: in a cellar, before a
 * door. What the page remembers is not here but in IndexedDB; the desk is never answered for.
 */

/** What the build puts above this file. */
declare const BUILT: {
  readonly version: string;
  /** Every file but the page itself, from the folder the page lies in. */
  readonly files: readonly string[];
};

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const PAGE = worker.registration.scope;
const VERSIONS = `phone ${PAGE} `;
const CACHE = VERSIONS + BUILT.version;
const FILES = new Set(BUILT.files.map((name) => new URL(name, PAGE).href));

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));
worker.addEventListener('message', ({ data }) => {
  // Asked for by a person, because it reloads every tab of the page.
  if (data === 'take over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET') return;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  if (mode === 'navigate' && (address === PAGE || address === `${PAGE}index.html`)) {
    event.respondWith(page(event));
  } else if (FILES.has(address)) {
    event.respondWith(kept(address, event.request));
  }
});

/**
 * All or nothing, and past the browser's own cache, which may hold files of another version. While a server is renewed it may
 * send the page of one version beside the worker of the other: what that page names is not here, and would never be again.
 */
async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...FILES].map((url) => new Request(url, { cache: 'reload' })));
  const page = await cache.match(PAGE);
  const named = page === undefined ? [] : namedIn(await page.text());
  const isWhole = named.length > 0 && named.every((name) => FILES.has(new URL(name, PAGE).href));
  if (isWhole && page?.redirected === false) return;
  await caches.delete(CACHE);
  throw new TypeError('the page is not of this version');
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(VERSIONS) && name !== CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** From the cache first: a network that hangs is worse at a door than none. */
async function kept(address: string, request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(address)) ?? fetch(request);
}

async function page(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE);
  const before = await cache.match(PAGE);
  if (before === undefined) return fetch(event.request);
  event.waitUntil(renewPage(cache, before.clone()));
  return before;
}

/**
 * A server may put another desk into the same page; that counts from the next visit on. A page of another version is left
 * alone: it comes with a worker of its own, which keeps its files first.
 */
async function renewPage(cache: Cache, before: Response): Promise<void> {
  const fresh = await fetch(PAGE, { cache: 'no-cache' }).catch(() => undefined);
  if (fresh === undefined || !fresh.ok || fresh.redirected) return;
  const [old, now] = await Promise.all([before.text(), fresh.clone().text()]);
  if (old !== now && `${namedIn(old)}` === `${namedIn(now)}`) await cache.put(PAGE, fresh);
}

/** The files a page asks for; their names change with what is in them. */
function namedIn(html: string): readonly string[] {
  return (html.match(/\.\/assets\/[\w.-]+/gu) ?? []).sort();
}
