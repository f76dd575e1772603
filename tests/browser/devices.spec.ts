// The page Devices: what each phone has told of itself, what it owes, and ending its session.
import { axe } from './support/axe';
import { PHONE } from './support/browser';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('the office sees what each phone holds and owes, and an admin ends the session of one', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const board = await world.board('ada@nordhaus.example');
  await board.main.getByRole('link', { name: text('pages.devices') }).click();
  await expect(board.heading(text('pages.devices'))).toBeVisible();
  const row = board.main.locator('.device').filter({ hasText: 'Anna Berg' });
  const again = board.main.getByRole('button', { name: text('devices.reload') });
  await expect(async () => {
    await again.click();
    await expect(row).toContainText(text('devices.owes_nothing'));
    await expect(row).toContainText(text('devices.holds_all'));
  }).toPass();
  expect(await axe(board)).toEqual([]);
  // A change that is refused stands on the phone alone: it was given to somebody else meanwhile.
  await app.openJob(job.number);
  await world.line.refuse();
  await app.setStatus('En route');
  await (await world.client()).assign(job.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await expect(async () => {
    await again.click();
    await expect(row).toContainText(text('devices.parked'));
  }).toPass();
  await board.main.getByLabel(text('devices.owing_alone')).check();
  await expect(row).toBeVisible();
  // Lost or stolen: its next request is refused, what it owes is known to the office.
  await row.getByRole('button', { name: text('devices.end') }).click();
  await row.getByRole('button', { name: text('devices.end_now') }).click();
  await expect(board.page.getByRole('status').getByText(text('devices.ended'), { exact: true })).toBeVisible();
  await expect(row.getByRole('button', { name: text('devices.end') })).toBeHidden();
  await app.page.getByRole('button', { name: text('common.sync_now') }).click();
  await expect(app.page.getByText(text('banners.sign_in')).first()).toBeVisible();
  await expect(row).toContainText(text('devices.parked'));
});

test('on a phone the list fits, and a dispatcher ends nobody’s session', async ({ world }) => {
  await world.primedPhone();
  const board = await world.board(undefined, { viewport: PHONE, colorScheme: 'dark' });
  await board.page.goto('/dispatch/devices');
  const row = board.main.locator('.device').filter({ hasText: 'Anna Berg' });
  await expect(async () => {
    await board.main.getByRole('button', { name: text('devices.reload') }).click();
    await expect(row).toBeVisible();
  }).toPass();
  await expect(row.getByRole('button')).toHaveCount(0);
  expect(await board.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  expect(await axe(board)).toEqual([]);
});
