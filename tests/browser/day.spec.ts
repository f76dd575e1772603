// The day around a job's page: what the app claims, what the office changed, lists, pickers, numbers.
import type { Page } from '@playwright/test';
import type { App } from './support/app';
import { Day } from './support/day';
import { todaysJobs } from './support/jobs';
import { of, type Job, type Question } from './support/office';
import { isFile } from './support/proxy';
import { sharePhoto } from './support/share';
import { text } from './support/texts';
import { hurryClock } from './support/time';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

/** Counts the taps on the page from now on. */
async function countTaps(app: App): Promise<() => Promise<number>> {
  const taps = await app.page.evaluateHandle(() => {
    const taps = { count: 0 };
    addEventListener('pointerdown', () => (taps.count += 1), { capture: true });
    return taps;
  });
  return () => taps.evaluate(({ count }) => count);
}

/** Resolves when the page says so, from now on: such a message leaves by itself, and whoever looks late has missed it. */
function saying(page: Page, words: string): Promise<void> {
  const listen = (words: string): Promise<void> =>
    new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if ([...document.querySelectorAll('[role=status]')].some((said) => said.textContent?.trim() === words)) {
          observer.disconnect();
          resolve();
        }
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
  return page.evaluate(listen, words);
}

/** What stands in each list of a page, line by line, from one look at it: a list may go while others are looked at. */
function listsOf(snapshot: string): string[][] {
  const lines = snapshot.split('\n');
  const depth = (line: string) => line.search(/\S/);
  return lines.flatMap((line, at) => {
    if (!/^\s*- '?list\b/.test(line)) {
      return [];
    }
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((other) => depth(other) <= depth(line));
    return [(end < 0 ? rest : rest.slice(0, end)).map((inner) => inner.trim())];
  });
}

