// The first visit: nothing is kept yet, the line is slow, and somebody wants to sign in.
import path from 'node:path';
import { launch, SLOW_LINE, tab, type Conditions } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Counter } from '../support/counter';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { peerApp } from '../support/peer';
import { ours, peer, type Side } from '../support/sides';

// Long enough for a worker to begin with the next file.
const QUIET_MS = 1_500;

export async function visit(rounds: number): Promise<Rows> {
  const rows = new Rows('visit');
  const company = await Company.start(0);
  const peerAddress = await peerApp([]);
  for (let round = 0; round < rounds; round += 1) {
    const [mine, other] = [await once(ours(company.address), round), await once(peer(peerAddress), round)];
    for (const [what, unit, goal] of LINES) {
      rows.ours(what, unit, mine[what], goal);
      rows.peer(what, unit, 'Preact + Dexie + Workbox', other[what]);
    }
  }
  await company.stop();
  return rows;
}

const FORM_KB = 'first visit until sign-in can be used';
const ALL_KB = 'first visit, everything until it works offline';
const FAST = 'first visit until sign-in can be used, no throttling';
const SLOW = 'first visit until sign-in can be used, 1.6 Mbit/s, 150 ms, CPU/4';
const LINES = [
  [FORM_KB, 'KB on the wire', '≤ 160'],
  [ALL_KB, 'KB on the wire', '≤ 700'],
  [FAST, 'ms', ''],
  [SLOW, 'ms', '≤ 1,300'],
] as const;

async function once(side: Side, round: number): Promise<Record<string, number>> {
  const counter = await Counter.start(Number(new URL(side.address).port));
  const slow = await first(counter, round, { cpu: 4, line: SLOW_LINE });
  const fast = await first(counter, round, {});
  await counter.end();
  return { [FORM_KB]: slow.page / 1024, [ALL_KB]: fast.all / 1024, [FAST]: fast.ms, [SLOW]: slow.ms };
}

/** A browser that has never been there; the bytes of the page until the form, and of page and worker in the end. */
async function first(counter: Counter, round: number, conditions: Conditions): Promise<{ ms: number; page: number; all: number }> {
  counter.reset();
  const context = await launch(path.join(await folder('visit'), `${round}`));
  const { page, protocol } = await tab(context, conditions);
  const arrived: { at: number; bytes: number }[] = [];
  await protocol.send('Network.enable');
  protocol.on('Network.loadingFinished', ({ timestamp, encodedDataLength }) => arrived.push({ at: timestamp, bytes: encodedDataLength }));
  let began = Infinity;
  protocol.on('Network.requestWillBeSent', ({ timestamp }) => (began = Math.min(began, timestamp)));
  await page.goto(`${counter.address}/`, { waitUntil: 'commit' });
  const ms = await moment(page, 'form');
  await counter.quiet(QUIET_MS);
  await context.close();
  const until = began + ms / 1000;
  const bytes = arrived.filter(({ at }) => at <= until).reduce((sum, one) => sum + one.bytes, 0);
  return { ms, page: bytes, all: counter.down };
}
