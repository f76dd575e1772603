// The first morning: a new phone takes everything that its technician works with.
import path from 'node:path';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { libraries, librariesPage, peerApp } from '../support/peer';
import { ours, peer, signIn, type Side } from '../support/sides';

// The last are a hundred thousand records: what a phone is not asked to hold, so that the curve is seen.
const SIZES = [1_000, 10_000, 95_000];

export async function priming(rounds: number): Promise<Rows> {
  const rows = new Rows('priming');
  for (const jobs of SIZES) {
    const company = await Company.start(jobs);
    const records = await company.records();
    const what = `sign-in to Ready, ${jobs.toLocaleString('en')} jobs (${records.length.toLocaleString('en')} records)`;
    const [mine, other] = [ours(company.address), peer(await peerApp(records))];
    const pouch = await libraries(true);
    await fill(pouch, records);
    for (let round = 0; round < rounds; round += 1) {
      rows.ours(what, 'ms', await signedIn(mine), jobs === 10_000 ? '≤ 1,000' : '');
      rows.peer(what, 'ms', other.name, await signedIn(other));
      rows.peer(what, 'ms', 'PouchDB replication', await replicated(pouch, records.length));
    }
    await company.stop();
  }
  return rows;
}

async function signedIn(side: Side): Promise<number> {
  const context = await launch(path.join(await folder('priming'), 'profile'));
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  // The app itself is there: what is measured is the records.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const taken = await signIn(page);
  await context.close();
  return taken;
}

async function fill(address: string, records: { id: string }[]): Promise<void> {
  const context = await launch(path.join(await folder('priming'), 'profile'));
  const page = await librariesPage(context, address);
  await page.evaluate((docs) => window.peers.fillServer(docs), records);
  await context.close();
}

async function replicated(address: string, expected: number): Promise<number> {
  const context = await launch(path.join(await folder('priming'), 'profile'));
  const page = await librariesPage(context, address);
  const { ms, docs } = await page.evaluate(() => window.peers.replicate());
  await context.close();
  if (docs !== expected) {
    throw new Error(`PouchDB brought ${docs} documents of ${expected}`);
  }
  return ms;
}