test('everything is sent only when no photo, no file and no refused change waits', async ({ world }) => {
  const office = await world.client();
  const [job, taken] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const everything = app.main.getByText(text('today.all_sent'));
  const nothing = app.main.getByText(text('sync.nothing_pending_hint'));
  await expect(everything).toBeVisible();
  await app.goTo('Sync');
  await expect(nothing).toBeVisible();

  // The server has no room for files.
  const full = world.line.rule(isFile, { kind: 'answer', status: 507 });
  await sharePhoto(app.page, 'meter.png');
  await app.page.getByLabel(text('share.search')).fill(job.number);
  await app.saving(() => app.page.getByRole('button', { name: job.number }).click());
  await app.syncNow();
  await app.expectUnsent(1);
  const photo = text('counts.photo');
  await expect(app.main.getByText(text('files.changes_arrived', { files: photo }))).toBeVisible();
  await expect(nothing).toBeHidden();
  await app.goTo('Today');
  await expect(app.main.getByText(text('today.unsent', { what: photo }))).toBeVisible();
  await expect(everything).toBeHidden();

  await app.openJob(taken.number);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await app.setStatus('En route');
  await office.assign(taken.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await expect(app.main.getByText(text('sync.waiting'))).toBeHidden();
  await app.goTo('Today');
  await expect(app.main.getByText(text('today.unsent', { what: `${text('counts.change')}, ${photo}` }))).toBeVisible();

  full();
  await app.syncNow();
  await app.expectUnsent(1);
  await app.revert();
  await app.goTo('Today');
  await expect(everything).toBeVisible();
});

test('a number that can be read as two is asked about, and Enter submits no form', async ({ world }) => {
  const takesOne = ({ kind, when }: Question) => kind.kind === 'number' && when === undefined && Number(kind.min) <= 1 && Number(kind.max) >= 1;
  const job = (await todaysJobs(world)).find(({ checklist = [] }) => checklist.some(takesOne));
  const question = job?.checklist?.find(takesOne);
  if (job === undefined || question === undefined) {
    throw new Error('the demo has no such question');
  }
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openTab(text('job.tab_checklist'));
  await world.line.refuse();
  const input = new Day(app).input(question);
  // With either separator: the language of the screen does not say which of them somebody means.
  for (const typed of ['1.000', '1,000']) {
    await input.fill(typed);
    await input.press('Enter');
    await expect(input).toHaveAccessibleDescription(new RegExp(text('answer.two_meanings', { one: '1000', other: '1' }).replace('?', '\\?')));
  }
  await app.expectUnsent(0);
  await app.saving(() => app.page.getByRole('button', { name: text('answer.mean', { number: '1' }), exact: true }).click());
  await expect(input).toHaveValue('1');
  await app.expectUnsent(1);

  await app.editJob();
  // A new page's heading takes the focus with the next frame, from whoever has it then.
  await expect(app.heading(text('pages.edit_job'))).toBeFocused();
  await app.field('title').fill('Scanned: 4006381333931');
  await app.field('title').press('Enter');
  await expect(app.field('title')).toBeFocused();
  await expect(app.heading(text('pages.edit_job'))).toBeVisible();
  await app.expectUnsent(1);
});

test('a new job for a known customer: its place comes by itself, a slip of the finger finds it, four taps', async ({ world }) => {
  const all = await (await world.client(ANNA)).scope();
  const customers = of<{ id: string; name: string }>(all, 'customer');
  const places = of<{ id: string; customer?: string }>(all, 'property');
  const placesOf = (id: string) => places.filter(({ customer }) => customer === id);
  const isPlain = (name: string) => /^[A-Za-z]+ [A-Za-z]{8,}$/.test(name) && customers.filter((other) => other.name === name).length === 1;
  const customer = customers.find(({ id, name }) => placesOf(id).length === 1 && isPlain(name));
  if (customer === undefined) {
    throw new Error('the demo has no such customer');
  }
  const { app } = await world.primedPhone();
  const taps = await countTaps(app);
  await app.page.getByRole('link', { name: text('job.new') }).click();
  await app.field('title').fill('Valve drips');
  const group = app.page.getByRole('group', { name: text('job.customer') });
  // The last letter but two is missing.
  await group.getByRole('searchbox').fill(`${customer.name.slice(0, -3)}${customer.name.slice(-2)}`);
  await group.getByRole('radio', { name: customer.name }).click();
  await app.field('priority').selectOption({ label: text('priority.urgent') });
  await app.saving(() => app.saveButton.click());
  await expect(app.heading('Valve drips')).toBeVisible();
  expect(await taps()).toBeLessThanOrEqual(4);
  await app.expectUnsent(0);
  const made = of<Job>(await (await world.client(ANNA)).scope(), 'job').find(({ title }) => title === 'Valve drips');
  expect(made).toMatchObject({ customer: customer.id, property: placesOf(customer.id)[0].id, priority: 'urgent' });
});

test('the office is asked before a job goes to somebody else, and each card says which job', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  await board.page.getByRole('link', { name: text('board.as_list') }).click();
  const whose = board.page.getByRole('combobox', { name: text('board.assign', { job: job.number }) });
  const assignee = async () => (await (await world.client()).board()).jobs.find((found) => found.job.id === job.id)?.job.assignee;
  const before = await assignee();
  await whose.selectOption({ label: 'Ben Ito' });
  const sure = board.page.getByRole('button', { name: text('board.assign_now', { job: job.number, name: 'Ben Ito' }) });
  await expect(sure).toBeVisible();
  expect(await assignee()).toBe(before);
  await board.page.getByRole('listitem').filter({ has: whose }).getByRole('button', { name: text('common.cancel') }).click();
  await expect(sure).toBeHidden();
  await expect(whose).toHaveValue(before ?? '');
  await whose.selectOption({ label: 'Ben Ito' });
  const said = saying(board.page, text('board.assigned'));
  await sure.click();
  await said;
  await expect(board.page.getByRole('region', { name: 'Ben Ito' }).getByRole('combobox')).not.toHaveCount(0);
  expect(await assignee()).not.toBe(before);
});

