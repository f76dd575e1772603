// What half a gigabyte of files takes of a phone's memory while they are picked, while they wait, and while they are sent.
import { setTimeout as pause } from 'node:timers/promises';
import { Memory } from '../../../benches/support/memory';
import type { Phone } from '../support/browser';
import { todaysJobs } from '../support/jobs';
import { Untended } from '../support/untended';
import { expect, test } from '../support/world';
import { pick, received } from './files';

const FILES = Number(process.env.AFIELD_TRIAL_FILES ?? 170);
const BYTES = Number(process.env.AFIELD_TRIAL_BYTES ?? 3_000_000);
/** A page is at rest when it takes no more than this more or less after a while, in megabytes. */
const STEADY = 0.5;
const WHILE_MS = 3_000;

/** What it takes once nothing moves any more. */
async function atRest(memory: Memory): Promise<number> {
  for (let before = 0, now = Infinity; ; before = now) {
    await pause(WHILE_MS);
    now = await memory.megabytes();
    if (Math.abs(now - before) < STEADY) {
      return now;
    }
  }
}

/** The app on this phone with nobody who looks into it. */
async function untended<T>(phone: Phone, path: string, work: (browser: Untended) => Promise<T>): Promise<T> {
  await phone.close();
  const browser = Untended.start(phone.profile, phone.address + path);
  const done = await work(browser);
  await browser.close();
  return done;
}

test('half a gigabyte waits and drains', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  const phone = await world.usedPhone();
  await world.line.refuse();
  const path = `/jobs/${job.id}`;
  const idle = await untended(phone, path, ({ pages }) => atRest(pages));

  await phone.start();
  const app = await phone.open(path);
  await expect(app.heading(job.title)).toBeVisible();
  const watched = await Memory.of(phone.running);
  const before = await atRest(watched);
  const picking = (await watched.peak(() => pick(app, FILES, BYTES))) - before;
  await app.expectUnsent(FILES);

  const limit = { timeout: 3_600_000, intervals: [1_000] };
  const [waiting, draining, whole, seconds] = await untended(phone, path, async (browser) => {
    const waiting = await atRest(browser.pages);
    const around = await browser.whole.megabytes();
    const began = performance.now();
    let most = 0;
    const draining = await browser.pages.peak(async () => {
      most = await browser.whole.peak(async () => {
        await world.line.accept();
        await expect.poll(() => received(anna, job), limit).toBe(FILES);
      });
    });
    return [waiting, draining, most - around, (performance.now() - began) / 1000];
  });
  const figures = { megabytes: (FILES * BYTES) / 1_000_000, idle, waiting, picking_above: picking, draining, draining_above: draining - idle, whole_browser_above: whole, seconds };
  console.log(`    ${JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value)])))}`);
  await phone.start();
  const after = await phone.open(path);
  await after.expectUnsent(0);
});
