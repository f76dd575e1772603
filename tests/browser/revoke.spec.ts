// A phone that the office revokes: what was done on it arrives for the office to decide, and it shows nothing any more.
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import type { Match } from './support/proxy';
import { tellOnline } from './support/rounds';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const ADA = 'ada@nordhaus.example';
const NOTE = 'The pump leaks, took a photo.';
const LATER = 'Put a bucket below it.';

/** A report of a phone that the server has heard. */
const tells = (words: string): Match => ({ path, body, status }) => path === '/api/v1/device' && body.includes(words) && status === 200;

/** What stands before the first thing that is filled in. */
const begin = (key: string): string => text(key).split('{')[0].trim();
const end = (key: string): string => text(key).split('}').at(-1)!.replace(/^\./, '').trim();

/** A phone that the office knows, without a network and with a note and a photo on it. */
async function away(world: World, job: Job): Promise<App> {
  const { app } = await world.primedPhone(ANNA);
  // Its first report may be of before it was ready: another one comes with the next pass.
  await app.syncNow();
  await world.line.ended(tells('"ready":true'));
  await app.openJob(job.number);
  await app.openNotes();
  await world.line.refuse();
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('burner.png')));
  await app.addNote(NOTE);
  return app;
}

const rowOf = (board: App): Locator => board.main.locator('.device').filter({ hasText: 'Anna Berg' });

async function revoke(board: App): Promise<void> {
  await board.page.goto('/dispatch/devices');
  const row = rowOf(board);
  await row.getByRole('button', { name: text('devices.revoke') }).click();
  await expect(row).toContainText(text('devices.revoke_ask'));
  await row.getByRole('button', { name: text('devices.revoke_now') }).click();
  await expect(row).toContainText(begin('devices.revoked_at'));
  await expect(row.getByRole('button')).toHaveCount(0);
}

const card = (board: App): Locator => board.main.getByRole('article').filter({ hasText: 'Anna Berg' });

test('what was done on a revoked phone arrives with its photo, is accepted, and the phone says what has happened', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const app = await away(world, job);
  const board = await world.board(ADA);
  await revoke(board);
  // Nobody has told it: its user goes on.
  await app.page.reload();
  await expect(app.note(NOTE)).toBeVisible();
  await app.addNote(LATER);

  await world.line.accept();
  await app.page.reload();
  await tellOnline(app, app.heading(text('sign_in.revoked')));
  await expect(app.main.getByText(text('sign_in.revoked_sent'))).toBeVisible();
  await expect(app.page.getByText(NOTE)).toHaveCount(0);
  expect(await axe(app)).toEqual([]);
  // Nor does it with another address, or when it is opened again.
  await app.page.goto('/jobs');
  await expect(app.heading(text('sign_in.revoked'))).toBeVisible();
  await expect(app.page.getByText(job.number)).toHaveCount(0);

  await expect(async () => {
    await board.main.getByRole('button', { name: text('devices.reload') }).click();
    await expect(rowOf(board)).toContainText(end('devices.revoked_at'), { timeout: 5_000 });
    await expect(rowOf(board)).toContainText(text('devices.owes_nothing'), { timeout: 5_000 });
  }).toPass();
  await board.page.goto('/dispatch/conflicts');
  for (const words of [job.number, NOTE, LATER, 'burner', text('office.late_revoked')]) {
    await expect(card(board)).toContainText(words);
  }
  await expect(card(board).getByRole('link', { name: text('office.late_file') })).toBeVisible();
  expect(await notesOf(world, job, NOTE, ANNA)).toEqual([]);
  await card(board).getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first().click();
  await expect(card(board)).toHaveCount(0);
  await expect.poll(() => notesOf(world, job, NOTE, ANNA)).toEqual([NOTE]);
  const files = of<Attachment>(await (await world.client(ANNA)).scope(), 'attachment');
  const photo = files.find((file) => file.job === job.id && file.name.startsWith('burner'));
  expect(photo?.received_at).toBeGreaterThan(0);

  // Its user is there after all.
  await app.signIn(ANNA);
  await app.goTo('Jobs');
  await app.openJob(job.number);
  await app.openNotes();
  await expect(app.note(LATER)).toBeVisible();
  await app.expectUnsent(0);
});

