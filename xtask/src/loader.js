// How main asks for the other pieces of the app. xtask/src/split.rs adds one line for each piece.
// It must never remember a failure: the next call tries again.
import { initSync } from "./afield.js";

/** Where each piece is, and which must be there before it. */
const places = {};
const loaded = {};
/** Modules that are being compiled before anybody has asked for their piece. */
const compiled = {};

const compile = (name) => WebAssembly.compileStreaming(globalThis.afield.bring(places[name][0]));

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

async function bring(name) {
  // All at once; put in one after the other.
  const coming = compiled[name] ?? compile(name);
  compiled[name] = undefined;
  const before = Promise.all(places[name][1].map(load));
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

