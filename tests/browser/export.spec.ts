// The export of jobs and answers: asked for by its days, saved by the browser.
import { readFile } from 'node:fs/promises';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

/** Presses **Download** and reads what the browser has saved. */
async function saved(board: App): Promise<{ name: string; content: string }> {
  const coming = board.page.waitForEvent('download');
  await board.main.getByRole('button', { name: text('export.go') }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), content: await readFile(await download.path(), 'utf8') };
}

test('the office saves the jobs of some days, and what would be a formula is text', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const dora = await world.client();
  await dora.edit(job.id, 'title', job.title, '=1+1');
  const board = await world.board();
  await board.main.getByRole('link', { name: text('pages.export'), exact: true }).click();
  await expect(board.heading(text('pages.export'))).toBeVisible();
  const csv = await saved(board);
  expect(csv.name).toMatch(/^afield-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  expect(csv.content.split('\r\n')[0]).toContain('number,title,description,status');
  expect(csv.content).toContain(`${job.number},'=1+1,`);
  await board.main.getByRole('radio', { name: text('export.json') }).check();
  const json = await saved(board);
  expect(json.name).toMatch(/\.json$/);
  const { jobs } = JSON.parse(json.content) as { jobs: { number: string; title: string; technician: string }[] };
  expect(jobs.find(({ number }) => number === job.number)).toMatchObject({ title: '=1+1', technician: 'Anna Berg' });
});

test('days without a job, days in the wrong order and a server that is away are said', async ({ world }) => {
  const board = await world.board();
  await board.page.goto('/dispatch/export');
  const [first, last] = [board.main.getByLabel(text('export.from')), board.main.getByLabel(text('export.until'))];
  const download = board.main.getByRole('button', { name: text('export.go') });
  await first.fill('2031-05-05');
  await download.click();
  await expect(board.main.getByText(text('export.wrong_days'))).toBeVisible();
  await last.fill('2031-05-06');
  await last.press('Enter');
  await expect(board.main.getByText(text('export.none'))).toBeVisible();
  await world.officeLine.refuse();
  await download.click();
  await expect(board.main.getByText(text('export.none'))).toBeHidden();
  await expect(board.main.getByRole('status').locator('p')).toBeVisible();
  await world.officeLine.accept();
  await download.click();
  await expect(board.main.getByText(text('export.none'))).toBeVisible();
});

test('a technician gets neither the page nor the file', async ({ world }) => {
  const { app } = await world.primedPhone();
  for (const path of ['/dispatch/export', '/dispatch/conflicts']) {
    await app.page.goto(path);
    await expect(app.heading(text('pages.not_found'))).toBeVisible();
  }
});
