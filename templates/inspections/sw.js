// The service worker: pages and assets of the tablet without a network. `ASSETS`, `VERSION` and
// `OFFLINE` stand above this text, written by the server.
"use strict";

const ASSET_CACHE = `assets-${VERSION}`;
const SESSION = "chanji-session";
const PAGE = /^\/inspections\/(?:[0-9a-f-]{36}\/(?:record\/|sign\/|gate\/)?)?$/;
// The tablet fills these in itself from its own data: what is stored is as good as new.
const SHELL = /\/(?:record|sign)\/$/;
const PAGES = ["", "record/", "sign/", "gate/"];
const PATIENCE = 2500;
const KEPT_VERSIONS = 3; // pages stored by an older version still find their assets
let lastWrite = 0;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(ASSET_CACHE);
      // A newer version waits after this until a page says that it is safe (worker.js).
      await cache.addAll([OFFLINE, ...ASSETS].map((url) => new Request(url, { cache: "reload" })));
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("assets-") && name !== ASSET_CACHE);
      for (const name of old.slice(0, -(KEPT_VERSIONS - 1))) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// --- whose tablet is it ------------------------------------------------------------------------

async function account() {
  const found = await (await caches.open(SESSION)).match("/account");
  return found ? found.text() : "";
}

async function setAccount(value) {
  const cache = await caches.open(SESSION);
  if (value) await cache.put("/account", new Response(value));
  else await cache.delete("/account");
}

const pagesOf = (who) => caches.open(`pages-${who}`);

/** Keep a page under the account the server made it for; nothing else is ever kept. */
async function keep(url, response) {
  const who = response.headers.get("X-Chanji-Account");
  if (!response.ok || response.redirected || !who) return;
  if ((await account()) !== who) await setAccount(who);
  const headers = new Headers(response.headers);
  headers.set("X-Chanji-Version", VERSION);
  await (await pagesOf(who)).put(url, new Response(await response.clone().blob(), { headers }));
}

/** A page of an older version loads older scripts: good enough without a network only. */
const isCurrent = (kept) => kept?.headers.get("X-Chanji-Version") === VERSION;

async function stored(url) {
  const who = await account();
  return who ? (await pagesOf(who)).match(url) : undefined;
}

// --- answering -----------------------------------------------------------------------------------

async function asset(request) {
  const mine = await (await caches.open(ASSET_CACHE)).match(request);
  return mine ?? (await caches.match(request)) ?? fetch(request);
}

async function fresh(request, url) {
  const response = await fetch(request);
  await keep(url, response).catch(() => {}); // a full disk must not keep a page from showing
  return response;
}

async function offlinePage() {
  return (await caches.match(OFFLINE)) ?? Response.error();
}

async function page(event, url) {
  const kept = await stored(url);
  const changedJustNow = Date.now() - lastWrite < 10_000;
  const network = fresh(event.request, url);
  event.waitUntil(network.catch(() => {}));
  if (!kept) return network.catch(offlinePage);
  if (SHELL.test(url) && isCurrent(kept) && !changedJustNow) return kept;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const first = await Promise.race([network.catch(() => null), changedJustNow ? network.catch(() => null) : patience]);
  // Where the tablet fills the page in, what is kept is better than being told to sign in.
  const good = SHELL.test(url) ? first?.ok : first && first.status < 500;
  return good ? first : kept;
}

/** Signing in or out gives the tablet to somebody; only the server's answer counts. */
async function accounts(request) {
  try {
    const response = await fetch(request);
    await setAccount("");
    return response;
  } catch {
    return offlinePage();
  }
}

async function write(request) {
  lastWrite = Date.now();
  try {
    return await fetch(request);
  } catch {
    return offlinePage();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    if (ASSETS.includes(url.pathname)) event.respondWith(asset(request));
    else event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
    return;
  }
  if (request.mode !== "navigate") return;
  if (request.method !== "GET") {
    event.respondWith(url.pathname.startsWith("/accounts/") ? accounts(request) : write(request));
  } else if (PAGE.test(url.pathname)) {
    event.respondWith(page(event, url.pathname));
  } else if (url.pathname.startsWith("/inspections/")) {
    event.respondWith(fetch(request).catch(offlinePage));
  }
});

// --- what pages tell it ----------------------------------------------------------------------------

/** Fetch pages before they are needed; those in `changed` anew. Whose they are, the server says. */
async function warm({ base, ids, changed }) {
  await keep(base, await fetch(base, { credentials: "same-origin", redirect: "manual" }));
  for (const id of ids) {
    for (const page of PAGES) {
      const url = `${base}${id}/${page}`;
      if (!changed.includes(id) && isCurrent(await stored(url))) continue;
      await keep(url, await fetch(url, { credentials: "same-origin", redirect: "manual" }));
    }
  }
}

self.addEventListener("message", (event) => {
  if (event.data?.type === "takeOver") self.skipWaiting();
  if (event.data?.type === "warm") event.waitUntil(warm(event.data).catch(() => {}));
});