test('an open phone is shut at once, and what had arrived before stands', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone(ANNA);
  await app.openJob(job.number);
  await app.addNote(NOTE);
  await app.syncNow();
  await app.expectUnsent(0);
  await world.line.ended(tells('"unsent":0'));
  // It hears of what the office does.
  await expect(app.status).toHaveText(text('connection.live'));
  const board = await world.board(ADA);
  await revoke(board);
  await expect(app.heading(text('sign_in.revoked'))).toBeVisible();
  await board.page.goto('/dispatch/conflicts');
  await expect(board.page.getByText(text('conflict.inbox_none'), { exact: true })).toBeVisible();
  expect(await notesOf(world, job, NOTE, ANNA)).toEqual([NOTE]);
});

test('an admin ends a revoked phone for good, and what is on it waits there for its user', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const app = await away(world, job);
  const board = await world.board(ADA);
  await revoke(board);
  await board.page.goto('/dispatch/people');
  await board.main.getByRole('button', { name: `${text('people.manage')} Anna Berg` }).click();
  await expect(board.main.getByRole('heading', { name: text('people.revoked') })).toBeVisible();
  await board.main.getByRole('button', { name: text('people.end_for_good') }).click();
  await expect(board.main.getByText(text('people.end_ask'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await board.main.getByRole('button', { name: text('people.end_now') }).click();
  await expect(board.main.getByText(text('people.did_end', { who: 'Anna Berg' }))).toBeVisible();
  await expect(board.main.getByRole('button', { name: text('people.end_for_good') })).toHaveCount(0);

  await world.line.accept();
  await app.page.reload();
  await tellOnline(app, app.page.getByText(text('banners.sign_in')));
  await board.page.goto('/dispatch/conflicts');
  await expect(board.page.getByText(text('conflict.inbox_none'), { exact: true })).toBeVisible();
  await board.page.goto('/dispatch/devices');
  await expect(rowOf(board)).toContainText(end('devices.revoked_over'));

  await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
  await app.signIn(ANNA);
  await app.expectUnsent(0);
  await expect.poll(() => notesOf(world, job, NOTE, ANNA)).toEqual([NOTE]);
});

for (const [look, viewport, language, colorScheme] of [
  ['desk', DESK, 'en', 'light'],
  ['phone', PHONE, 'en', 'dark'],
  ['small phone', { width: 320, height: 640 }, 'de', 'light'],
] as const) {
  test(`nothing of a revoked phone is wider than a ${look}`, async ({ world }) => {
    const [job] = await todaysJobs(world, ANNA);
    const app = await away(world, job);
    const board = await world.board(ADA, { viewport, colorScheme });
    const fits = async (app: App, name: string): Promise<void> => {
      const { page } = app;
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), name).toBeLessThanOrEqual(0);
      expect(await axe(app), name).toEqual([]);
      if (process.env.AFIELD_LOOK !== undefined) {
        await page.screenshot({ path: `${process.env.AFIELD_LOOK}/${look.replaceAll(' ', '-')}-${name}.png`, fullPage: true });
      }
    };
    for (const one of [app, board]) {
      await one.page.evaluate((language) => localStorage.setItem('afield-language', language), language);
    }
    await board.page.goto('/dispatch/devices');
    await rowOf(board).getByRole('button').first().click();
    await expect(rowOf(board).getByRole('button')).toHaveCount(2);
    await fits(board, 'ask');
    await rowOf(board).getByRole('button').first().click();
    await expect(rowOf(board).getByRole('button')).toHaveCount(0);
    await fits(board, 'devices');
    await app.page.setViewportSize(viewport);
    await app.page.emulateMedia({ colorScheme });
    await world.line.accept();
    await app.page.reload();
    await tellOnline(app, app.main.locator('input[type="password"]'));
    await fits(app, 'shut');
    await board.page.goto('/dispatch/conflicts');
    await expect(card(board)).toHaveCount(1);
    await fits(board, 'office');
  });
}
