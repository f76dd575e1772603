// The office makes a job that repeats: its jobs are made ahead, say of which series they are, and end from there.
import type { App } from './support/app';
import { axe } from './support/axe';
import { PHONE } from './support/browser';
import { text } from './support/texts';
import { day as dayAt } from './support/time';
import { expect, test, type World } from './support/world';

const ZONE = 'Europe/Berlin';
const after = (day: string, days: number): string => new Date(Date.parse(`${day}T12:00:00Z`) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

interface Series {
  repeat: { every: object; times?: number };
  jobs: { day: string; job: string; starts: number; status: string }[];
  ahead: string[];
  ended?: string;
}

/** Opens the form, with this title, on that day from nine to ten. */
async function openForm(world: World, title: string, day: string): Promise<App> {
  const board = await world.board();
  await board.page.getByRole('link', { name: text('job.new') }).click();
  await expect(board.heading(text('pages.new_job'))).toBeVisible();
  await board.page.getByLabel(text('edit.title')).fill(title);
  await board.page.getByLabel(text('edit.starts')).fill(`${day}T09:00`);
  await board.page.getByLabel(text('edit.ends')).fill(`${day}T10:00`);
  return board;
}

const save = (board: App) => board.page.getByRole('button', { name: text('common.save') });
const seriesOf = async (world: World, board: App): Promise<Series> => {
  const id = new URL(board.page.url()).pathname.split('/').pop() ?? '';
  return (await world.client()).request('GET', `/api/v1/series/${id}`);
};
const wall = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' }).format(at);

test('a job repeats every week: its jobs are there, say so, and this and all following end', async ({ world }) => {
  const first = after(dayAt(ZONE), 1);
  const board = await openForm(world, 'Filter change', first);
  await board.page.getByLabel(text('series.repeat')).selectOption({ label: text('series.by_weeks') });
  // What is wrong is said at its field, and nothing is sent.
  await board.page.getByLabel(text('series.how_many')).fill('0');
  await save(board).click();
  await expect(board.page.getByText(text('series.no_times', { most: 500 }), { exact: true })).toBeVisible();
  await expect(board.page.getByLabel(text('series.how_many'))).toBeFocused();
  await expect(board.page.getByLabel(text('series.how_many'))).toHaveAttribute('aria-invalid', 'true');
  await board.page.getByLabel(text('series.how_many')).fill('20');
  await expect(board.page.getByText(text('series.comes_to', { jobs: text('counts.jobs', { count: 20 }), first: '', last: '' }).split(',')[0])).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await save(board).click();
  await expect(board.heading('Filter change')).toBeVisible();
  await expect(board.page).toHaveURL(/\/dispatch\/series\/[^/]+$/);
  // As far ahead as the company's phones hold and four weeks: the other days are named.
  const made = await seriesOf(world, board);
  expect(made.jobs.length).toBeGreaterThanOrEqual(4);
  expect(made.jobs.length + made.ahead.length).toBe(20);
  for (const [n, job] of made.jobs.entries()) {
    expect(job.day).toBe(after(first, 7 * n));
    expect(wall(job.starts)).toBe(`${job.day} 09:00`);
  }
  await expect(board.main.locator('.series-job')).toHaveCount(made.jobs.length);
  expect(await axe(board)).toEqual([]);
  // The second one is changed alone, and says of which series it is.
  await board.main.locator('.series-job').nth(1).getByRole('link').click();
  await expect(board.heading('Filter change')).toBeVisible();
  await board.page.getByRole('button', { name: text('job.edit'), exact: true }).click();
  const sheet = board.page.getByRole('dialog', { name: text('pages.edit_job') });
  await sheet.getByLabel(text('edit.title')).fill('Filter and belt');
  await sheet.getByRole('button', { name: text('common.save') }).click();
  await expect(board.heading('Filter and belt')).toBeVisible();
  await board.page.getByRole('link', { name: text('series.part_of') }).click();
  await expect(board.heading('Filter change')).toBeVisible();
  await expect(board.page.getByLabel(text('series.from'))).toHaveValue(made.jobs[1].day);
  await board.page.getByRole('button', { name: text('series.end') }).click();
  const count = (n: number) => (n === 1 ? text('counts.job') : text('counts.jobs', { count: n }));
  const told = text('series.ended_cancelled', { cancelled: count(made.jobs.length - 1), kept: count(0) });
  await expect(board.page.getByText(told, { exact: true })).toBeVisible();
  const ended = await seriesOf(world, board);
  expect(ended).toMatchObject({ ended: made.jobs[1].day, ahead: [] });
  expect(ended.jobs.map(({ status }) => status)).toEqual(['scheduled', ...made.jobs.slice(1).map(() => 'cancelled')]);
});

test('a job repeats every month on a weekday, and a request whose answer is lost makes no second series', async ({ world }) => {
  const first = after(dayAt(ZONE), 2);
  const board = await openForm(world, 'Meter reading', first);
  await board.page.getByLabel(text('series.repeat')).selectOption({ label: text('series.by_months') });
  // The second choice is a weekday, whichever day that is.
  await board.page.getByLabel(text('series.on_which')).selectOption({ index: 1 });
  await board.page.getByLabel(text('series.ends'), { exact: true }).selectOption({ label: text('series.on_a_day') });
  await board.page.getByLabel(text('series.last_day')).fill(after(first, 200));
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path.startsWith('/api/v1/series/'), { kind: 'cut', after: -1 });
  await save(board).click();
  await expect(board.page.locator('.toast-trouble')).toBeVisible();
  heal();
  await save(board).click();
  await expect(board.heading('Meter reading')).toBeVisible();
  // The address changes after what is drawn.
  await expect(board.page).toHaveURL(/\/dispatch\/series\/[^/]+$/);
  const made = await seriesOf(world, board);
  const days = [...made.jobs.map(({ day }) => day), ...made.ahead];
  expect(new Set(days).size).toBe(days.length);
  expect(days[0]).toBe(first);
  const weekday = (day: string) => new Date(`${day}T12:00:00Z`).getUTCDay();
  expect(days.every((day) => weekday(day) === weekday(first))).toBe(true);
  const { jobs } = await (await world.client()).board(first);
  expect(jobs.filter(({ job }) => job.title === 'Meter reading')).toHaveLength(1);
});

test('in German and on a phone the form of a series and its page are whole', async ({ world }) => {
  const board = await world.board('dora@nordhaus.example', { viewport: PHONE });
  await board.page.evaluate(() => localStorage.setItem('afield-language', 'de'));
  await board.page.goto('/dispatch/new');
  const de = (key: string) => text(key, {}, 'de');
  await expect(board.heading(de('pages.new_job'))).toBeVisible();
  await board.page.getByLabel(de('edit.title')).fill('Filterwechsel');
  await board.page.getByLabel(de('series.repeat')).selectOption({ label: de('series.by_weeks') });
  await expect(board.page.getByLabel(de('series.every_weeks'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await board.page.setViewportSize({ width: 320, height: 700 });
  await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await board.page.getByRole('button', { name: de('common.save') }).click();
  await expect(board.heading('Filterwechsel')).toBeVisible();
  await expect(board.page.getByText(de('series.following'), { exact: true })).toBeVisible();
  await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await axe(board)).toEqual([]);
});
