// Photos and files: the same bytes to our server by the app, by tus-js-client and by one request a file; and what a text
// waits behind them.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright';
import { Client, of, type Attachment, type Job } from '../../tests/browser/support/office';
import { text } from '../../tests/browser/support/texts';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company, EMAIL } from '../support/company';
import { Counter } from '../support/counter';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { openFirstJob, ours, signIn } from '../support/sides';

const FILES = 20;
const BYTES = 3_000_000;
const PAYLOAD = FILES * BYTES;
/** As large as ours become on a line that is fast. */
const PIECE = 2 * 1024 * 1024;
const WHAT = `${FILES} files of ${BYTES / 1_000_000} MB, sent and checked`;
const OVERHEAD = 'bytes up beside the payload, for each request with bytes';
const NOTE = 'a note, from the tap to the server’s answer, while files are sent';
const [TUS, PLAIN, QUIET] = ['tus-js-client', 'fetch, a file in one request', 'nothing else on the line'];

export async function files(rounds: number): Promise<Rows> {
  const rows = new Rows('files');
  const company = await Company.start(100);
  const counter = await Counter.start(company.port);
  for (let round = 0; round < rounds; round += 1) {
    rows.ours(WHAT, 'MB a second', rate(await app(company, company.address)), '≥ the peers');
    for (const name of [TUS, PLAIN]) {
      rows.peer(WHAT, 'MB a second', name, rate(await peer(company, company.address, name)));
    }
    // Through something that counts, which costs time: those are not timed.
    rows.ours(OVERHEAD, 'bytes', await counted(counter, () => app(company, counter.address, counter)));
    for (const name of [TUS, PLAIN]) {
      rows.peer(OVERHEAD, 'bytes', name, await counted(counter, () => peer(company, counter.address, name)));
    }
    const { loaded, quiet } = await notes(company);
    rows.ours(NOTE, 'ms', loaded, 'one piece');
    rows.peer(NOTE, 'ms', QUIET, quiet);
  }
  await counter.end();
  await company.stop();
  return rows;
}

const rate = (ms: number): number => PAYLOAD / 1_000_000 / (ms / 1000);

async function counted(counter: Counter, work: () => Promise<unknown>): Promise<number> {
  counter.reset();
  await work();
  const pieces = counter.requests.filter((line) => line.startsWith('PATCH')).length;
  return (counter.up - PAYLOAD) / pieces;
}

/** A phone that has picked all of them without a network, and is back at its start page. */
async function picked(address: string): Promise<{ context: BrowserContext; page: Page }> {
  const home = await folder('files');
  const context = await launch(path.join(home, 'profile'));
  const { page } = await tab(context);
  await page.goto(`${address}/`);
  await moment(page, 'form');
  await signIn(page);
  await openFirstJob(page, ours(address));
  await context.setOffline(true);
  const paths = Array.from({ length: FILES }, (_, place) => path.join(home, `bench-${place}.bin`));
  await Promise.all(paths.map((file, place) => writeFile(file, madeBytes(BYTES, place + 1))));
  const group = page.getByRole('group', { name: text('job.add_file') });
  await group.getByLabel(text('files.choose_file')).setInputFiles(paths);
  await page.locator('[aria-label="Unsent changes"]', { hasText: String(FILES) }).waitFor();
  await page.waitForFunction(() => window.benchSaved.length > 0);
  return { context, page };
}

/** The network returns; milliseconds until nothing is unsent. `counter` is told when what is counted begins. */
async function app(company: Company, address: string, counter?: Counter): Promise<number> {
  const { context, page } = await picked(address);
  counter?.reset();
  await page.evaluate(() => window.benchForget('drained'));
  const began = await online(context, page);
  const ms = (await moment(page, 'drained', 300_000)) - began;
  await context.close();
  await allReceived(company);
  return ms;
}

async function online(context: BrowserContext, page: Page): Promise<number> {
  await context.setOffline(false);
  return page.evaluate(() => {
    const now = performance.now();
    dispatchEvent(new Event('online'));
    return now;
  });
}

/** The page's word is the server's too. */
async function allReceived(company: Company): Promise<void> {
  const client = await Client.signIn(() => company.port, EMAIL);
  const all = of<Attachment>(await client.scope(), 'attachment').filter(({ name }) => name.startsWith('bench-'));
  if (all.length === 0 || all.some(({ received_at }) => received_at === undefined)) {
    throw new Error('the app says that everything is sent, and the server has not received it');
  }
}

/** The same bytes, registered past any browser, by another client in a page of the server's origin. */
async function peer(company: Company, address: string, name: string): Promise<number> {
  const client = await Client.signIn(() => company.port, EMAIL);
  const [job] = of<Job>(await client.scope(), 'job');
  const ids: string[] = [];
  for (let place = 0; place < FILES; place += 1) {
    ids.push(await client.addAttachment(job.id, madeBytes(BYTES, place + 1)));
  }
  const context = await launch(path.join(await folder('files'), 'profile'));
  const [cookie, value] = client.headers(company.port).cookie.split('=');
  // The name asks for a secure origin, which an address of this machine is.
  await context.addCookies([{ name: cookie, value, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }]);
  const { page } = await tab(context);
  await page.goto(`${address}/api/v1/health`);
  await page.evaluate(await bundle());
  const ms = await page.evaluate(
    ({ ids, bytes, piece, tus }) => (tus ? window.uploads.tus(ids, bytes, piece) : window.uploads.plain(ids, bytes)),
    { ids, bytes: BYTES, piece: PIECE, tus: name === TUS },
  );
  await context.close();
  return ms;
}

let bundled: Promise<string> | undefined;

function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [path.resolve(import.meta.dirname, '../peers/pages/uploads.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  }).then(({ outputFiles }) => outputFiles[0].text);
  return bundled;
}

/** A note that is saved while files are sent, and one with nothing else on the line. */
async function notes(company: Company): Promise<{ loaded: number; quiet: number }> {
  const { context, page } = await picked(company.address);
  const sending = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
  await online(context, page);
  await sending;
  const loaded = await note(page, 'While files are sent');
  await moment(page, 'drained', 300_000);
  const quiet = await note(page, 'With nothing else on the line');
  await context.close();
  return { loaded, quiet };
}

/** Milliseconds from the tap until the server has answered the request that brings it. */
async function note(page: Page, words: string): Promise<number> {
  await page.evaluate(() => window.benchForget('drained'));
  await page.locator('.note-form textarea').fill(words);
  const answered = page.waitForResponse((answer) => answer.request().postData()?.includes(words) ?? false);
  const began = performance.now();
  await page.locator('.note-form button[type=submit]').click();
  await answered;
  return performance.now() - began;
}

/** The bytes of a file: the same for the same seed, and nothing that compresses. */
function madeBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
