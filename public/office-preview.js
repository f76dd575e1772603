// Makes the page in a frame a preview: the app of a technician, as the office looks at it.
// Owns what that app is given in place of this browser's own: databases, settings, locks, the channel between tabs, the
// worker, the clock and the network. It must never let the app in the frame write to the server, see the work of
// whoever looks, or keep anything: the server refuses all but reading as well (docs/adr/0098).
//
// boot.mjs runs it before anything of the app. The office's page says on the frame's element whose app it is, and how the
// phone is (`data-offline` and so on, at any time).
const frame = window.frameElement;
const { user, language, words } = frame.dataset;
const is = (what) => frame.dataset[what] === "true";
const isOffline = () => is("offline") || is("later");
const LATER_MS = 25 * 3_600_000;
const SLOW_MS = 2_000;

/** Of this look alone: the next one gets ready anew. */
const MARK = "preview-";
const own = `${MARK}${crypto.randomUUID()}-`;

const replace = (target, name, value) => Object.defineProperty(target, name, { configurable: true, value });

/** Calls of `prototype`'s method `name` get what is the preview's own in place of their first argument. */
function rename(prototype, name) {
  const call = prototype[name];
  prototype[name] = function (first, ...rest) {
    return call.call(this, own + first, ...rest);
  };
}

/** What looks that ended without a word have left. One that is still open in another tab holds its lock. */
async function forgetOthers(locks) {
  const names = (await indexedDB.databases?.())?.map(({ name }) => name) ?? [];
  const { held } = await locks.query();
  const isOpen = (name) => held.some((lock) => lock.name.startsWith(MARK) && name.startsWith(lock.name));
  const left = names.filter((name) => name.startsWith(MARK) && !name.startsWith(own) && !isOpen(name));
  // The page around lives on when this one goes.
  left.forEach((name) => window.parent.indexedDB.deleteDatabase(name));
}

/** This look takes all of its own away when it ends. */
function forgetOwn() {
  const around = window.parent.indexedDB;
  window.addEventListener("pagehide", () => ["afield-outbox", "afield-cache", "afield-drafts"].forEach((name) => around.deleteDatabase(own + name)));
}

/** What is typed and tapped changes nothing: no change ever gets into the outbox. */
function refuseChanges(method) {
  const call = IDBObjectStore.prototype[method];
  IDBObjectStore.prototype[method] = function (...row) {
    if (this.name === "entries" && this.transaction.db.name.endsWith("afield-outbox")) {
      say();
      throw new DOMException("a preview only looks", "ReadOnlyError");
    }
    return call.apply(this, row);
  };
}

function say() {
  let note = document.getElementById("preview-note");
  if (note === null) {
    note = document.createElement("p");
    note.id = "preview-note";
    note.className = "alert preview-note";
    note.setAttribute("role", "alert");
    document.body.append(note);
  }
  note.textContent = words;
  note.hidden = false;
  setTimeout(() => (note.hidden = true), 6_000);
}

/** As a browser's own storage, for as long as the frame is there. */
function memory(start) {
  const kept = new Map(start);
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  };
}

function shareNothing() {
  const { locks } = navigator;
  locks.request(own, () => new Promise(() => {})).catch(() => {});
  forgetOthers(locks).catch(() => {});
  forgetOwn();
  rename(IDBFactory.prototype, "open");
  rename(IDBFactory.prototype, "deleteDatabase");
  rename(LockManager.prototype, "request");
  ["add", "put"].forEach(refuseChanges);
  const theme = localStorage.getItem("afield-theme");
  // Somebody has signed in here: the app need not ask who.
  const start = [["afield-language", language], ["afield-email", "preview"], ...(theme === null ? [] : [["afield-theme", theme]])];
  replace(window, "localStorage", memory(start));
  replace(window, "sessionStorage", memory([]));
  const Channel = window.BroadcastChannel;
  replace(window, "BroadcastChannel", class extends Channel {
    constructor(name) {
      super(own + name);
    }
  });
}

