// Jobs are moved on the board's time axis: with the mouse, by keys, from the card; and back.
import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import type { Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const QUARTER = 15 * 60_000;
const HOUR = 60 * 60_000;
const isMove: Match = ({ method, path }) => method === 'POST' && /^\/api\/v1\/(jobs|assign)\//.test(path);

/** The job's block on the time axis, wherever it is. */
const block = (board: App, { number }: Job): Locator => board.main.getByRole('button', { name: new RegExp(`${number}, `) });
/** The same, in this person's row. */
const blockOf = (board: App, name: string, { number }: Job): Locator =>
  board.main.getByRole('region', { name }).getByRole('button', { name: new RegExp(`${number}, `) });
const ghost = (board: App): Locator => board.main.locator('.axis-ghost');
/** What the axis says, to be read and heard. */
const said = (board: App): Locator => board.main.locator('.axis-said');
const question = (board: App): Locator => board.page.getByRole('dialog', { name: text('board.take_away') });
const nearest = (at: number): number => Math.round(at / QUARTER) * QUARTER;

/** A time on the company's clock. */
async function clock(world: World): Promise<(at: number) => string> {
  const session = await (await world.client()).request<{ company: { zone: { name: string } } }>('GET', '/api/v1/session');
  const form = new Intl.DateTimeFormat('en-GB', { timeZone: session.company.zone.name, hour: '2-digit', minute: '2-digit' });
  return (at) => form.format(at);
}

/** A board on which a word about a move, and **Undo**, stay until they are read. */
const openBoard = (world: World): Promise<App> => world.board(undefined, { staysSaid: true });

/** What the server has of the job. */
async function onServer(world: World, { id }: Job): Promise<{ name?: string; starts?: number; ends?: number }> {
  const { jobs, technicians } = await (await world.client()).board();
  const job = jobs.find((found) => found.job.id === id)?.job;
  return { name: technicians.find((person) => person.id === job?.assignee)?.name, starts: job?.starts, ends: job?.ends };
}

/** Carries the block by so long into the row of `name`, and holds it there. */
async function carry(board: App, job: Job, by: number, name: string): Promise<void> {
  const { mouse } = board.page;
  const place = async (of: Locator) => {
    await expect(of).toBeVisible();
    const box = await of.boundingBox();
    expect(box).not.toBeNull();
    return box ?? { x: 0, y: 0, width: 0, height: 0 };
  };
  await block(board, job).scrollIntoViewIfNeeded();
  const head = board.main.locator('.axis-head .axis-track');
  const hours = await board.main.locator('.axis-head .axis-hour').count();
  const [from, row, axis] = [await place(block(board, job)), await place(board.main.getByRole('region', { name })), await place(head)];
  const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
  const to = [x + (by / HOUR) * (axis.width / hours), row.y + row.height / 2] as const;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + 3, y + 3);
  await expect(ghost(board), 'so far it may be a tap').toBeHidden();
  await mouse.move(...to, { steps: 5 });
}

/** Gives the row in which a job would come to stand, in words. */
async function spot(world: World, name: string, starts: number, job: Job): Promise<string> {
  const at = await clock(world);
  return text('board.spot', { name, from: at(starts), until: at(starts + job.ends - job.starts) });
}

test('a job is dragged to somebody else at another time: the server has it, every board sees it, and Undo brings it back', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const [board, other] = [await openBoard(world), await openBoard(world)];
  await expect(blockOf(other, 'Anna Berg', job)).toBeVisible();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  const starts = nearest(job.starts + HOUR);
  await carry(board, job, HOUR, 'Ben Ito');
  await expect(ghost(board)).toHaveText(await spot(world, 'Ben Ito', starts, job));
  await board.page.mouse.up();
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  await board.page.getByRole('button', { name: text('common.undo') }).focus();
  await expect(blockOf(board, 'Ben Ito', job)).toBeVisible();
  await expect(blockOf(other, 'Ben Ito', job)).toBeVisible();
  await expect(blockOf(other, 'Anna Berg', job)).toHaveCount(0);
  expect(await onServer(world, job)).toEqual({ name: 'Ben Ito', starts, ends: starts + job.ends - job.starts });
  // One operation for both, and no card was opened by letting go.
  expect(world.officeLine.log.filter(isMove)).toHaveLength(1);
  await expect(board.page.getByRole('dialog')).toBeHidden();
  await board.page.getByRole('button', { name: text('common.undo') }).click();
  await expect(board.page.getByRole('status').getByText(text('common.undone'), { exact: true })).toBeVisible();
  await expect(blockOf(board, 'Anna Berg', job)).toBeVisible();
  await expect(blockOf(other, 'Anna Berg', job)).toBeVisible();
  expect(await onServer(world, job)).toEqual({ name: 'Anna Berg', starts: job.starts, ends: job.ends });
});

