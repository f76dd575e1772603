// The board's day on a map: marks for places with work, a technician's way, and what happens to them.
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import { PHONE } from './support/browser';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

const sheet = (board: App): Locator => board.main.getByRole('group', { name: text('map.title') });
const marks = (board: App): Locator => sheet(board).getByRole('button');
const way = (board: App): Locator => sheet(board).locator('polyline');

test('the day is seen on a map, nearer and as a whole, and a mark opens its jobs', async ({ world }) => {
  const board = await world.board();
  await board.main.getByRole('link', { name: text('map.show') }).click();
  await expect(sheet(board)).toBeVisible();
  await expect(marks(board).first()).toBeVisible();
  expect(await axe(board)).toEqual([]);
  // Every job of the day stands on a mark, or is named as without a place.
  const { jobs } = await (await world.client()).board();
  const counted = async () => {
    const named = await marks(board).evaluateAll((all) => all.map((mark) => Number(/^(\d+) jobs here/.exec(mark.getAttribute('aria-label') ?? '')?.[1] ?? 1)));
    const unplaced = await board.main.locator('.day-map details li').count();
    return named.reduce((sum, count) => sum + count, unplaced);
  };
  await expect.poll(counted).toBe(jobs.length);
  await expect(board.main.getByRole('button', { name: text('map.all') })).toBeDisabled();
  await sheet(board).focus();
  await board.page.keyboard.press('+');
  await expect(board.main.getByRole('button', { name: text('map.all') })).toBeEnabled();
  await board.main.getByRole('button', { name: text('map.all') }).click();
  await expect(board.main.getByRole('button', { name: text('map.all') })).toBeDisabled();
  await expect.poll(counted).toBe(jobs.length);
  const first = await marks(board).first().getAttribute('data-job');
  const job = jobs.find((found) => found.job.id === first)?.job;
  await sheet(board).locator(`[data-job="${first}"]`).click();
  const dialog = board.page.getByRole('dialog', { name: text('pages.job') });
  await expect(dialog.getByRole('link', { name: job?.title ?? '' }).first()).toBeVisible();
  await dialog.getByRole('button', { name: text('common.close') }).click();
  await expect(dialog).toBeHidden();
});

test('one technician’s way is drawn from stop to stop, and follows what happens', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  const client = await world.client();
  await board.main.getByRole('link', { name: text('map.show') }).click();
  await expect(way(board)).toHaveAttribute('points', '');
  await board.main.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  await expect(way(board)).not.toHaveAttribute('points', '');
  await expect(board.page).toHaveURL(/view=map.*whose=/);
  const stops = marks(board).filter({ hasText: /\d/ });
  await expect(stops.first()).toHaveAccessibleName(new RegExp(`^${text('map.stop', { stop: '1' })}: `));
  // Live: what is taken away from her is on her way no more.
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  const before = await way(board).getAttribute('points');
  await client.assign(job.id, 'Ben Ito');
  await expect(way(board)).not.toHaveAttribute('points', before ?? '');
});

test('on a phone the map is there too, and a tap opens a job', async ({ world }) => {
  const board = await world.board(undefined, { viewport: PHONE, colorScheme: 'dark' });
  await board.main.getByRole('link', { name: text('map.show') }).click();
  const map = board.main.getByRole('group', { name: text('map.title') });
  await expect(map.getByRole('button').first()).toBeVisible();
  expect(await axe(board)).toEqual([]);
  // Nothing of it stands beside the screen.
  await expect.poll(() => board.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await map.getByRole('button').first().click();
  await expect(board.page.getByRole('dialog', { name: text('pages.job') })).toBeVisible();
});
