// The board's week: a cell for each technician and day, its loads, its address, and jobs that are moved between days.
import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import { todaysJobs } from './support/jobs';
import type { Client, Job } from './support/office';
import { text } from './support/texts';
import { day as dayAt, now } from './support/time';
import { expect, test, type World } from './support/world';

const ZONE = 'Europe/Berlin';
const DAY = 24 * 60 * 60_000;

/** The Monday of the week of that day, `YYYY-MM-DD`. */
function monday(day: string): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}

/** So many days after a day. */
const after = (day: string, days: number): string => new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** The day and the time of the company's clock at that moment. */
const wall = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' }).format(at);

/** A day as the head of its column names it, such as `Mon 30 Nov`. */
function short(day: string): string {
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(Date.parse(`${day}T12:00:00Z`));
  return `${part({ weekday: 'short' })} ${part({ day: 'numeric' })} ${part({ month: 'long' }).slice(0, 3)}`;
}

const block = (board: App, { number }: Job): Locator => board.main.getByRole('button', { name: new RegExp(`${number}, `) });
const row = (board: App, name: string): Locator => board.main.getByRole('region', { name, exact: true });
const cell = (board: App, name: string, n: number): Locator => row(board, name).locator('.week-cell').nth(n);
const said = (board: App): Locator => board.main.locator('.axis-said');

/** Makes a job on that day of the company's, at noon UTC, for that person. Whoever makes many signs in once. */
async function makeJob(world: World, title: string, day: string, assignee?: string, hours = 1, client?: Client): Promise<string> {
  const job = randomUUID();
  const starts = Date.parse(`${day}T12:00:00Z`);
  const plan = { title, starts, ends: starts + hours * 60 * 60_000, ...(assignee === undefined ? {} : { assignee }) };
  const office = client ?? (await world.client());
  await office.request('POST', `/api/v1/jobs/${job}`, { id: randomUUID(), op: { op: 'plan_job', job, plan } });
  return job;
}

async function people(world: World): Promise<Map<string, string>> {
  const { technicians } = await (await world.client()).board();
  return new Map(technicians.map(({ id, name }) => [name, id]));
}

/** What the server has of the job. */
async function onServer(world: World, id: string): Promise<Job> {
  const found = await (await world.client()).request<{ records: (Job & { id: string })[] | { record: Job }[] }>('GET', `/api/v1/jobs/${id}`);
  const records = found.records as unknown as ({ record?: Job } & Job)[];
  const jobs = records.map((one) => one.record ?? one);
  const job = jobs.find((one) => one.id === id);
  if (job === undefined) {
    throw new Error(`no job ${id}`);
  }
  return job;
}

/** Opens the week of a far Monday, on which the demo has nothing. */
async function openWeek(world: World, day: string): Promise<App> {
  const board = await world.board(undefined, { staysSaid: true });
  await board.page.goto(`/board?view=week&day=${day}`);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  return board;
}

const MONDAY = monday(after(dayAt(ZONE), 70));