test('a job is taken from everybody by dragging it to the unassigned, and what is over stays and says so', async ({ world }) => {
  const [job, off] = await todaysJobs(world);
  const board = await openBoard(world);
  await carry(board, job, 0, text('board.unassigned'));
  await board.page.mouse.up();
  await expect(board.page.getByRole('status').getByText(text('board.assigned'), { exact: true })).toBeVisible();
  await expect(blockOf(board, text('board.unassigned'), job)).toBeVisible();
  expect(await onServer(world, job)).toEqual({ name: undefined, starts: job.starts, ends: job.ends });
  const op = { op: 'set_job_status', job: off.id, to: 'cancelled', reason: '' };
  await (await world.client()).request('POST', `/api/v1/jobs/${off.id}`, { id: randomUUID(), op });
  await expect(block(board, off)).toHaveAccessibleName(new RegExp(text('status.cancelled')));
  const moves = world.officeLine.log.filter(isMove).length;
  await block(board, off).focus();
  await board.page.keyboard.press('m');
  await expect(said(board)).toHaveText(text('board.stays_cancelled', { job: off.number }));
  // The next time the mouse goes down that is said no more, until it is true again.
  await board.main.locator('.axis-head .axis-track').click();
  await expect(said(board)).toBeEmpty();
  await carry(board, off, HOUR, 'Ben Ito');
  await expect(said(board)).toHaveText(text('board.stays_cancelled', { job: off.number }));
  await expect(ghost(board)).toBeHidden();
  await board.page.mouse.up();
  expect(world.officeLine.log.filter(isMove)).toHaveLength(moves);
  // Its card is opened as ever.
  await block(board, off).focus();
  await board.page.keyboard.press('Enter');
  await expect(board.page.getByRole('dialog').getByRole('link', { name: off.title })).toBeVisible();
});

test('Escape puts back what the mouse carries, and a click is no carrying', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await openBoard(world);
  await carry(board, job, HOUR, 'Ben Ito');
  await expect(ghost(board)).toBeVisible();
  await board.page.keyboard.press('Escape');
  await expect(ghost(board)).toBeHidden();
  await board.page.mouse.up();
  await expect(blockOf(board, 'Anna Berg', job)).toBeVisible();
  await expect(board.page.getByRole('dialog')).toBeHidden();
  await block(board, job).click();
  await expect(board.page.getByRole('dialog').getByRole('link', { name: job.title })).toBeVisible();
  expect(world.officeLine.log.filter(isMove)).toHaveLength(0);
});

test('by the keyboard alone: lifted, moved by quarters, hours and rows, put back and dropped', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await openBoard(world);
  const { keyboard } = board.page;
  const quarter = Math.floor(job.starts / QUARTER) * QUARTER + QUARTER;
  await block(board, job).focus();
  await keyboard.press('m');
  await expect(said(board)).toHaveText(text('board.lifted', { job: job.number }));
  await keyboard.press('ArrowRight');
  await expect(said(board)).toHaveText(await spot(world, 'Anna Berg', quarter, job));
  await expect(ghost(board)).toHaveText(await spot(world, 'Anna Berg', quarter, job));
  await keyboard.press('Shift+ArrowRight');
  await expect(said(board)).toHaveText(await spot(world, 'Anna Berg', quarter + HOUR, job));
  await keyboard.press('ArrowDown');
  await expect(said(board)).toHaveText(await spot(world, 'Ben Ito', quarter + HOUR, job));
  await keyboard.press('Escape');
  await expect(said(board)).toHaveText(text('board.put_back'));
  await expect(ghost(board)).toBeHidden();
  expect(world.officeLine.log.filter(isMove)).toHaveLength(0);
  await expect(block(board, job)).toBeFocused();
  // From its card, and dropped.
  await keyboard.press('Enter');
  await board.page.getByRole('dialog').getByRole('button', { name: text('board.by_keys') }).press('Enter');
  await expect(said(board)).toHaveText(text('board.lifted', { job: job.number }));
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowRight');
  await expect(said(board)).toHaveText(await spot(world, 'Ben Ito', quarter, job));
  await keyboard.press('Enter');
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  await expect(blockOf(board, 'Ben Ito', job)).toBeFocused();
  expect(await onServer(world, job)).toMatchObject({ name: 'Ben Ito', starts: quarter });
});

