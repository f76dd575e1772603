// What a phone that lies open and untouched costs on a metered line: the server's signs of life, and a round now and
// then. By the real clock, as the server's signs of life are its own; both modes at the same time, as nobody works.
import path from 'node:path';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company, type Mode } from '../support/company';
import { Counter } from '../support/counter';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { enter, ours } from '../support/sides';

const MODES: Mode[] = ['offline', 'online'];
const HOUR = 60;
/** How long is looked at, in minutes: whole rounds of two. What is told is an hour: so much times what fits into it. */
const MINUTES = Number(process.env.AFIELD_BENCH_IDLE_MINUTES ?? 10);
const MINUTE_MS = 60_000;
// What the first visit leaves to do in the background is done by then.
const SETTLED_MS = 5_000;

/** Once, whatever `rounds` says: bytes do not depend on what else the machine does. */
export async function idle(): Promise<Rows> {
  const rows = new Rows('idle');
  const found = await Promise.all(MODES.map(async (mode) => ({ mode, ...(await counted(mode)) })));
  for (const { mode, up, down, requests } of found) {
    const what = `an idle hour of an open phone, ${mode} mode`;
    rows.ours(`${what}, requests`, 'a count', (requests * HOUR) / MINUTES);
    rows.ours(`${what}, up`, 'bytes', (up * HOUR) / MINUTES);
    rows.ours(`${what}, down`, 'bytes', (down * HOUR) / MINUTES);
  }
  return rows;
}

async function counted(mode: Mode): Promise<{ up: number; down: number; requests: number }> {
  const company = await Company.start(100);
  await company.hold(mode);
  const counter = await Counter.start(company.port);
  const context = await launch(path.join(await folder('idle'), 'profile'));
  const { page } = await tab(context);
  await page.goto(`${ours(counter.address).address}/`);
  await moment(page, 'form');
  await enter(page);
  await moment(page, 'firstJob');
  await counter.asked('/api/v1/wake');
  await counter.quiet(SETTLED_MS);
  counter.reset();
  await new Promise((resolve) => setTimeout(resolve, MINUTES * MINUTE_MS));
  const { up, down, requests } = counter;
  console.log(`    ${mode} mode, ${MINUTES} minutes: ${up} bytes up, ${down} down; ${tally(requests)}`);
  await context.close();
  await counter.end();
  await company.stop();
  return { up, down, requests: requests.length };
}

/** The requests by what was asked for, and how often. */
function tally(requests: string[]): string {
  const counts = new Map<string, number>();
  for (const line of requests) {
    const [what] = line.split('?');
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
}