test('a week has a cell for each technician and day, with what is planned, and leads to its days', async ({ world }) => {
  const all = await people(world);
  const anna = all.get('Anna Berg');
  const tuesday = after(MONDAY, 1);
  await makeJob(world, 'Early filter', tuesday, anna, 5);
  await makeJob(world, 'Late filter', tuesday, anna, 4);
  await makeJob(world, 'Nobody’s valve', after(MONDAY, 6), undefined, 12);
  const board = await openWeek(world, after(MONDAY, 3));
  // From Monday on, whichever day was asked for.
  const head = board.main.locator('.week-day');
  await expect(head).toHaveCount(7);
  for (const n of [0, 1, 6]) {
    await expect(head.nth(n)).toContainText(short(after(MONDAY, n)));
  }
  await expect(head.nth(1)).toContainText(text('counts.jobs', { count: 2 }));
  await expect(cell(board, 'Anna Berg', 1).getByRole('button')).toHaveCount(2);
  await expect(cell(board, 'Anna Berg', 1).getByRole('button', { name: /Early filter/ })).toBeVisible();
  // Nine hours of one person are too much; twelve that nobody has are nobody's.
  await expect(cell(board, 'Anna Berg', 1)).toContainText(text('board.too_much', { time: text('job.hours_minutes', { hours: 9, minutes: 0 }) }));
  await expect(cell(board, text('board.unassigned'), 6).getByRole('button')).toHaveCount(1);
  await expect(cell(board, text('board.unassigned'), 6)).toContainText(text('job.hours_minutes', { hours: 12, minutes: 0 }));
  await expect(board.main.locator('.week-full')).toHaveCount(1);
  for (const colorScheme of ['light', 'dark'] as const) {
    await board.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await axe(board)).toEqual([]);
  }
  // Filters and words, all in the address.
  await board.page.getByRole('searchbox', { name: text('board.search') }).fill('late filter');
  await expect(board.main.locator('.week-cell').getByRole('button')).toHaveCount(1);
  // The words come into the address after they are drawn.
  await expect.poll(() => new URL(board.page.url()).search).toMatch(/view=week.*late|late.*view=week/);
  await board.page.reload();
  await expect(board.main.locator('.week-cell').getByRole('button')).toHaveCount(1);
  await board.page.getByRole('searchbox', { name: text('board.search') }).fill('');
  await expect(board.main.locator('.week-cell').getByRole('button')).toHaveCount(3);
  await board.page.getByRole('link', { name: text('board.next_week') }).click();
  await expect(head.nth(0)).toContainText(short(after(MONDAY, 7)));
  await expect(board.page.getByText(text('board.none_week'), { exact: true })).toBeVisible();
  await board.page.getByRole('link', { name: text('board.previous_week') }).click();
  await expect(board.main.locator('.week-cell').getByRole('button')).toHaveCount(3);
  // A job opens its card, and a day its board.
  await cell(board, 'Anna Berg', 1).getByRole('button', { name: /Late filter/ }).click();
  await expect(board.page.getByRole('dialog').getByRole('link', { name: 'Late filter' })).toBeVisible();
  await board.page.keyboard.press('Escape');
  await head.nth(1).click();
  await expect.poll(() => new URL(board.page.url()).search).toBe(`?day=${tuesday}`);
  await expect(board.main.getByRole('button', { name: /Late filter/ })).toBeVisible();
  await board.page.getByRole('link', { name: text('board.as_week'), exact: true }).click();
  await expect(head).toHaveCount(7);
});

test('a job is dragged to another day and technician at its time of the clock, and Undo brings it back', async ({ world }) => {
  const all = await people(world);
  const id = await makeJob(world, 'Filter', MONDAY, all.get('Anna Berg'));
  const before = await onServer(world, id);
  const [board, other] = [await openWeek(world, MONDAY), await openWeek(world, MONDAY)];
  const its = (app: App, name: string, n: number) => cell(app, name, n).getByRole('button', { name: /Filter/ });
  await expect(its(board, 'Anna Berg', 0)).toBeVisible();
  await expect(its(other, 'Anna Berg', 0)).toBeVisible();
  const place = async (of: Locator) => {
    await expect(of).toBeVisible();
    const box = await of.boundingBox();
    expect(box).not.toBeNull();
    return box ?? { x: 0, y: 0, width: 0, height: 0 };
  };
  const { mouse } = board.page;
  // Waits until it rests.
  await its(board, 'Anna Berg', 0).hover();
  await mouse.down();
  const to = await place(cell(board, 'Ben Ito', 3));
  await mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await expect(board.main.locator('.axis-ghost')).toContainText(`Ben Ito, ${short(after(MONDAY, 3))}`);
  await mouse.up();
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  await board.page.getByRole('button', { name: text('common.undo') }).focus();
  await expect(its(board, 'Ben Ito', 3)).toBeVisible();
  // Every board that is open sees it.
  await expect(its(other, 'Ben Ito', 3)).toBeVisible();
  await expect(its(other, 'Anna Berg', 0)).toHaveCount(0);
  const moved = await onServer(world, id);
  expect(moved.assignee).toBe(all.get('Ben Ito'));
  expect(wall(moved.starts)).toBe(`${after(MONDAY, 3)} ${wall(before.starts).slice(11)}`);
  expect(moved.ends - moved.starts).toBe(before.ends - before.starts);
  await board.page.getByRole('button', { name: text('common.undo') }).click();
  await expect(board.page.getByRole('status').getByText(text('common.undone'), { exact: true })).toBeVisible();
  await expect(its(board, 'Anna Berg', 0)).toBeVisible();
  await expect(its(other, 'Anna Berg', 0)).toBeVisible();
  expect((await onServer(world, id)).starts).toBe(before.starts);
});

