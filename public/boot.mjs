// Starts the app: loads its script and its wasm, whose addresses stand on this script's own tag.
// It must never hold app logic or register the service worker: the app does that, in Rust.
const { js, wasm, server } = document.getElementById("boot").dataset;
// The server's address, where that is another host than this one: see crates/platform/src/address.rs.
globalThis.AFIELD_BUILD = { server };

// In the office's preview of a technician's app, before anything else: see office-preview.js.
if (window.frameElement?.dataset.user) {
  await import("/office-preview.js");
}

/** The app's own texts, a file for each language. */
const files = { en: "/texts-en.txt", de: "/texts-de.txt" };

/** Reads codes where the browser cannot: see crates/platform/src/barcode.rs. */
globalThis.codeReader = () => import("/codes.js");
/** Writes unsent work into a file: see crates/platform/src/rescue.rs. */
globalThis.rescue = async (user) => (await import("/rescue.js")).save(user);

// These stand in for them until they are there, or without them.
const texts = {
  en: {
    opening: "Opening Afield…",
    failed:
      "Afield could not start. Nothing that was saved on this phone is lost. Check the connection and load the page again; if that does not help, update the browser.",
    old: "This browser is too old for Afield. Nothing that was saved on this phone is lost. Update the phone or the browser (on an iPhone or iPad: iOS 16.4 or newer), then open Afield again.",
    retry: "Retry",
    rescue: "Save unsent work in a file",
  },
  de: {
    opening: "Afield wird geöffnet …",
    failed:
      "Afield konnte nicht starten. Auf diesem Handy ist nichts verloren, was gespeichert war. Prüfen Sie die Verbindung und laden Sie die Seite neu; hilft das nicht, aktualisieren Sie den Browser.",
    old: "Dieser Browser ist zu alt für Afield. Auf diesem Handy ist nichts verloren, was gespeichert war. Aktualisieren Sie das Handy oder den Browser (auf einem iPhone oder iPad: iOS 16.4 oder neuer) und öffnen Sie Afield dann wieder.",
    retry: "Erneut versuchen",
    rescue: "Ungesendete Arbeit in einer Datei sichern",
  },
};

/** The language to start in: the chosen one (see src/runtime/prefs.rs), or the first of the browser's that the app
 * speaks. The app follows the one of the page. */
function language() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("afield-language");
  } catch {
    // Refused in some private windows: then the browser's counts.
  }
  const tags = [chosen, ...navigator.languages].map((tag) => tag?.split(/[-_]/)[0].toLowerCase());
  return tags.find((tag) => tag && Object.keys(texts).includes(tag)) ?? "en";
}

const text = document.getElementById("shell-text");
document.documentElement.lang = language();
const say = texts[document.documentElement.lang];
if (text) {
  text.textContent = say.opening;
}

/** Whether somebody has signed in here: see src/runtime/prefs.rs. */
function isKnown() {
  try {
    return localStorage.getItem("afield-email") !== null;
  } catch {
    return false;
  }
}

/** What the first page waits for is begun beside the start of main. Whoever needs it asks again, and hears if anything
 * is wrong. The browser takes a while to open its storage at all: */
function wakeStorage() {
  indexedDB.databases?.().catch(() => {});
}

/** And the pieces take a while to compile. A development build has none. */
function compilePieces() {
  for (const piece of ["engine", "day"]) {
    globalThis.afield.ahead?.(piece);
  }
}

/** Whether the browser is from before Safari 16.4, which brought this: older ones stop somewhere later. */
function isTooOld() {
  return !("CompressionStream" in globalThis);
}

async function textOf(file) {
  const response = await fetch(file);
  if (!response.ok) {
    throw new Error(`${file}: HTTP ${response.status}`);
  }
  return response.text();
}

/** The end of the start: what happened, a button to try again, and the way to what is unsent. */
function fail(what) {
  if (!text) {
    return;
  }
  text.setAttribute("role", "alert");
  text.textContent = what;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-primary";
  again.textContent = say.retry;
  again.addEventListener("click", () => location.reload());
  text.after(again);
  if (isKnown()) {
    const rescue = document.createElement("a");
    rescue.className = "link";
    rescue.href = "/rescue.html";
    rescue.textContent = say.rescue;
    again.after(rescue);
  }
}

if (isTooOld()) {
  fail(say.old);
} else {
  try {
    const known = isKnown();
    // Until the app is there. A page that is opened without a network and without it starts all the same.
    import("/stand-in.js").catch(() => {});
    if (known) {
      wakeStorage();
    }
    // Beside the script, not after it. A preload in the page would be fetched twice by some browsers.
    const coming = fetch(wasm);
    coming.catch(() => {});
    const words = textOf(files[document.documentElement.lang]);
    words.catch(() => {});
    await import(js);
    if (known) {
      compilePieces();
    }
    globalThis.afield.texts = await words;
    await globalThis.afield.init({ module_or_path: coming });
    document.getElementById("shell")?.remove();
  } catch (error) {
    console.error(error);
    fail(say.failed);
  }
}
