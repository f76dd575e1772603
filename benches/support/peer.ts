// The peers' servers: the app over the records that our technician has, and the page for single libraries.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright';
import type { Scoped } from '../../tests/browser/support/office';
import { buildApp } from '../peers/app/build';
import type { Peers } from '../peers/pages/pages';
import { tab, type Conditions } from './browser';
import { folder, serve } from './children';

let built: Promise<string> | undefined;

/** The Preact, Dexie and Workbox app over these records; gives back its address. */
export async function peerApp(records: Scoped[]): Promise<string> {
  built ??= folder('app').then(async (to) => {
    await buildApp(to);
    return to;
  });
  const app = await built;
  const data = await folder('peer');
  await writeFile(path.join(data, 'records.json'), JSON.stringify(records));
  return serve('peers/app/server.ts', app, path.join(data, 'records.json'), path.join(data, 'kept.jsonl'));
}

/** The page with MiniSearch, PouchDB and raw IndexedDB; with a PouchDB server beside it if asked for. */
export async function libraries(withPouch = false): Promise<string> {
  const data = await folder('libraries');
  const bundle = path.join(data, 'peers.js');
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../peers/pages/pages.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outfile: bundle,
    define: { global: 'globalThis' },
  });
  const pouch = path.join(data, 'pouch');
  await mkdir(pouch);
  return serve('peers/pages/server.ts', bundle, ...(withPouch ? [pouch] : []));
}

/** The libraries in a tab of this browser. */
export async function librariesPage(context: BrowserContext, address: string, conditions?: Conditions): Promise<Page> {
  const { page } = await tab(context, conditions);
  await page.goto(address);
  await page.waitForFunction(() => window.peers !== undefined);
  return page;
}

/** What the page offers, for the functions that run in it. */
declare global {
  interface Window {
    peers: Peers;
  }
}
