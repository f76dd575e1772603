// The service worker's own part: its events, the files of the shell, and when the engine is needed.
// Owns install, activation and what is answered from the cache. It must never touch `/api` requests of the page, delete
// a database, or take over by itself.
//
// The engine is the page's: the same bytes, from the shell's cache, brought in when an event needs it. What answers
// files needs none of it. All listeners are added while the script runs for the first time: one that is added later
// misses events.
const { build, files, pieces, together, script, module, server } = self.AFIELD_BUILD;
// Kept by the browser together with this script: a worker that is started again needs no network for it.
importScripts(script);

const PREFIX = "afield-shell-";
const NAME = PREFIX + build;
// Where the manifest sends what another app shares.
const SHARE = "/share";
// The page for an app that does not start.
const RESCUE = "/rescue.html";

const kept = async (what) => {
  try {
    return await (await caches.open(NAME)).match(what);
  } catch {
    // A browser that cannot read its cache: the network may still have it.
    return undefined;
  }
};

/** From the cache; from the network where it was evicted. */
const bring = async (what) => (await kept(what)) ?? fetch(what);

/** What only the office asks for. */
const isOffices = (url) => /\/(office|desk|house|texts-office)-[^/]+$/.test(url);

/** Whether the office works at this browser: an earlier build was asked for what only the office needs. */
async function isOffice() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const urls = await Promise.all(shells.map(async (name) => (await caches.open(name)).keys()));
  return urls.flat().some(({ url }) => isOffices(url));
}

/** What only the office asks for is kept from then on. */
async function bringOffices(request) {
  const file = files.find(({ url }) => request.url.endsWith(url));
  const there = (await kept(request)) ?? (file ? undefined : await fetch(request));
  if (there) {
    return there;
  }
  const response = await verified(file);
  const copy = response.clone();
  // A browser without room for it still has what the network gave.
  await caches.open(NAME).then((cache) => cache.put(file.url, copy)).catch(() => {});
  return response;
}

/** A file whose bytes are those of this build. What the page has just loaded is not loaded twice; if the browser's own
 * cache has other bytes, it is passed by. */
