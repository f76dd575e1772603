// The page Devices: what each phone has told of itself, what it owes, and revoking it.
import { axe } from './support/axe';
import { PHONE } from './support/browser';
import { todaysJobs } from './support/jobs';
import type { Match } from './support/proxy';
import { tellOnline } from './support/rounds';
import { text } from './support/texts';
import { expect, test } from './support/world';

/** A report of a phone that the server has heard. */
const tells = (words: string): Match => ({ path, body, status }) => path === '/api/v1/device' && body.includes(words) && status === 200;

test('the office sees what each phone holds and owes, and an admin revokes one', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  // Its first report may be of before it was ready: another one comes with the next pass.
  await app.syncNow();
  await world.line.ended(tells('"ready":true'));
  const board = await world.board('ada@nordhaus.example', { staysSaid: true });
  await board.main.getByRole('link', { name: text('pages.devices') }).click();
  await expect(board.heading(text('pages.devices'))).toBeVisible();
  const row = board.main.locator('.device').filter({ hasText: 'Anna Berg' });
  const again = board.main.getByRole('button', { name: text('devices.reload') });
  await expect(row).toContainText(text('devices.owes_nothing'));
  await expect(row).toContainText(text('devices.holds_all'));
  expect(await axe(board)).toEqual([]);
  // A change that is refused stands on the phone alone: it was given to somebody else meanwhile.
  await app.openJob(job.number);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await app.setStatus('En route');
  await (await world.client()).assign(job.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  // Asked for once: an answer that comes later would draw the row anew, and what is asked in it would be gone.
  await world.line.ended(tells('"parked":1'));
  await again.click();
  await expect(row).toContainText(text('devices.parked'));
  await board.main.getByLabel(text('devices.owing_alone')).check();
  // With the address the rows are drawn anew, and what is asked in one would be gone.
  await expect(board.page).toHaveURL(/\?owes/);
  await expect(row).toBeVisible();
  // Lost or stolen: its next request is refused, what it owes is known to the office.
  await row.getByRole('button', { name: text('devices.revoke') }).click();
  await row.getByRole('button', { name: text('devices.revoke_now') }).click();
  await expect(board.page.getByRole('status').getByText(text('devices.revoked'), { exact: true })).toBeVisible();
  await expect(row.getByRole('button', { name: text('devices.revoke') })).toBeHidden();
  // The line was cut a moment ago, so that it is not called: it asks.
  await tellOnline(app, app.heading(text('sign_in.revoked')));
  await expect(row).toContainText(text('devices.parked'));
});

test('on a phone the list fits, and a dispatcher revokes nobody’s phone', async ({ world }) => {
  await world.primedPhone();
  await world.line.ended(tells(''));
  const board = await world.board(undefined, { viewport: PHONE, colorScheme: 'dark' });
  await board.page.goto('/dispatch/devices');
  const row = board.main.locator('.device').filter({ hasText: 'Anna Berg' });
  await expect(row).toBeVisible();
  await expect(row.getByRole('button')).toHaveCount(0);
  await expect.poll(() => board.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  expect(await axe(board)).toEqual([]);
});
