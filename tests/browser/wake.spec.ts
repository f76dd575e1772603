// What the office does is on an open phone at once, and a phone that is not looked at keeps no connection.
import { todaysJobs } from './support/jobs';
import type { Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test } from './support/world';

const isWake: Match = ({ path }) => path === '/api/v1/wake';

test('a job that the office gives or takes is seen on the open phone without a round', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const office = await world.client();
  const phone = await world.phone();
  await phone.running.addInitScript(noRounds);
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  await app.waitReady();
  const link = app.main.getByRole('link', { name: job.title }).first();
  await expect(link).toBeVisible();
  const open = () => world.line.log.filter(isWake).filter(({ status }) => status === undefined).length;
  await expect.poll(open).toBe(1);
  await office.assign(job.id, 'Ben Ito');
  await expect(app.main.getByRole('listitem').filter({ hasText: text('job.gone_to', { name: 'Ben Ito' }) })).toContainText(job.title);
  await office.assign(job.id, 'Anna Berg');
  await expect(link).toBeVisible();
  // In the pocket.
  await app.page.evaluate(hide);
  await expect.poll(open).toBe(0);
});

/** Runs in the page before the app: the rounds of two minutes never come. */
function noRounds(): void {
  const every = globalThis.setInterval;
  const without = (work: () => void, ms?: number) => (ms === 120_000 ? 0 : every(work, ms));
  Object.assign(globalThis, { setInterval: without });
}

/** Runs in the page: it is not seen any more. */
function hide(): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}
