/*
 * Keeps the app itself on the phone, so that it opens without signal. Data is not its business: lists, drafts and
 * photos lie in the app's own store, and no answer of the server is ever taken from a cache.
 * Names of built files change with their content, so what was kept once stays right; the page itself is asked for anew
 * each time and taken from here only when no answer comes.
 */
const CACHE = 'app';
const HASHED = /\.[0-9a-f]{8}\.(js|css)$/;
/** A page that takes longer than this is opened as it was last time. */
const PATIENCE_MS = 3000;

const here = new URL('./', self.location.href);
const isOurs = (url) => url.origin === here.origin && url.pathname.startsWith(here.pathname);

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

/** The page and every file of the build: later pages must open without signal too. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  const files = await (await fetch('files.json', { cache: 'no-store' })).json();
  const wanted = ['./', ...files].map((file) => new URL(file, here).href);
  const known = new Set((await cache.keys()).map((request) => request.url));
  await Promise.all(wanted.filter((url) => url === here.href || !known.has(url)).map((url) => cache.add(url)));
  await Promise.all([...known].filter((url) => !wanted.includes(url)).map((url) => cache.delete(url)));
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !isOurs(url)) return;
  if (event.request.mode === 'navigate') event.respondWith(page());
  else if (HASHED.test(url.pathname)) event.respondWith(file(event.request));
});

async function page() {
  const cache = await caches.open(CACHE);
  try {
    // AbortSignal.timeout would be shorter; iOS has it from 16 on.
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), PATIENCE_MS);
    const answer = await fetch(here.href, { cache: 'no-cache', signal: over.signal });
    clearTimeout(timer);
    if (answer.ok) {
      const before = await cache.match(here.href);
      await cache.put(here.href, answer.clone());
      // A new build: its files are fetched before the signal goes.
      if (before !== undefined && (await before.text()) !== (await answer.clone().text()))
        void keepAll().catch(() => undefined);
      return answer;
    }
  } catch {
    // No signal, or too slow: the page of the last time.
  }
  return (await cache.match(here.href)) ?? Response.error();
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}
