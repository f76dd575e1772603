// The office's pages: a job opened from the board, with its phone out there.
import { randomBytes } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { text } from './support/texts';
import { expect, test } from './support/world';

/** The job's block on the time axis. */
const block = (board: App, { number }: Job): Locator => board.main.getByRole('button', { name: new RegExp(`${number}, `) });

/** Opens a job's page from its block. */
async function openJob(board: App, job: Job): Promise<void> {
  await block(board, job).click();
  await board.page.getByRole('dialog').getByRole('link', { name: job.title }).click();
  await expect(board.heading(job.title)).toBeVisible();
}

/** Waits until the server has decided: until then the page takes no other change, and a tap does nothing. */
async function decided(board: App): Promise<void> {
  await expect(board.page.getByRole('button', { name: text('job.add_note') })).not.toHaveAttribute('aria-disabled', 'true');
}

/** A section of the page, by its heading. */
const section = (board: App, title: string): Locator =>
  board.main.locator('section').filter({ has: board.page.getByRole('heading', { name: title, exact: true }) });

test('the office opens a job and sees what happens to it while it is open', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const board = await world.board();
  await openJob(board, job);
  await expect.poll(() => new URL(board.page.url()).pathname).toBe(`/dispatch/job/${job.id}`);
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

test('what is being typed on the page of a job stays when something happens to the job', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  await openJob(board, job);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  const note = board.page.getByRole('textbox', { name: text('job.note') });
  await note.fill('Half a');
  const anna = await world.client('anna@nordhaus.example');
  await anna.addNote(job.id, 'The cellar is wet.');
  await expect(section(board, text('job.notes'))).toContainText('The cellar is wet.');
  await expect(note).toHaveValue('Half a');
  await expect(note).toBeFocused();
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

test('the feed tells by job, with photos of one go in one line, and what was before it', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  for (let n = 1; n <= 55; n += 1) {
    await anna.addNote(other.id, `Earlier, ${n}`);
  }
  const board = await world.board();
  await expect(board.feed.first()).toContainText('Earlier, 55');
  await expect(board.feed.filter({ hasText: 'Earlier, 1' }).filter({ hasText: /Earlier, 1$/ })).toHaveCount(0);
  for (let n = 1; n <= 3; n += 1) {
    await anna.addAttachment(job.id, randomBytes(2_000));
  }
  const feed = board.page.getByRole('complementary', { name: text('board.feed') });
  const title = `${job.number} · ${job.title}`;
  const three = text('board.attached', { name: text('counts.photos', { count: 3 }) });
  await expect(board.feed.filter({ hasText: three })).toHaveCount(1);
  await expect(feed.getByRole('heading', { level: 3 }).first()).toHaveText(title);
  await feed.getByRole('button', { name: text('board.earlier') }).click();
  await expect(feed.getByText(/Earlier, 1$/)).toHaveCount(1);
  await expect(feed.getByRole('button', { name: text('board.earlier') })).toBeHidden();
  await feed.getByRole('link', { name: title }).click();
  await expect(board.heading(job.title)).toBeVisible();
});

test('the day is on a time axis: searched, filtered and assigned from there, all in its address', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const board = await world.board();
  await expect(block(board, job)).toBeVisible();
  await expect(block(board, other)).toBeVisible();
  await board.page.getByRole('searchbox', { name: text('board.search') }).fill(job.number);
  await expect(block(board, other)).toHaveCount(0);
  await expect(block(board, job)).toBeVisible();
  await expect.poll(() => new URL(board.page.url()).searchParams.get('q')).toBe(job.number);
  await board.page.reload();
  await expect(block(board, job)).toBeVisible();
  await expect(block(board, other)).toHaveCount(0);
  await board.page.getByRole('combobox', { name: text('board.status') }).selectOption({ label: text('status.cancelled') });
  await expect(board.page.getByText(text('board.found_none'), { exact: true })).toBeVisible();
  await board.page.goto(`/board?whose=${job.assignee}`);
  await expect(block(board, job)).toBeVisible();
  await expect(board.page.getByRole('region', { name: 'Ben Ito' })).toHaveCount(0);
  // By the keyboard alone: the block opens its card, and the card gives the job away.
  await board.page.goto('/board');
  await block(board, job).press('Enter');
  const card = board.page.getByRole('dialog');
  await card.getByRole('combobox').selectOption({ label: 'Ben Ito' });
  await card.getByRole('button', { name: text('board.assign_now', { job: job.number, name: 'Ben Ito' }) }).press('Enter');
  await expect(board.page.getByRole('region', { name: 'Ben Ito' }).getByRole('button', { name: new RegExp(`${job.number}, `) })).toHaveCount(1);
  // Another day, by its date.
  await board.page.keyboard.press('Escape');
  await board.page.getByLabel(text('board.choose_day')).fill('2031-05-05');
  await expect(board.page.getByText(text('board.none'), { exact: true })).toBeVisible();
  await expect.poll(() => new URL(board.page.url()).searchParams.get('day')).toBe('2031-05-05');
});

test('the office edits a job, writes a note, calls it off and plans it again, and is warned before it meets a phone', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.expectUnsent(0);
  const board = await world.board();
  await openJob(board, job);
  await board.page.getByRole('button', { name: text('job.edit'), exact: true }).click();
  const sheet = board.page.getByRole('dialog', { name: text('pages.edit_job') });
  // Another technician would take a job away that is being done.
  await expect(sheet.getByText(text('office.reassigning'))).toBeHidden();
  await sheet.getByLabel(text('board.technician')).selectOption({ label: 'Ben Ito' });
  await expect(sheet.getByText(text('office.in_hand', { name: 'Anna Berg', time: '' }).replace(/ ?\.$/, ''))).toBeVisible();
  await expect(sheet.getByText(text('office.reassigning'))).toBeVisible();
  await sheet.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  await expect(sheet.getByText(text('office.reassigning'))).toBeHidden();
  await sheet.getByLabel(text('edit.title')).fill('Pump instead');
  await sheet.getByLabel(text('edit.priority')).selectOption({ label: text('priority.urgent') });
  await sheet.getByRole('button', { name: text('common.save') }).click();
  await expect(sheet).toBeHidden();
  await expect(board.heading('Pump instead')).toBeVisible();
  await app.syncNow();
  await app.openJob(job.number);
  await expect(app.heading('Pump instead')).toBeVisible();
  await board.page.getByRole('textbox', { name: text('job.note') }).fill('The key is at the neighbour.');
  await board.page.getByRole('button', { name: text('job.add_note') }).click();
  await expect(section(board, text('job.notes'))).toContainText('The key is at the neighbour.');
  await expect(board.page.getByRole('textbox', { name: text('job.note') })).toHaveValue('');
  const off = text('action.cancel');
  await board.page.getByRole('button', { name: off, exact: true }).click();
  await board.page.getByRole('button', { name: text('office.sure', { step: off }) }).click();
  await expect(board.badge('Cancelled').first()).toBeVisible();
  // The stream may tell of it before the answer has come.
  await decided(board);
  await board.page.getByRole('button', { name: text('action.plan'), exact: true }).click();
  await expect(board.badge('Scheduled').first()).toBeVisible();
  // What happened is told there as well: the badge alone does not say that it was done.
  const dora = await world.client();
  const now = async () => (await dora.board()).jobs.find((found) => found.job.id === job.id)?.job;
  await expect.poll(now).toMatchObject({ title: 'Pump instead', priority: 'urgent', status: 'scheduled', assignee: job.assignee });
});
