// Conflicts at the office: found on the board, settled on the job's page, heard of on the phone.
import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { text } from './support/texts';
import { now } from './support/time';
import { expect, test, type World } from './support/world';

/** Anna's title of a minute ago arrives after Dora's of now: hers has lost. */
async function meet(world: World, job: Job): Promise<void> {
  const [dora, anna] = await Promise.all([world.client(), world.client('anna@nordhaus.example')]);
  await dora.edit(job.id, 'title', job.title, `Dora: ${job.number}`);
  await anna.edit(job.id, 'title', job.title, `Anna: ${job.number}`, now() - 60_000);
}

/** The conflicts of the page. */
const met = (board: App): Locator =>
  board.main
    .locator('section')
    .filter({ has: board.page.getByRole('heading', { name: text('conflict.title'), exact: true }) })
    .locator('.office-conflicts > li');

test('the office finds a conflict from the board, brings the lost value back, and the phone hears who chose', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const board = await world.board();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await meet(world, job);
  await board.main.getByRole('link', { name: text('conflict.link', { count: 1 }), exact: true }).click();
  await expect(board.heading(text('conflict.title'))).toBeVisible();
  const open = board.main.getByRole('listitem');
  await expect(open).toHaveCount(1);
  for (const words of [job.number, text('fields.title'), `Anna: ${job.number}`, 'Dora Lindner', `Dora: ${job.number}`]) {
    await expect(open).toContainText(words, { ignoreCase: true });
  }
  // Another comes while the list is open.
  await meet(world, other);
  await expect(open).toHaveCount(2);
  await open.filter({ hasText: job.number }).getByRole('link').press('Enter');
  await expect(board.heading(`Dora: ${job.number}`)).toBeVisible();
  const entry = met(board);
  await expect(entry).toHaveCount(1);
  for (const words of [text('conflict.before', { value: job.title }), 'Anna Berg', text('conflict.latest_wins')]) {
    await expect(entry).toContainText(words);
  }
  await expect(entry.getByRole('definition').filter({ hasText: 'Dora: ' })).toBeVisible();
  await entry.getByRole('button', { name: text('conflict.restore', { name: 'Anna Berg' }) }).press('Enter');
  await expect(board.heading(`Anna: ${job.number}`)).toBeVisible();
  await expect(entry).toContainText('Settled by Dora Lindner');
  await expect(entry.getByRole('button')).toHaveCount(0);
  await expect(entry.getByRole('heading')).toBeFocused();
  // The other stays as it is, and is read all the same.
  await board.page.goto('/dispatch/conflicts');
  await expect(open).toHaveCount(1);
  await open.getByRole('link').click();
  await met(board).getByRole('button', { name: text('conflict.keep') }).click();
  await expect(met(board)).toContainText('Settled by Dora Lindner');
  await expect(board.heading(`Dora: ${other.number}`)).toBeVisible();
  await board.page.goto('/dispatch/conflicts');
  await expect(board.page.getByText(text('conflict.inbox_none'), { exact: true })).toBeVisible();

  await app.syncNow();
  await app.openLog();
  await expect(app.conflicts).toHaveCount(2);
  for (const { number } of [job, other]) {
    await expect(app.conflicts.filter({ hasText: number })).toContainText('Settled by Dora Lindner');
  }
  const anna = await world.client('anna@nordhaus.example');
  expect((await anna.job(job.id)).title).toBe(`Anna: ${job.number}`);
  expect((await anna.job(other.id)).title).toBe(`Dora: ${other.number}`);
});

test('whoever is later than a colleague is told so and changes nothing', async ({ world }) => {
  const [job] = await todaysJobs(world);
  await meet(world, job);
  const board = await world.board();
  // From some moment on this page hears nothing new, also of what it had asked before, but may ask for a change.
  let deaf = false;
  await board.page.route(`**/api/v1/jobs/${job.id}`, async (route) => {
    if (route.request().method() !== 'GET') {
      return route.continue();
    }
    const response = deaf ? undefined : await route.fetch();
    return deaf || response === undefined ? route.abort() : route.fulfill({ response });
  });
  await board.page.goto(`/dispatch/job/${job.id}`);
  const restore = met(board).getByRole('button', { name: text('conflict.restore', { name: 'Anna Berg' }) });
  await expect(restore).toBeVisible();
  deaf = true;
  const ada = await world.client('ada@nordhaus.example');
  const { records } = await ada.request<{ records: { record: { module: string; id: string; job?: string } }[] }>('GET', '/api/v1/conflicts');
  const conflict = records.map(({ record }) => record).find(({ module, job: of }) => module === 'conflict' && of === job.id);
  await ada.request('POST', `/api/v1/jobs/${job.id}`, { id: randomUUID(), op: { op: 'edit_job', job: job.id, edits: [], settles: conflict?.id } });
  await restore.click();
  await expect(board.page.getByText(text('conflict.quicker'))).toBeVisible();
  await board.page.unrouteAll({ behavior: 'wait' });
  await expect(met(board)).toContainText('Settled by Ada');
  await expect(met(board).getByRole('button')).toHaveCount(0);
  await expect(board.heading(`Dora: ${job.number}`)).toBeVisible();
  expect((await (await world.client('anna@nordhaus.example')).job(job.id)).title).toBe(`Dora: ${job.number}`);
});
