// A phone that was away: changes are saved on it without a network, which then returns.
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { launch, tab } from './browser';
import { folder } from './children';
import { moment } from './moments';
import { openFirstJob, saveNotes, signIn, type Side } from './sides';

// Ten thousand changes on a loaded machine.
const DRAINED_MS = 300_000;

/** A phone with changes that it could not send. */
export interface Phone {
  profile: string;
  context: BrowserContext;
  page: Page;
}

/** Signs in, loses the network and saves so many notes. */
export async function leave(side: Side, notes: number): Promise<Phone> {
  const profile = path.join(await folder('left'), 'profile');
  const context = await launch(profile);
  const { page } = await tab(context);
  await page.goto(`${side.address}/`);
  await moment(page, 'form');
  await signIn(page);
  await openFirstJob(page, side);
  await context.setOffline(true);
  await saveNotes(page, notes);
  // Back where a technician would be; a list of so many notes is not what is measured.
  await page.goto(`${side.address}${side.start}`);
  await moment(page, 'firstJob');
  return { profile, context, page };
}

/** The network returns; milliseconds from the browser's word of it until nothing is unsent. */
export async function drained({ context, page }: Phone): Promise<number> {
  await page.evaluate(() => window.benchForget('drained'));
  await context.setOffline(false);
  // A page that was loaded without a network is not told by this way of switching it on.
  const began = await page.evaluate(() => {
    const now = performance.now();
    dispatchEvent(new Event('online'));
    return now;
  });
  return (await moment(page, 'drained', DRAINED_MS)) - began;
}