test('the next job has the number of its customer to call', async ({ world }) => {
  const { app } = await world.primedPhone();
  const all = await (await world.client(ANNA)).scope();
  const customers = of<{ id: string; name: string; phone?: string }>(all, 'customer');
  const call = app.main.getByRole('link', { name: new RegExp(`^${text('records.call')} `) });
  await expect(call).toHaveCount(1);
  const name = (await call.getAttribute('href'))?.replace('tel:', '') ?? '';
  const digits = (phone = '') => phone.replace(/\(0\)|[^\d+]/g, '');
  expect(customers.map(({ phone }) => digits(phone))).toContain(name);
});

test('new and changed jobs are marked until they are opened, own changes are not', async ({ world }) => {
  const office = await world.client();
  const [changed, own] = await todaysJobs(world);
  const [given] = await todaysJobs(world, 'ben@nordhaus.example');
  const { app } = await world.primedPhone();
  await app.goTo('Jobs');
  const row = ({ number }: Job) => app.main.getByRole('listitem').filter({ hasText: number });
  const mark = (job: Job, key: string) => row(job).getByText(text(`marks.${key}`), { exact: true });
  await expect(row(changed)).toBeVisible();
  await expect(app.main.getByText(text('marks.new'), { exact: true })).toHaveCount(0);

  await app.openJob(own.number);
  await app.edit('title', 'My own words');
  await office.edit(changed.id, 'title', changed.title, 'Bring the long ladder');
  await office.assign(given.id, 'Anna Berg');
  await app.syncNow();
  await app.goTo('Jobs');
  await app.page.getByRole('searchbox').fill('');
  await expect(mark(changed, 'changed')).toBeVisible();
  await expect(mark(given, 'new')).toBeVisible();
  await expect(mark(own, 'changed')).toHaveCount(0);
  await app.page.reload();
  await expect(mark(given, 'new')).toBeVisible();
  await app.openJob(changed.number);
  await expect(app.heading('Bring the long ladder')).toBeVisible();
  await app.openJob(given.number);
  await expect(app.heading(given.title)).toBeVisible();
  await app.goTo('Jobs');
  await app.page.getByRole('searchbox').fill('');
  await expect(row(changed)).toBeVisible();
  await expect(mark(changed, 'changed')).toHaveCount(0);
  await expect(mark(given, 'new')).toHaveCount(0);
});

test('within a list no two buttons, links or fields are called the same', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.page.setViewportSize({ width: 390, height: 844 });
  const found: string[] = [];
  let looked = 0;
  const look = async (where: App, name: string): Promise<void> => {
    await expect(where.main.locator('.skeleton')).toHaveCount(0);
    for (const lines of listsOf(await where.main.ariaSnapshot())) {
      const names = lines.filter((line) => /^- (button|link|combobox|textbox) "/.test(line)).map((line) => line.replace(/:$/, ''));
      looked += names.length;
      found.push(...names.filter((line, at) => names.indexOf(line) !== at).map((line) => `${name}: ${line}`));
    }
  };
  for (const page of ['Today', 'Jobs', 'Sync', 'Settings']) {
    await app.goTo(page);
    await look(app, page);
  }
  await app.goTo('Jobs');
  await app.page.getByRole('link', { name: text('job.new') }).click();
  await expect(app.heading(text('pages.new_job'))).toBeVisible();
  await look(app, 'New job');
  const board = await world.board();
  await expect(board.page.getByRole('combobox').first()).toBeVisible();
  await look(board, 'Board');
  expect(found).toEqual([]);
  expect(looked, 'the lists have something in them').toBeGreaterThan(20);
});

test('the day ends with how long was driven and worked so far', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await hurryClock(app.page);
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.expectUnsent(0);
  // A contact would set the hurried clock right, also one that is still being read: after it a pass fails.
  await world.line.refuse();
  await app.syncNow();
  await expect(app.status).toHaveText('Working offline');
  await app.page.clock.fastForward('00:20:00');
  await app.goTo('Today');
  const sum = app.main.getByRole('paragraph').filter({ hasText: text('job.time_today') });
  await expect(sum).toContainText(new RegExp(text('job.travel_sum', { time: '(\\d+ h )?[1-9]\\d* min' })));
});
