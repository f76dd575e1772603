// Among ten thousand jobs: what a technician half remembers.
import path from 'node:path';
import type { Page } from 'playwright';
import type { Scoped } from '../../tests/browser/support/office';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company } from '../support/company';
import { Rows } from '../support/figures';
import { moment } from '../support/moments';
import { libraries, librariesPage } from '../support/peer';
import { ours, signIn, type Side } from '../support/sides';

const JOBS = 10_000;
/** With a typo in two of three words, and what must be among the first that are shown. */
const QUERY = 'stret ligt 7777';
const FOUND = 'Street light out 7777';
const FIRST = `first search among ${JOBS.toLocaleString('en')} jobs, with typos`;
const NEXT = 'every later search, with typos';
const FRAME = 'longest time without a frame during the first search';

export async function search(rounds: number): Promise<Rows> {
  const rows = new Rows('search');
  const company = await Company.start(JOBS);
  const side = ours(company.address);
  const profile = path.join(await folder('search'), 'profile');
  await prime(profile, side);
  const listed = listing(await company.records());
  const library = await libraries();
  for (let round = 0; round < rounds; round += 1) {
    const own = await app(profile, side);
    rows.ours(FIRST, 'ms', own.first, '≤ 150');
    rows.ours(NEXT, 'ms', own.next, '');
    rows.ours(FRAME, 'ms', own.gap, '≤ 33: none lost');
    const other = await miniSearch(library, listed);
    rows.peer(FIRST, 'ms', 'MiniSearch (index built, list not drawn)', other.build + other.query);
    rows.peer(NEXT, 'ms', 'MiniSearch (list not drawn)', other.again);
  }
  await company.stop();
  return rows;
}

async function prime(profile: string, side: Side): Promise<void> {
  const context = await launch(profile);
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await signIn(page);
  await context.close();
}

async function app(profile: string, side: Side): Promise<{ first: number; next: number; gap: number }> {
  const context = await launch(profile, true);
  const { page } = await tab(context);
  await page.goto(`${side.address}/jobs`);
  await moment(page, 'firstJob');
  // What runs after the start is not the search's.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  const first = await type(page, QUERY, FOUND);
  await type(page, '', '');
  const next = await type(page, QUERY, FOUND);
  await context.close();
  return { first: first.ms, next: next.ms, gap: first.gap };
}

/** Types; milliseconds until the frame that shows what is looked for, and the longest time between two frames until then. */
function type(page: Page, query: string, title: string): Promise<{ ms: number; gap: number }> {
  return page.evaluate(
    async ([query, title]) => {
      const box = document.querySelector<HTMLInputElement>('input[type=search]');
      if (box === null) {
        throw new Error('no box to search in');
      }
      const frame = () => new Promise(requestAnimationFrame);
      const seen = () => [...document.querySelectorAll('main a[href^="/jobs/"]')].some((row) => row.textContent?.includes(title));
      await frame();
      const began = performance.now();
      let before = began;
      let gap = 0;
      box.value = query;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      do {
        await frame();
        const now = performance.now();
        gap = Math.max(gap, now - before);
        before = now;
      } while (!seen());
      return { ms: before - began, gap };
    },
    [query, title],
  );
}

async function miniSearch(address: string, listed: object[]): Promise<{ build: number; query: number; again: number }> {
  const context = await launch(path.join(await folder('search'), 'profile'));
  const page = await librariesPage(context, address);
  const found = await page.evaluate(([listed, query]) => window.peers.search(listed as never, query as string), [listed, QUERY]);
  await context.close();
  if (found.found === 0) {
    throw new Error('MiniSearch found nothing');
  }
  return found;
}

/** What both search in: number, title, place and customer of each job. */
function listing(records: Scoped[]): object[] {
  const all = records as (Scoped & Record<string, string>)[];
  const by = new Map(all.map((record) => [record.id, record]));
  return all
    .filter(({ module }) => module === 'job')
    .map(({ id, number, title, property, customer }) => ({
      id,
      number,
      title,
      address: by.get(property)?.address ?? '',
      customer: by.get(customer)?.name ?? '',
    }));
}