test('the card has fields for whose and when, without any dragging', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await openBoard(world);
  const at = await clock(world);
  await block(board, job).click();
  const card = board.page.getByRole('dialog');
  const start = card.getByLabel(text('board.starts', { job: job.number }));
  await expect(start).toHaveValue(new RegExp(`T${at(job.starts)}$`));
  const day = (await start.inputValue()).split('T')[0];
  await start.fill('');
  await expect(card.getByText(text('edit.no_time'))).toBeVisible();
  const later = nearest(job.starts + 2 * HOUR);
  await start.fill(`${day}T${at(later)}`);
  await card.getByRole('button', { name: text('board.move_now', { job: job.number, name: 'Anna Berg', time: '' }).trim() }).click();
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  await expect(card).toBeHidden();
  await expect(block(board, job)).toBeFocused();
  expect(await onServer(world, job)).toEqual({ name: 'Anna Berg', starts: later, ends: later + job.ends - job.starts });
});

test('a job that somebody is at is taken from them only after a word about their phone; another time needs none', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.expectUnsent(0);
  const board = await openBoard(world);
  await expect(block(board, job)).toHaveAccessibleName(/En route/);
  const moves = () => world.officeLine.log.filter(isMove).length;
  await carry(board, job, 0, 'Ben Ito');
  await board.page.mouse.up();
  await expect(question(board)).toBeVisible();
  await expect(question(board).getByText(text('office.in_hand', { name: 'Anna Berg', time: '' }).replace(/ ?\.$/, ''))).toBeVisible();
  await expect(question(board).getByText(text('office.reassigning'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await board.page.keyboard.press('Escape');
  await expect(question(board)).toBeHidden();
  await expect(blockOf(board, 'Anna Berg', job)).toBeVisible();
  expect(moves()).toBe(0);
  const later = nearest(job.starts + HOUR);
  await carry(board, job, HOUR, 'Anna Berg');
  await board.page.mouse.up();
  await expect(board.page.getByRole('status').getByText(text('board.moved'), { exact: true })).toBeVisible();
  expect(await onServer(world, job)).toMatchObject({ name: 'Anna Berg', starts: later });
  await carry(board, job, 0, 'Ben Ito');
  await board.page.mouse.up();
  await question(board).getByRole('button', { name: text('board.assign_now', { job: job.number, name: 'Ben Ito' }) }).click();
  await expect(board.page.getByRole('status').getByText(text('board.assigned'), { exact: true })).toBeVisible();
  await expect(blockOf(board, 'Ben Ito', job)).toBeVisible();
  expect(await onServer(world, job)).toMatchObject({ name: 'Ben Ito', starts: later });
});

test('with the server away the block goes back, and it is said; so it is where somebody was faster', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const board = await openBoard(world);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await world.officeLine.refuse();
  await carry(board, job, 0, 'Ben Ito');
  await board.page.mouse.up();
  await expect(board.page.getByRole('alert').getByText(text('trouble.no_connection'))).toBeVisible();
  await expect(blockOf(board, 'Anna Berg', job)).toBeVisible();
  await expect(blockOf(board, 'Ben Ito', job)).toHaveCount(0);
  await world.officeLine.accept();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  expect(await onServer(world, job)).toMatchObject({ name: 'Anna Berg', starts: job.starts });
  // The office is on its way to take a job away when another desk changes it.
  let release = (): void => {};
  const isLook: Match = ({ method, path }) => method === 'GET' && path === `/api/v1/jobs/${other.id}`;
  world.officeLine.rule(isLook, { kind: 'hold', until: new Promise<void>((resolve) => (release = resolve)) }, 1);
  await carry(board, other, HOUR, 'Ben Ito');
  await board.page.mouse.up();
  await expect.poll(() => world.officeLine.log.some(isLook)).toBe(true);
  await (await world.client()).edit(other.id, 'title', other.title, 'Pump instead');
  await expect(block(board, other)).toHaveAccessibleName(/Pump instead/);
  release();
  await expect(board.page.getByRole('alert').getByText(text('trouble.changed_meanwhile'))).toBeVisible();
  await expect(blockOf(board, 'Anna Berg', other)).toBeVisible();
  expect(await onServer(world, other)).toMatchObject({ name: 'Anna Berg', starts: other.starts });
});

test('Undo does not run over what somebody has done since', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await openBoard(world);
  await carry(board, job, HOUR, 'Anna Berg');
  await board.page.mouse.up();
  const undo = board.page.getByRole('button', { name: text('common.undo') });
  await undo.focus();
  await (await world.client()).edit(job.id, 'title', job.title, 'Pump instead');
  await expect(block(board, job)).toHaveAccessibleName(/Pump instead/);
  await undo.click();
  await expect(board.page.getByRole('alert').getByText(text('trouble.changed_meanwhile'))).toBeVisible();
  expect(await onServer(world, job)).toMatchObject({ name: 'Anna Berg', starts: nearest(job.starts + HOUR) });
});