async function verified({ url, integrity }) {
  let failure;
  for (const cache of ["default", "reload"]) {
    try {
      const response = await fetch(url, { integrity, cache });
      if (response.ok) {
        return response;
      }
      failure = new Error(`${url}: HTTP ${response.status}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** The reader of codes is kept only where the browser has none, and the office's pieces where the office works. A file
 * whose bytes are not those of this build fails the install: versions are never mixed. All at once: on a slow network
 * the round trips cost more than the bytes. */
async function install() {
  const cache = await caches.open(NAME);
  const keep = async (file) => cache.put(file.url, await verified(file));
  const apart = () => Promise.all(pieces.map(keep));
  const office = await isOffice().catch(() => false);
  const needed = ({ url }) => (url.startsWith("/codes") ? !("BarcodeDetector" in self) : office || !isOffices(url));
  await Promise.all([...files.filter(needed).map(keep), together ? keepPieces(cache).catch(apart) : apart()]);
}

/** The pieces come in one file, as the page fetches them on a first visit, and are kept one by one: a page loads what
 * it needs, and the browser keeps what it compiled under their names. */
async function keepPieces(cache) {
  const all = await (await verified(together)).arrayBuffer();
  let end = 0;
  const kept = pieces.map(({ url, bytes }) => {
    const piece = all.slice(end, (end += bytes));
    return cache.put(url, new Response(piece, { headers: { "content-type": "application/wasm" } }));
  });
  await Promise.all(kept);
}

/** Removes the shells of other builds. On the very first visit the page is taken over, so that it works offline without
 * a reload. */
async function activate() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
  await clients.claim();
}

// The pieces of the app too: a worker's own requests do not come to its fetch event.
self.afield.bring = bring;
let started;

/** The app's module. Once for each start of the worker; asked for again if it did not come. */
function app() {
  started ??= self.afield.init({ module_or_path: bring(module) }).then(
    () => self.afield,
    (error) => {
      started = undefined;
      throw error;
    },
  );
  return started;
}

/** What to do with a request of the page; nothing is the browser's own way. `/api` is never touched and never cached,
 * and neither is anything that writes. */
function plan({ method, mode, url }) {
  const { origin, pathname } = new URL(url);
  const navigates = mode === "navigate";
  if (origin !== location.origin) {
    return undefined;
  }
  if (method === "POST" && navigates && pathname === SHARE) {
    return share;
  }
  if (method !== "GET" || pathname.startsWith("/api/")) {
    return undefined;
  }
  if (navigates && pathname !== RESCUE) {
    return shell;
  }
  return isOffices(pathname) ? bringOffices : bring;
}

/** The app's page, whatever the path: the app finds its screen by itself. */
const shell = async (request) => (await kept("/")) ?? fetch(request);

/** Keeps what another app has sent and goes on to the page that asks for the job. */
async function share(request) {
  let count = 0;
  try {
    count = await (await app()).share(request);
  } catch (error) {
    console.error(error);
  }
  // 303: the page is fetched, not posted.
  return Response.redirect(count > 0 ? SHARE : `${SHARE}?lost`, 303);
}

/** Does what a page asks for; its answer, or nothing for what another build says. */
async function answer(json) {
  try {
    const { type } = JSON.parse(json);
    if (type === "activate") {
      await skipWaiting();
    } else if (type === "let_go") {
      letGo();
    } else {
      return await (await app()).message(json);
    }
    return '{"type":"done"}';
  } catch (error) {
    return JSON.stringify({ type: "failed", message: String(error) });
  }
}

let letGo;
const freed = new Promise((resolve) => {
  letGo = resolve;
});

/** Keeps the worker awake for `work`: at the longest until a newer build must not wait any more. The engine may be
 * stopped anywhere. */
const hold = (event, work) => event.waitUntil(Promise.race([work, freed]));

async function message({ data, ports }) {
  if (typeof data !== "string") {
    return;
  }
  const said = await answer(data);
  if (said !== undefined) {
    ports[0]?.postMessage(said);
  }
}

/** As in `locales`: of a message that cannot be read. */
const SOMETHING = { en: "Something changed at the office", de: "Im Büro hat sich etwas geändert" };
/** How long a notification waits for the pass, and then for what this phone knows of its job, in milliseconds. */
const PASS = 4_000;
const WORDS = 1_500;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const atMost = (ms, work) => Promise.race([work, pause(ms)]).catch(() => {});

/** What came, as far as this build can read it. The address is the app's own, whatever host it names. */
function read({ data, notification }) {
  let said;
  try {
    said = notification ?? data.json().notification;
  } catch {
    // Shown as one that says nothing.
  }
  const { title, lang, tag, silent, navigate, data: of } = said ?? {};
  const language = `${lang || navigator.language}`;
  let to = "/";
  try {
    to = new URL(navigate, location.origin).pathname;
  } catch {
    // The app's first page.
  }
  const own = language.startsWith("de") ? SOMETHING.de : SOMETHING.en;
  return { title: `${title || own}`, language, tag: `${tag ?? ""}`, silent: silent === true, to, job: `${of?.job ?? ""}` };
}

/** The app makes a pass, then the notification is shown: soon, whatever the network does, for a browser that is shown none
 * takes the permission back. What is said besides comes out of this phone; the message carries nothing of a customer. */
async function notify(event) {
  const { title, language: lang, tag, silent, to, job } = read(event);
  const pass = app().then((app) => app.sync(true));
  await atMost(PASS, pass);
  const body = await atMost(WORDS, app().then((app) => app.words(job, lang)));
  const looks = { icon: "/icons/icon-192.png", badge: "/icons/monochrome-512.png" };
  await registration.showNotification(title, { ...looks, body, lang, tag, silent, renotify: tag !== "", data: { to } });
  await pass.catch(() => {});
}

/** An open window goes there as by a link; one that does not answer is loaded anew there. */
async function open(to) {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find(({ url, frameType }) => frameType !== "nested" && new URL(url).pathname !== RESCUE);
  if (!window) {
    return clients.openWindow(to);
  }
  await window.focus().catch(() => {});
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise((resolve) => (port1.onmessage = () => resolve(true)));
  window.postMessage({ open: to }, [port2]);
  if (!(await Promise.race([heard, pause(WORDS)]))) {
    await window.navigate(to).catch(() => clients.openWindow(to));
  }
}

/** Where the browser can be told, requests of `/api` do not come here at all: each would wake the worker, and bring the
 * bytes of a file that is sent into its memory, which grows by all of them. */
const PAST = { condition: { urlPattern: `${server ?? ""}/api/*` }, source: "network" };

addEventListener("install", (event) => {
  event.addRoutes?.(PAST).catch(() => {});
  event.waitUntil(install());
});
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const work = plan(event.request);
  if (work) {
    event.respondWith(work(event.request));
  }
});
addEventListener("message", (event) => hold(event, message(event)));
// Its failure makes the browser try again later. Both make a pass: when the network is back, and now and then.
const sync = (event) => hold(event, app().then((app) => app.sync(false)));
addEventListener("sync", sync);
addEventListener("periodicsync", sync);
addEventListener("push", (event) => hold(event, notify(event)));
addEventListener("notificationclick", (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(open(notification.data?.to ?? "/"));
});
// The browser gives this device another address.
addEventListener("pushsubscriptionchange", (event) => {
  const before = event.oldSubscription?.endpoint ?? "";
  hold(event, app().then((app) => app.subscribe(before)));
});
