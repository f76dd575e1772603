// Jobs that repeat by contract: the contract says how often, the series takes it over, and follows when it changes.
import type { App } from './support/app';
import { axe } from './support/axe';
import { text } from './support/texts';
import { day as dayAt } from './support/time';
import { expect, test, type World } from './support/world';

const ZONE = 'Europe/Berlin';
const after = (day: string, days: number): string => new Date(Date.parse(`${day}T12:00:00Z`) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

interface Series {
  contract?: { name: string; visits?: string };
  jobs: { day: string; job: string; status: string }[];
  ahead: string[];
}

const save = (board: App) => board.page.getByRole('button', { name: text('common.save') });
const contracts = (board: App) => board.main.locator('section').filter({ has: board.page.getByRole('heading', { name: text('modules.contracts'), exact: true }) });
const seriesOf = async (world: World, id: string): Promise<Series> => (await world.client()).request('GET', `/api/v1/series/${id}`);

/** Sets how often the visits of the contract are due, on the customer's page. */
async function agree(board: App, customer: string, name: string, visits: string): Promise<void> {
  const { page } = board;
  await page.goto(customer);
  const row = contracts(board).locator('.house-row').filter({ hasText: name });
  await row.getByRole('button', { name: text('job.edit') }).click();
  await page.getByLabel(text('house.visits')).selectOption({ label: visits });
  await save(board).click();
  await expect(page.locator('form.edit-form')).toHaveCount(0);
}

test('a job repeats by contract, and follows when the contract says otherwise', async ({ world }) => {
  const board = await world.board();
  const { page } = board;
  const found = await (await world.client()).request<{ records: { record: { id: string; name: string } }[] }>('GET', '/api/v1/find?module=customer');
  const { id, name } = found.records[0].record;
  const customer = `/dispatch/customers/${id}`;
  await page.goto(customer);
  await expect(board.heading(name)).toBeVisible();
  await contracts(board).getByRole('button', { name: text('house.add_contract') }).click();
  await page.getByLabel(text('records.number'), { exact: true }).fill('C-777');
  await page.getByLabel(text('edit.name'), { exact: true }).fill('Boiler care');
  await page.getByLabel(text('house.visits')).selectOption({ label: text('series.each_week') });
  expect(await axe(board)).toEqual([]);
  await save(board).click();
  const row = contracts(board).locator('.house-row').filter({ hasText: 'Boiler care' });
  await expect(row).toContainText(text('series.each_week'));
  // A new job for this customer repeats by it.
  const first = after(dayAt(ZONE), 1);
  await page.goto(`/dispatch/new?customer=${id}`);
  await expect(board.heading(text('pages.new_job'))).toBeVisible();
  await page.getByLabel(text('edit.title')).fill('Care visit');
  await page.getByLabel(text('edit.starts')).fill(`${first}T09:00`);
  await page.getByLabel(text('edit.ends')).fill(`${first}T10:00`);
  await page.getByLabel(text('series.repeat')).selectOption({ label: text('series.by_contract') });
  const chosen = page.getByLabel(text('pages.contract'), { exact: true });
  const option = chosen.locator('option').filter({ hasText: 'Boiler care' });
  await chosen.selectOption((await option.getAttribute('value')) ?? '');
  const begins = text('series.goes_on', { every: text('series.each_week'), first: '' }).split(text('series.each_week'))[1].split('.')[0].split(',')[1];
  await expect(page.locator('.repeat-told')).toContainText(begins);
  expect(await axe(board)).toEqual([]);
  await save(board).click();
  await expect(board.heading('Care visit')).toBeVisible();
  await expect(page).toHaveURL(/\/dispatch\/series\/[^/]+$/);
  const series = new URL(page.url()).pathname.split('/').pop() ?? '';
  await expect(board.main.getByText(text('series.of_contract', { name: 'C-777 · Boiler care', every: text('series.each_week') }))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  const made = await seriesOf(world, series);
  expect(made.jobs.length).toBeGreaterThanOrEqual(4);
  for (const [n, job] of made.jobs.entries()) {
    expect(job).toMatchObject({ day: after(first, 7 * n), status: 'scheduled' });
  }
  // Each is a job of its day on the board.
  const second = await (await world.client()).board(made.jobs[1].day);
  expect(second.jobs.filter(({ job }) => job.title === 'Care visit')).toHaveLength(1);
  await page.goto(`/board?day=${made.jobs[1].day}`);
  await expect(board.main.getByText('Care visit').first()).toBeVisible();
  // Every four weeks: nobody has touched the jobs in between.
  await agree(board, customer, 'Boiler care', text('series.each_weeks', { count: 4 }));
  await expect(row).toContainText(text('series.each_weeks', { count: 4 }));
  const fewer = await seriesOf(world, series);
  expect(fewer.jobs.map(({ status }) => status)).toEqual(made.jobs.map((_, n) => (n % 4 === 0 ? 'scheduled' : 'cancelled')));
  // And every week again: the same jobs are back.
  await agree(board, customer, 'Boiler care', text('series.each_week'));
  await expect(row).toContainText(text('series.each_week'));
  const again = await seriesOf(world, series);
  expect(again.jobs.map(({ job, status }) => [job, status])).toEqual(made.jobs.map(({ job, status }) => [job, status]));
  // None are agreed any more.
  await agree(board, customer, 'Boiler care', text('house.no_visits'));
  await page.goto(`/dispatch/series/${series}`);
  await expect(board.main.getByText(text('series.nothing_due'))).toBeVisible();
  expect((await seriesOf(world, series)).ahead).toEqual([]);
});
