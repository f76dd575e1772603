// The office's pages: a job opened from the board, with its phone out there.
import { randomBytes } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { text } from './support/texts';
import { expect, test } from './support/world';

/** Opens a job's page from its card. */
async function openJob(board: App, { title, id }: Job): Promise<void> {
  await board.main.locator(`a[href="/dispatch/job/${id}"]`).first().click();
  await expect(board.heading(title)).toBeVisible();
}

/** A section of the page, by its heading. */
const section = (board: App, title: string): Locator =>
  board.main.locator('section').filter({ has: board.page.getByRole('heading', { name: title, exact: true }) });

test('the office opens a job and sees what happens to it while it is open', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const board = await world.board();
  await openJob(board, job);
  expect(new URL(board.page.url()).pathname).toBe(`/dispatch/job/${job.id}`);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await expect(board.main.getByText(job.number, { exact: true })).toBeVisible();
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.addNote('The cellar is wet.');
  await expect(section(board, text('job.notes'))).toContainText('The cellar is wet.');
  await expect(section(board, text('job.notes'))).toContainText('Anna Berg');
  await expect(board.badge('En route').first()).toBeVisible();
  // A photo that is known of and whose bytes have not come is still on the phone.
  const anna = await world.client('anna@nordhaus.example');
  await anna.addAttachment(job.id, randomBytes(2_000));
  const waits = text('office.waits', { age: text('age.now') }).split('{')[0].split(',')[0];
  await expect(section(board, text('job.photos'))).toContainText(waits);
  // What the records do not tell stands among what happened, with who did it.
  const dora = await world.client();
  const { jobs } = await anna.records();
  const title = jobs.find(({ id }) => id === job.id)?.title ?? '';
  await dora.edit(job.id, 'title', title, 'Pump instead');
  await expect(board.heading('Pump instead')).toBeVisible();
  await expect(section(board, text('job.happened'))).toContainText('Dora Lindner');
  // Back on the board, on the day of the job, and to another one by its address.
  await board.page.getByRole('link', { name: text('pages.board') }).first().click();
  await expect(board.heading('Board')).toBeVisible();
  await board.page.goto(`/dispatch/job/${other.id}`);
  await expect(board.heading(other.title)).toBeVisible();
});

test('with the server away the last known job stays, with its age and a way to ask again', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  await openJob(board, job);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await world.officeLine.refuse();
  const asOf = text('board.not_live', { time: '' }).trim();
  await expect(board.page.getByText(asOf)).toBeVisible();
  await expect(board.heading(job.title)).toBeVisible();
  await world.officeLine.accept();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
});

test('a technician and a job of nowhere get no such page', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.page.goto(`/dispatch/job/${job.id}`);
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
  const board = await world.board();
  await board.page.goto('/dispatch/job/01930000-0000-7000-8000-00000000dead');
  await expect(board.page.getByText(text('office.missing'), { exact: true })).toBeVisible();
});
