// The two apps as a person meets them, under the same steps: sign in, see the first job, open a job, save.
import type { Page } from 'playwright';
import { EMAIL, PASSWORD } from './company';
import { moment } from './moments';

// Ten thousand jobs on a loaded machine.
const PRIMED_MS = 300_000;

export interface Side {
  name: string;
  address: string;
  /** The page with the day's jobs. */
  start: string;
}

export const ours = (address: string): Side => ({ name: 'Afield', address, start: '/today' });
export const peer = (address: string): Side => ({ name: 'Preact + Dexie + Workbox', address, start: '/' });

/** Signs in on the page that asks for it; milliseconds from the tap until it works without a network. */
export async function signIn(page: Page): Promise<number> {
  await enter(page);
  const ready = await moment(page, 'ready', PRIMED_MS);
  return ready - (await page.evaluate(() => window.benchMoments.click ?? NaN));
}

/** The tap alone: a phone that works live never says that it is ready to work without a network. */
export async function enter(page: Page): Promise<void> {
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.evaluate(() => ['click', 'ready', 'firstJob'].forEach((which) => window.benchForget(which as 'click')));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

// Not one of the demo's jobs, which may be finished.
const IMPORTED = /(Boiler does not start|Lift door stuck|Street light out|Heizkörper entlüften|Water meter change) \d+/;

/** Opens the first of our jobs that is shown, with its form for notes; `query` is for the peer's own switches. */
export async function openFirstJob(page: Page, side: Side, query = ''): Promise<void> {
  await moment(page, 'firstJob');
  const href = await page.locator('main a[href^="/jobs/"]', { hasText: IMPORTED }).first().getAttribute('href');
  await page.goto(`${side.address}${href}${side.name === 'Afield' ? '?tab=notes' : query}`);
  await page.locator('.note-form textarea').waitFor();
}

/** What one tap came to, in milliseconds. */
export interface Tap {
  /** From the tap until the transaction with the change was complete. */
  durable: number;
  /** Of that the transaction, from its begin. */
  write: number;
  /** From the tap until the app says that it is saved. */
  seen: number;
}

/** Types and saves notes, one after the other, in the page itself. */
export function saveNotes(page: Page, times: number): Promise<Tap[]> {
  return page.evaluate(async (times) => {
    const frame = () => new Promise(requestAnimationFrame);
    const taps: Tap[] = [];
    for (let n = 0; n < times; n += 1) {
      const before = window.benchSaved.length;
      const field = document.querySelector<HTMLTextAreaElement>('.note-form textarea');
      const button = document.querySelector<HTMLButtonElement>('.note-form button[type=submit]');
      if (field === null || button === null) {
        throw new Error('the form for notes is gone');
      }
      field.value = `Note ${n} of a technician in a cellar`;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await Promise.resolve();
      const tapped = performance.now();
      button.click();
      while (window.benchSaved.length === before) {
        await frame();
      }
      const ofChanges = window.benchWrites.filter(({ database, stores }) => database === 'afield-outbox' || stores.includes('outbox'));
      const write = ofChanges.find(({ began }) => began >= tapped);
      window.benchWrites = [];
      if (write === undefined) {
        throw new Error('it says that a note is saved, and no transaction has written it');
      }
      taps.push({ durable: write.done - tapped, write: write.done - write.began, seen: window.benchSaved[before] - tapped });
      // Until the form has been emptied, a tap would be turned away.
      while (document.querySelector<HTMLTextAreaElement>('.note-form textarea')?.value !== '') {
        await frame();
      }
    }
    return taps;
  }, times);
}