test('by the keyboard alone a job goes to another day and to nobody', async ({ world }) => {
  const all = await people(world);
  const id = await makeJob(world, 'Filter', MONDAY, all.get('Anna Berg'));
  const board = await openWeek(world, MONDAY);
  const { keyboard } = board.page;
  const job = board.main.getByRole('button', { name: /Filter/ });
  await job.focus();
  await keyboard.press('m');
  await expect(said(board)).toContainText(text('board.lifted_week', { job: '' }).replace(/^: /, ''));
  await keyboard.press('ArrowRight');
  await expect(said(board)).toContainText(`Anna Berg, ${short(after(MONDAY, 1))}`);
  await keyboard.press('ArrowUp');
  await expect(said(board)).toContainText(short(after(MONDAY, 1)));
  await keyboard.press('Escape');
  await expect(said(board)).toHaveText(text('board.put_back'));
  await keyboard.press('m');
  for (let n = 1; n <= 8; n += 1) {
    await keyboard.press('ArrowRight');
  }
  // The sheet ends with Sunday.
  await expect(said(board)).toContainText(`Anna Berg, ${short(after(MONDAY, 6))}`);
  await keyboard.press('Enter');
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  await expect(cell(board, 'Anna Berg', 6).getByRole('button', { name: /Filter/ })).toBeFocused();
  expect(wall((await onServer(world, id)).starts).slice(0, 10)).toBe(after(MONDAY, 6));
});

test('a started job is not taken from somebody on the week without a word', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.expectUnsent(0);
  const board = await openWeek(world, wall(now()).slice(0, 10));
  // It may stand behind "more" of its cell: searched for, it is alone there.
  await board.page.getByRole('searchbox', { name: text('board.search') }).fill(job.number);
  await expect(block(board, job)).toBeVisible();
  await block(board, job).press('Enter');
  const card = board.page.getByRole('dialog');
  await card.getByRole('combobox').selectOption({ label: 'Ben Ito' });
  await card.getByRole('button', { name: text('board.assign_now', { job: job.number, name: 'Ben Ito' }) }).click();
  const question = board.page.getByRole('dialog', { name: text('board.take_away') });
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: text('common.cancel') }).click();
  await expect(row(board, 'Anna Berg').getByRole('button', { name: new RegExp(`${job.number}, `) })).toBeVisible();
  // Today is marked.
  await expect(board.main.locator('.week-day[aria-current="date"]')).toHaveCount(1);
});

test('with the server away the last known week stays, says of when it is, and gives its days', async ({ world }) => {
  const all = await people(world);
  await makeJob(world, 'Filter', after(MONDAY, 2), all.get('Anna Berg'));
  const board = await openWeek(world, MONDAY);
  await expect(board.main.getByRole('button', { name: /Filter/ })).toBeVisible();
  await world.officeLine.refuse();
  const old = board.page.getByText(new RegExp(`^${text('board.not_live', { time: '' }).trim()}`));
  await expect(old).toBeVisible();
  await expect(board.main.getByRole('button', { name: /Filter/ })).toBeVisible();
  await board.main.locator('.week-day').nth(2).click();
  await expect(board.main.locator('.week-day')).toHaveCount(0);
  await expect(board.main.getByRole('button', { name: /Filter/ })).toBeVisible();
  await expect(old).toBeVisible();
});

