// The tap on a phone without a network, until the change would survive the battery.
import path from 'node:path';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Rows, summary } from '../support/figures';
import { moment } from '../support/moments';
import { libraries, librariesPage, peerApp } from '../support/peer';
import { openFirstJob, ours, peer, saveNotes, signIn, type Side, type Tap } from '../support/sides';

const TAPS = 50;
const LINES = {
  durable: [`tap to durable, median of ${TAPS}`, ''],
  write: [`of that the transaction, from begin to complete, median of ${TAPS}`, '≤ 1.5 × raw'],
  seen: [`tap to the words "Saved on this phone", median of ${TAPS}`, ''],
} as const;

export async function save(rounds: number): Promise<Rows> {
  const rows = new Rows('save');
  const company = await Company.start(100);
  const [mine, other] = [ours(company.address), peer(await peerApp(await company.records()))];
  const raw = await libraries();
  for (let round = 0; round < rounds; round += 1) {
    const sides = [await taps(mine), await taps(other, '?strict'), await taps(other)];
    for (const [key, [what, goal]] of Object.entries(LINES)) {
      const [own, strict, relaxed] = sides.map((taps) => middle(taps.map((tap) => tap[key as keyof Tap])));
      rows.ours(what, 'ms', own, goal);
      rows.peer(what, 'ms', `${other.name}, strict`, strict);
      rows.peer(what, 'ms', `${other.name}, relaxed (its default)`, relaxed);
    }
    rows.peer(LINES.write[0], 'ms', 'raw IndexedDB, one strict put', await puts(raw));
  }
  await company.stop();
  return rows;
}

async function taps(side: Side, query = ''): Promise<Tap[]> {
  const context = await launch(path.join(await folder('save'), 'profile'));
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await signIn(page);
  await openFirstJob(page, side, query);
  await context.setOffline(true);
  const taken = await saveNotes(page, TAPS);
  await context.close();
  return taken;
}

async function puts(address: string): Promise<number> {
  const context = await launch(path.join(await folder('save'), 'profile'));
  const page = await librariesPage(context, address);
  const taken = await page.evaluate((times) => window.peers.rawPuts(times), TAPS);
  await context.close();
  return middle(taken);
}

const middle = (values: number[]) => summary(values)?.median ?? NaN;
