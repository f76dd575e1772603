// What a change costs on a metered line: every byte of HTTP, headers included, as it is without TLS and HTTP/2.
import path from 'node:path';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Counter } from '../support/counter';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { libraries, librariesPage } from '../support/peer';
import { openFirstJob, ours, signIn } from '../support/sides';

const QUIET_MS = 1_500;
// Undo can take a change of status back for so long; only then is it sent.
const UNDO_MS = 5_500;
const CHANGE = 'one change of status';
const IDLE = 'a sync with nothing new';
const POUCH = 'PouchDB';

export async function wire(rounds: number): Promise<Rows> {
  const rows = new Rows('wire');
  const pouch = await libraries(true);
  for (let round = 0; round < rounds; round += 1) {
    // Its own each time: the steps of a job can be made once.
    const company = await Company.start(100);
    const own = await app(company);
    await company.stop();
    const other = await database(pouch);
    for (const what of [CHANGE, IDLE] as const) {
      rows.ours(`${what}, up`, 'bytes', own[what].up, '≤ 600');
      rows.peer(`${what}, up`, 'bytes', POUCH, other[what].up);
      rows.ours(`${what}, down`, 'bytes', own[what].down, '≤ 400');
      rows.peer(`${what}, down`, 'bytes', POUCH, other[what].down);
    }
  }
  return rows;
}

type Bytes = Record<typeof CHANGE | typeof IDLE, { up: number; down: number }>;

async function counted(counter: Counter, what: string, work: () => Promise<unknown>, patience = 0): Promise<{ up: number; down: number }> {
  await counter.quiet(QUIET_MS);
  counter.reset();
  await work();
  await new Promise((resolve) => setTimeout(resolve, patience));
  await counter.quiet(QUIET_MS);
  const { up, down, requests } = counter;
  console.log(`    ${what}: ${requests.map((line) => line.split('?')[0]).join(', ')}`);
  return { up, down };
}

async function app(company: Company): Promise<Bytes> {
  const counter = await Counter.start(company.port);
  const side = ours(counter.address);
  const context = await launch(path.join(await folder('wire'), 'profile'));
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await signIn(page);
  await openFirstJob(page, side);
  // The first one is not counted: after a navigation the browser looks for a new worker, whenever it likes.
  const status = (name: string) => () => page.getByRole('group', { name: 'Actions' }).getByRole('button', { name }).click();
  await counted(counter, 'Afield, not counted', status('Drive'), UNDO_MS);
  const change = await counted(counter, 'Afield, a change', status('Start work'), UNDO_MS);
  await page.getByRole('navigation').getByRole('link', { name: 'Sync', exact: true }).click();
  const button = page.getByRole('button', { name: 'Sync now' });
  const idle = await counted(counter, 'Afield, idle', () => button.click());
  await context.close();
  await counter.end();
  return { [CHANGE]: change, [IDLE]: idle };
}

async function database(address: string): Promise<Bytes> {
  const counter = await Counter.start(Number(new URL(address).port));
  const context = await launch(path.join(await folder('wire'), 'profile'));
  const page = await librariesPage(context, counter.address);
  await page.evaluate(() => window.peers.sync());
  await page.evaluate(() => window.peers.saveNotes(1));
  const change = await counted(counter, 'PouchDB, a change', () => page.evaluate(() => window.peers.sync()));
  const idle = await counted(counter, 'PouchDB, idle', () => page.evaluate(() => window.peers.sync()));
  await context.close();
  await counter.end();
  return { [CHANGE]: change, [IDLE]: idle };
}