test('with the server away the day before is not taken for the one that was chosen', async ({ world }) => {
  const board = await world.board();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  // The stream may be open before the first day has come.
  await expect(row(board, 'Anna Berg')).toBeVisible();
  const still = board.main.getByText(text('board.still_shown', { day: '|' }).split('|')[1]);
  await world.officeLine.refuse();
  await board.main.getByRole('link', { name: text('board.next_day') }).click();
  await expect(still).toBeVisible();
  await expect(still).toContainText('Today');
  // Back on the day that is shown nothing of it is said; and with the server back neither.
  await board.main.getByRole('link', { name: text('board.previous_day') }).click();
  await expect(still).toBeHidden();
  await board.main.getByRole('link', { name: text('board.next_day') }).click();
  await expect(still).toBeVisible();
  await world.officeLine.accept();
  await expect(still).toBeHidden();
});

test('on a phone the week is a list by day, of one technician if that is asked for, under a small head', async ({ world }) => {
  const all = await people(world);
  await makeJob(world, 'Annas filter', after(MONDAY, 2), all.get('Anna Berg'));
  await makeJob(world, 'Bens filter', after(MONDAY, 2), all.get('Ben Ito'));
  const board = await world.board('dora@nordhaus.example', { viewport: { width: 390, height: 844 } });
  await board.page.goto(`/board?view=week&day=${MONDAY}`);
  const days = board.main.locator('.week-of-day');
  await expect(days).toHaveCount(7);
  await expect(days.nth(2).getByRole('button')).toHaveCount(2);
  await board.page.getByRole('combobox', { name: text('board.technician') }).selectOption({ label: 'Ben Ito' });
  await expect(days.nth(2).getByRole('button')).toHaveCount(1);
  await expect(days).toHaveCount(7);
  await days.nth(2).getByRole('button', { name: /Bens filter/ }).click();
  await expect(board.page.getByRole('dialog').getByRole('link', { name: 'Bens filter' })).toBeVisible();
  await board.page.keyboard.press('Escape');
  // What is chosen by stands in a third of the screen at most, and nothing is wider than it.
  await expect.poll(() => board.page.locator('.board').evaluate((element) => element.getBoundingClientRect().top + window.scrollY)).toBeLessThan(844 / 3);
  await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await axe(board)).toEqual([]);
});

test('thirty technicians with ten jobs each are on one sheet that is no wider than a desk', async ({ world }) => {
  const admin = await world.client('ada@nordhaus.example');
  const here = (await people(world)).size;
  for (let n = here + 1; n <= 30; n += 1) {
    await admin.request('POST', '/api/v1/people', { id: randomUUID(), name: `Technician ${n}`, email: `t${n}@nordhaus.example`, role: 'technician' });
  }
  const all = [...(await people(world)).values()];
  expect(all).toHaveLength(30);
  const office = await world.client();
  for (const id of all) {
    for (let n = 0; n < 10; n += 1) {
      await makeJob(world, `Filter ${n}`, after(MONDAY, n % 5), id, 1, office);
    }
  }
  const board = await openWeek(world, MONDAY);
  await expect(board.main.locator('.week-cell').getByRole('button')).toHaveCount(300);
  await expect(board.main.getByRole('region')).toHaveCount(31);
  await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  // The days stay in sight, whichever row is looked at.
  await board.main.getByRole('region', { name: 'Technician 30' }).scrollIntoViewIfNeeded();
  await expect(board.main.locator('.week-day').first()).toBeInViewport();
  await expect(board.main.getByRole('region', { name: 'Technician 30' }).getByRole('heading')).toBeInViewport();
});
