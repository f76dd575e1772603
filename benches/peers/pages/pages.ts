// What the libraries do, timed in the page. Bundled into one script; each is a function of `window.peers`.
import MiniSearch from 'minisearch';
import PouchDB from 'pouchdb-browser';

interface Listed {
  id: string;
  number: string;
  title: string;
  address: string;
  customer: string;
}

/** One durable put after the other into a store with nothing beside it; milliseconds of each, from begin to complete. */
async function rawPuts(times: number): Promise<number[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('raw', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' });
      transaction.objectStore('rows').put({ n, text: `Note ${n} of a technician in a cellar` }, n);
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    taken.push(performance.now() - began);
  }
  database.close();
  return taken;
}

/** Builds the index and asks it twice: milliseconds. */
async function search(listed: Listed[], query: string): Promise<{ build: number; query: number; again: number; found: number }> {
  const began = performance.now();
  const index = new MiniSearch<Listed>({
    fields: ['number', 'title', 'address', 'customer'],
    storeFields: ['number', 'title'],
    searchOptions: { prefix: true, fuzzy: 0.2, combineWith: 'AND' },
  });
  index.addAll(listed);
  const built = performance.now();
  const found = index.search(query).slice(0, 50).length;
  const asked = performance.now();
  index.search(query);
  return { build: built - began, query: asked - built, again: performance.now() - asked, found };
}

const local = () => new PouchDB('local');
const remote = () => new PouchDB(`${location.origin}/db/jobs`);

/** Puts the documents onto the server, which the replication then brings. */
async function fillServer(docs: { id: string }[]): Promise<void> {
  const far = remote();
  for (let at = 0; at < docs.length; at += 1000) {
    await far.bulkDocs(docs.slice(at, at + 1000).map(({ id, ...rest }) => ({ _id: id, ...rest })));
  }
}

/** Everything from the server to an empty database here. Batches of 1,000: the default of 100 is slower. */
async function replicate(): Promise<{ ms: number; docs: number }> {
  await local().destroy();
  const near = local();
  const began = performance.now();
  const { docs_written: docs } = await near.replicate.from(remote(), { batch_size: 1000 });
  return { ms: performance.now() - began, docs };
}

/** Saves notes here, one by one as a person does. */
async function saveNotes(times: number): Promise<number[]> {
  const near = local();
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    await near.put({ _id: `note:${crypto.randomUUID()}`, text: `Note ${n} of a technician in a cellar` });
    taken.push(performance.now() - began);
  }
  return taken;
}

/** Sends what is new here; the milliseconds. */
async function push(): Promise<number> {
  const began = performance.now();
  await local().replicate.to(remote(), { batch_size: 1000 });
  return performance.now() - began;
}

/** A sync with nothing new in either direction, or with what was saved before. */
async function sync(): Promise<void> {
  await local().sync(remote());
}

const peers = { rawPuts, search, fillServer, replicate, saveNotes, push, sync };
export type Peers = typeof peers;

declare global {
  interface Window {
    peers: Peers;
  }
}

window.peers = peers;
