// How main asks for the other pieces of the app. xtask/src/split.rs adds where they are, and one line for each piece.
// It must never remember a failure: the next call tries again.
import { initSync } from "./afield.js";

/** Where each piece is, and which must be there before it. */
const places = {};
/** The file that holds all of them, and the name and the length of each, in their order. */
const together = {};
const loaded = {};
/** Modules that are being compiled before anybody has asked for their piece. */
const compiled = {};

/** A worker that is in charge of the page has each piece by itself, and so has the worker. */
const isFirstVisit = () => "document" in globalThis && !navigator.serviceWorker?.controller;

const isTogether = (name) => together.holds.some(([held]) => held === name);

/** A first visit fetches all pieces in one file, an eighth less than one by one; what does not come that way is asked
 * for by itself. */
const compile = (name) =>
  isFirstVisit() && isTogether(name) ? arriving(name).then((bytes) => WebAssembly.compile(bytes)).catch(() => apart(name)) : apart(name);

/** What only the office needs the worker keeps when it is asked for it. It is not there yet on a first visit. */
function keepLater(url) {
  if (isFirstVisit()) {
    navigator.serviceWorker?.addEventListener("controllerchange", () => fetch(url).catch(() => {}), { once: true });
  }
}

function apart(name) {
  const url = places[name][0];
  if (!isTogether(name)) {
    keepLater(url);
  }
  return WebAssembly.compileStreaming(globalThis.afield.bring(url));
}

/** The bytes of each piece, out of the file of all. */
let arrivals;

function arriving(name) {
  arrivals ??= pour();
  return arrivals[name];
}

function pour() {
  const bytes = {};
  const give = {};
  for (const [name] of together.holds) {
    bytes[name] = new Promise((resolve, reject) => {
      give[name] = { resolve, reject };
    });
    // Whoever asks for it hears of it.
    bytes[name].catch(() => {});
  }
  read(give).catch((error) => {
    arrivals = undefined;
    Object.values(give).forEach(({ reject }) => reject(error));
  });
  return bytes;
}

/** Gives each piece away as soon as all of it is there. */
async function read(give) {
  const response = await globalThis.afield.bring(together.url);
  if (!response.ok) {
    throw new Error(`${together.url}: HTTP ${response.status}`);
  }
  const all = new Uint8Array(together.holds.reduce((sum, [, length]) => sum + length, 0));
  const missing = [...together.holds];
  let start = 0;
  let here = 0;
  const reader = response.body.getReader();
  while (missing.length > 0) {
    const { done, value } = await reader.read();
    if (done) {
      throw new Error(`${together.url}: cut off`);
    }
    all.set(value, here);
    here += value.length;
    while (missing.length > 0 && here >= start + missing[0][1]) {
      const [name, length] = missing.shift();
      give[name].resolve(all.subarray(start, start + length));
      start += length;
    }
  }
}

/** Gets a piece that will be asked for soon, beside the start of main. Whoever asks for it hears if it did not come. */
export function ahead(name) {
  compiled[name] ??= compile(name);
  compiled[name].catch(() => {});
}

/** The pieces stand in main's memory and know each other by main's table. */
const imports = () => ({ __wasm_split: initSync() });

function load(name) {
  loaded[name] ??= bring(name).catch((error) => {
    loaded[name] = undefined;
    throw error;
  });
  return loaded[name];
}

/** What only the office's pages read, in the language of the page: src/texts.rs. */
const words = { en: "/texts-office-en.txt", de: "/texts-office-de.txt" };

/** They come with the office's first piece, before anything of it runs. */
async function bringWords() {
  const url = words[document.documentElement.lang];
  keepLater(url);
  const response = await globalThis.afield.bring(url);
  if (!response.ok) {
    throw new Error(`${url}: HTTP ${response.status}`);
  }
  globalThis.afield.officeTexts = await response.text();
}

async function bring(name) {
  // All at once; put in one after the other.
  const coming = compiled[name] ?? compile(name);
  compiled[name] = undefined;
  const before = Promise.all([...places[name][1].map(load), name === "office" && bringWords()]);
  const [module] = await Promise.all([coming, before]);
  await WebAssembly.instantiate(module, imports());
}

/** What main calls: with a function of its own, by its place in the table, that hears whether the piece came. */
const when = (name) => async (callback, data) => {
  let came = true;
  try {
    await load(name);
  } catch (error) {
    console.error(error);
    came = false;
  }
  initSync().__indirect_function_table.get(callback)(data, came);
};
