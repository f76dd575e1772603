// From a change at the office to the screen of a phone that lies open, in both modes: what the stream and the pull after
// it take, each time from the office's tap until the frame that shows it.
import path from 'node:path';
import type { Page } from 'playwright';
import type { Client, Job } from '../../tests/browser/support/office';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { Company, type Mode } from '../support/company';
import { Counter } from '../support/counter';
import { percentile, Rows } from '../support/figures';
import { moment } from '../support/moments';
import { enter, ours } from '../support/sides';

const MODES: Mode[] = ['offline', 'online'];
/** Of each kind in a round and a mode. */
const CHANGES = 10;
// Nothing has travelled for so long: what the last change led to is over.
const QUIET_MS = 500;
/** And a while more, so that the changes do not keep step with anything. */
const APART_MS = 500;

const WORDS = { assigned: 'a job that the office gives is seen', edited: 'a title that the office edits is seen' };
type Kind = keyof typeof WORDS;
const KINDS: Kind[] = ['assigned', 'edited'];
type Took = Record<Kind, { seen: number; told: number }[]>;

export async function live(rounds: number): Promise<Rows> {
  const rows = new Rows('live');
  const took = new Map(MODES.map((mode) => [mode, { assigned: [], edited: [] } as Took]));
  const companies = new Map<Mode, Company>();
  for (const mode of MODES) {
    const company = await Company.start(100);
    await company.hold(mode);
    companies.set(mode, company);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [mode, company] of companies) {
      const found = await once(company, round);
      KINDS.forEach((kind) => took.get(mode)?.[kind].push(...found[kind]));
    }
  }
  for (const [mode, found] of took) {
    for (const kind of KINDS) {
      const what = `${WORDS[kind]}, ${mode} mode`;
      const seen = found[kind].map((one) => one.seen);
      seen.forEach((ms) => rows.ours(`${what}, ${seen.length} times`, 'ms', ms));
      rows.ours(`${what}, 95 of 100 within`, 'ms', percentile(seen, 95));
      found[kind].forEach(({ told }) => rows.ours(`${what}, of that until the office has its answer`, 'ms', told));
    }
  }
  await Promise.all([...companies.values()].map((company) => company.stop()));
  return rows;
}

/** A phone that lies open at Today, and the office at work on a job of that page. */
async function once(company: Company, round: number): Promise<Took> {
  const counter = await Counter.start(company.port);
  const side = ours(counter.address);
  const context = await launch(path.join(await folder('live'), 'profile'));
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await enter(page);
  await moment(page, 'firstJob');
  await counter.asked('/api/v1/wake');
  const office = await company.office();
  const job = await shown(page, office);
  const took: Took = { assigned: [], edited: [] };
  for (let n = 0; n < CHANGES; n += 1) {
    await give(office, job.id, null);
    await watch(page, { gone: job.id });
    await seen(page);
    await rest(counter);
    await watch(page, { link: job.id });
    const assign = await prepared(office, job.id, job.assignee ?? null);
    took.assigned.push(await timed(page, assign));
    await rest(counter);
    const { title } = (await on(office, job.id)).job;
    const next = `Edited ${round}.${n} by the office`;
    await watch(page, { text: next });
    took.edited.push(await timed(page, () => office.edit(job.id, 'title', title, next)));
    await rest(counter);
  }
  await context.close();
  await counter.end();
  return took;
}

async function rest(counter: Counter): Promise<void> {
  await counter.quiet(QUIET_MS);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * APART_MS));
}

/** The first job that the page shows and the board knows; the page draws one after the other. */
async function shown(page: Page, office: Client): Promise<Job> {
  const { jobs } = await office.board();
  const open = jobs.map(({ job }) => job).filter(({ status }) => status === 'scheduled');
  const ids = open.map(({ id }) => id);
  const found = await page.waitForFunction(
    (ids) => ids.find((id) => document.querySelector(`main a[href^="/jobs/${id}"]`) !== null),
    ids,
    { polling: 50 },
  );
  const id = await found.jsonValue();
  return (await on(office, id ?? '')).job;
}

async function on(office: Client, id: string): Promise<{ rev: number; job: Job }> {
  const found = (await office.board()).jobs.find(({ job }) => job.id === id);
  if (found === undefined) {
    throw new Error(`${id} is not on the board`);
  }
  return found;
}

/** What assigns the job, with all that it needs at hand: only its one request is timed. */
async function prepared(office: Client, id: string, assignee: string | null): Promise<() => Promise<unknown>> {
  const { rev } = await on(office, id);
  return () => office.request('POST', `/api/v1/assign/${id}`, { assignee, base_rev: rev });
}

async function give(office: Client, id: string, assignee: string | null): Promise<void> {
  await (await prepared(office, id, assignee))();
}

/** Milliseconds from before the office's request: until the phone shows it, and until the office has its answer. */
async function timed(page: Page, change: () => Promise<unknown>): Promise<{ seen: number; told: number }> {
  // Page and office read the same clock of the same machine.
  const began = Date.now();
  await change();
  const told = Date.now() - began;
  return { seen: (await seen(page)) - began, told };
}

type Wanted = { link: string } | { gone: string } | { text: string };

declare global {
  interface Window {
    /** When what is watched for was drawn. */
    benchSeen: Promise<number>;
  }
}

/** Has the page look out, and comes back when it does. */
function watch(page: Page, wanted: Wanted): Promise<void> {
  return page.evaluate((wanted) => {
    const link = (id: string) => document.querySelector(`main a[href^="/jobs/${id}"]`) !== null;
    const is = (): boolean => {
      if ('link' in wanted) {
        return link(wanted.link);
      }
      return 'gone' in wanted ? !link(wanted.gone) : (document.querySelector('main')?.textContent ?? '').includes(wanted.text);
    };
    window.benchSeen = new Promise((resolve) => {
      const drawn = (): void => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(Date.now());
          port2.postMessage(undefined);
        });
      };
      if (is()) {
        return drawn();
      }
      const observer = new MutationObserver(() => {
        if (is()) {
          observer.disconnect();
          drawn();
        }
      });
      observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    });
  }, wanted);
}

function seen(page: Page): Promise<number> {
  return page.evaluate(() => window.benchSeen);
}