/** The browser's own are whose it is: what was shared with the app, the app's badge, what the browser promised to keep. */
function leaveTheBrowserAlone() {
  const no = () => Promise.resolve();
  const cache = { match: no, matchAll: () => Promise.resolve([]), keys: () => Promise.resolve([]), put: no, add: no, delete: () => Promise.resolve(false) };
  replace(window, "caches", { open: () => Promise.resolve(cache), keys: () => Promise.resolve([]), has: () => Promise.resolve(false), match: no, delete: () => Promise.resolve(false) });
  replace(navigator, "setAppBadge", no);
  replace(navigator, "clearAppBadge", no);
  for (const name of ["persist", "persisted"]) {
    replace(navigator.storage, name, () => Promise.resolve(true));
  }
}

/** Links out of the app would leave the frame behind, and its world. */
function stay() {
  const leads = (link) => {
    const { origin, pathname } = new URL(link.href);
    return origin !== location.origin || pathname.endsWith(".html");
  };
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      if (link && leads(link)) {
        event.preventDefault();
        event.stopPropagation();
        say();
      }
    },
    true,
  );
}

/** There is one, so that the app gets ready; it does nothing. */
function standInForWorker() {
  const nothing = () => {};
  const none = () => Promise.resolve();
  const worker = { postMessage: nothing };
  const registration = { active: worker, installing: null, waiting: null };
  replace(navigator, "serviceWorker", {
    controller: worker,
    ready: Promise.resolve(registration),
    register: none,
    getRegistration: none,
    addEventListener: nothing,
    removeEventListener: nothing,
  });
}

/** The stream that wakes the phone: the browser's own cannot name whose phone it is. As that one, it ends for good. */
class LookEvents extends EventTarget {
  readyState = 0;
  #ending = new AbortController();

  constructor(path) {
    super();
    window.addEventListener("offline", () => this.#fail(), { signal: this.#ending.signal });
    this.#read(path).catch(() => this.#fail());
  }

  close() {
    this.readyState = 2;
    this.#ending.abort();
  }

  async #read(path) {
    const { ok, body } = await window.fetch(path, { credentials: "include", signal: this.#ending.signal });
    if (!ok) {
      throw new TypeError("no stream");
    }
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    this.readyState = 1;
    this.#tell(new Event("open"));
    let heard = "";
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const events = (heard + value).split("\n\n");
      heard = events.pop();
      events.forEach((event) => this.#hear(event));
    }
    this.#fail();
  }

  /** A comment is a sign of life, and no event. */
  #hear(event) {
    const read = (field) => event.split("\n").find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1).trim();
    const data = read("data");
    if (data !== undefined) {
      this.#tell(new MessageEvent(read("event") ?? "message", { data }));
    }
  }

  #fail() {
    if (this.readyState !== 2) {
      this.close();
      this.#tell(new Event("error"));
    }
  }

  #tell(event) {
    this[`on${event.type}`]?.(event);
    this.dispatchEvent(event);
  }
}

function readAsPhone() {
  const ask = window.fetch;
  replace(window, "fetch", async (what, how) => {
    const request = new Request(what, how);
    if (!new URL(request.url).pathname.startsWith("/api/")) {
      return ask(what, how);
    }
    if (is("slow")) {
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    }
    if (isOffline()) {
      throw new TypeError("the preview is offline");
    }
    request.headers.set("afield-preview", user);
    return ask(request);
  });
  replace(window, "EventSource", LookEvents);
}

function beThatPhone() {
  // Both clocks: one alone would be a phone whose clock somebody has set.
  const later = () => (is("later") ? LATER_MS : 0);
  const { now } = Date;
  Date.now = () => now() + later();
  const runs = Performance.prototype.now;
  Performance.prototype.now = function () {
    return runs.call(this) + later();
  };
  Object.defineProperty(navigator, "onLine", { configurable: true, get: () => !isOffline() });
  const connection = new EventTarget();
  Object.defineProperties(connection, {
    effectiveType: { get: () => (is("slow") ? "2g" : "4g") },
    saveData: { value: false },
  });
  replace(navigator, "connection", connection);
  new MutationObserver(() => {
    window.dispatchEvent(new Event(isOffline() ? "offline" : "online"));
    connection.dispatchEvent(new Event("change"));
    document.dispatchEvent(new Event("visibilitychange"));
  }).observe(frame, { attributes: true });
}

shareNothing();
leaveTheBrowserAlone();
stay();
standInForWorker();
readAsPhone();
beThatPhone();