test('axe finds nothing while a block is carried', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await openBoard(world);
  for (const colorScheme of ['light', 'dark'] as const) {
    await board.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await block(board, job).focus();
    await board.page.keyboard.press('m');
    await board.page.keyboard.press('ArrowDown');
    await expect(ghost(board)).toBeVisible();
    expect(await axe(board)).toEqual([]);
    await board.page.keyboard.press('Escape');
  }
});

test('figures: a block is carried over thirty technicians with twelve jobs each', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const port = world.server.port;
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/board`, { headers: (await world.client()).headers(port) });
  const whole = (await answer.json()) as { reply: { ok: { technicians: Person[]; jobs: { rev: number; job: Job }[] } } };
  const day = whole.reply.ok;
  const mine = day.jobs.find((one) => one.job.id === job.id) ?? day.jobs[0];
  const people = Array.from({ length: 30 }, (_, n) => day.technicians[n] ?? { ...day.technicians[0], id: randomUUID(), name: `Zoe ${n}` });
  const anna = people.find(({ name }) => name === 'Anna Berg') ?? people[0];
  day.technicians = people;
  day.jobs = people.flatMap((person) =>
    Array.from({ length: 12 }, (_, n) => {
      const starts = mine.job.starts + n * (HOUR / 2);
      const id = person === anna && n === 0 ? mine.job.id : randomUUID();
      const number = id === mine.job.id ? mine.job.number : `N-${people.indexOf(person) * 12 + n}`;
      return { ...mine, job: { ...mine.job, id, number, assignee: person.id, starts, ends: starts + HOUR / 2 } };
    }),
  );
  const body = JSON.stringify(whole);
  const isBoard: Match = ({ path }) => path.startsWith('/api/v1/board');
  world.officeLine.rule(isBoard, { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body });
  const board = await openBoard(world);
  await expect(board.main.getByRole('button', { name: /N-\d+, / })).toHaveCount(359);
  await carry(board, job, 0, people[4].name);
  await board.page.evaluate(() => {
    const gaps: number[] = [];
    let before = performance.now();
    const frame = (): void => {
      const now = performance.now();
      gaps.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { gaps });
  });
  const axis = await board.main.locator('.axis-head .axis-track').boundingBox();
  const [left, width] = [axis?.x ?? 0, axis?.width ?? 0];
  for (let round = 0; round < 4; round += 1) {
    await board.page.mouse.move(left + (round % 2 === 0 ? width * 0.9 : width * 0.1), 300 + 60 * round, { steps: 120 });
  }
  const gaps = await board.page.evaluate(() => (window as unknown as { gaps: number[] }).gaps.sort((one, other) => one - other));
  const at = (share: number) => gaps[Math.floor((gaps.length - 1) * share)].toFixed(1);
  console.log(`  carrying: ${gaps.length} frames, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, slowest ${at(1)} ms`);
  await expect(ghost(board)).toBeVisible();
  await board.page.keyboard.press('Escape');
  await expect(ghost(board)).toBeHidden();
});

interface Person {
  id: string;
  name: string;
}
