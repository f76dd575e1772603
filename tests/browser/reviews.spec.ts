// Work on a job that was given away meanwhile: received with its photo, decided by the office, heard of on the phone.
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment, type Client, type Job } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const NOTE = 'Burner is sooty, cleaned it.';

/** What one author did on one job, as the office is told of it. */
interface Group {
  job: string;
  author: string;
  entries: { mutation: string }[];
}

/** What the phone shows as received. */
const received = (app: App): Locator => app.main.getByRole('group').filter({ hasText: text('reason.received') });

/** Anna notes something and takes a photo in a cellar; meanwhile the job is given to Ben. */
async function tooLate(world: World, job: Job): Promise<App> {
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openNotes();
  await world.line.refuse();
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('burner.png')));
  await app.addNote(NOTE);
  await (await world.client()).assign(job.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await app.goTo('Sync');
  await expect(received(app)).toHaveCount(2);
  // The photo's bytes are there too: what the office decides while they come would be another case each time.
  await app.expectUnsent(0);
  return app;
}

/** The card of what came too late, on the office's page. */
const late = (board: App): Locator => board.main.getByRole('article').filter({ hasText: 'Anna Berg' });

async function inbox(board: App): Promise<void> {
  await board.page.goto('/dispatch/conflicts');
  await expect(board.heading(text('conflict.title'))).toBeVisible();
}

async function photosOf(client: Client, job: Job): Promise<Attachment[]> {
  const all = of<Attachment>(await client.scope(), 'attachment');
  return all.filter((file) => file.job === job.id && file.name.startsWith('burner'));
}

test('what came too late is received with its photo, accepted by the office, and leaves the phone', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  await expect(received(app).filter({ hasText: NOTE })).toContainText(job.number);
  await expect(received(app).getByRole('button')).toHaveCount(0);
  await expect(app.refused).toHaveCount(0);
  // It has arrived: nothing of it is unsent.
  await app.expectUnsent(0);

  await board.main.getByRole('link', { name: text('conflict.link', { count: 2 }), exact: true }).click();
  const card = late(board);
  await expect(card).toHaveCount(1);
  for (const words of [job.number, NOTE, 'burner', text('office.late_has', { name: 'Ben Ito' })]) {
    await expect(card).toContainText(words);
  }
  await expect(card.getByRole('link', { name: text('office.late_file') })).toBeVisible();
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first().click();
  await expect(board.page.getByText(text('conflict.inbox_none'), { exact: true })).toBeVisible();
  // What had the keyboard has gone: it goes on at the page's heading.
  await expect(board.heading(text('conflict.title'))).toBeFocused();

  await app.syncNow();
  await expect(received(app)).toHaveCount(0);
  await expect.poll(() => notesOf(world, job, NOTE, 'ben@nordhaus.example')).toEqual([NOTE]);
  const [photo] = await photosOf(await world.client('ben@nordhaus.example'), job);
  expect(photo.received_at).toBeGreaterThan(0);
});

test('the office accepts onto another job of the same customer', async ({ world }) => {
  const office = await world.client();
  let pair: { job: Job; other: Job } | undefined;
  for (const job of await todaysJobs(world)) {
    if (job.customer === undefined || pair !== undefined) {
      continue;
    }
    const { jobs } = await office.request<{ jobs: { record: Job }[] }>('GET', `/api/v1/customers/${job.customer}?skip=0`);
    const other = jobs.map(({ record }) => record).find(({ id }) => id !== job.id);
    pair = other === undefined ? undefined : { job, other };
  }
  const { job, other } = pair!;
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_onto')}`) }).click();
  await card.getByRole('combobox').selectOption({ value: other.id });
  await card.getByRole('button', { name: text('office.late_accept_there') }).click();
  await expect(card).toHaveCount(0);
  const { records } = await office.request<{ records: { record: { module: string; text?: string } }[] }>('GET', `/api/v1/jobs/${other.id}`);
  const notes = records.filter(({ record }) => record.module === 'note').map(({ record }) => record.text);
  expect(notes).toContain(NOTE);
  await app.syncNow();
  await expect(received(app)).toHaveCount(0);
});

test('what the office declines says who and why, and goes to the log when it was read', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_decline')} `) }).click();
  const reason = card.getByLabel(text('office.late_reason'));
  await card.getByRole('button', { name: text('office.late_decline_now') }).click();
  await expect(card).toContainText(text('office.late_reason_missing'));
  await reason.fill('Ben had cleaned it before');
  await card.getByRole('button', { name: text('office.late_decline_now') }).click();
  await expect(card).toHaveCount(0);

  await app.syncNow();
  await expect(received(app)).toHaveCount(0);
  const told = text('reason.declined', { name: 'Dora Lindner', reason: 'Ben had cleaned it before' });
  // The note shows the photo, and waits behind it.
  await expect(app.refused).toHaveCount(1);
  await expect(app.refused).toContainText(told);
  await expect(app.refused).toContainText(text('counts.waiting_one'));
  expect(await notesOf(world, job, NOTE, 'ben@nordhaus.example')).toEqual([]);
});

test('what cannot be accepted is left out with a reason, and the rest is accepted', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  await (await world.client('ada@nordhaus.example')).request('POST', '/api/v1/rights', { change: 'right', role: 'technician', right: 'add_note', given: false });
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first().click();
  const note = card.getByRole('listitem').filter({ hasText: NOTE });
  await expect(note).toContainText(text('office.late_stops'));
  expect(await axe(board)).toEqual([]);
  // Nothing was done, and nothing is left out yet.
  await expect(card.getByRole('status')).toHaveText('');
  await note.getByRole('button', { name: new RegExp(`^${text('office.late_leave_this')} `) }).click();
  const reason = card.getByLabel(text('office.late_reason'));
  await expect(reason).toBeFocused();
  await expect(note.getByRole('checkbox')).toBeChecked();
  await expect(card.getByRole('status')).toHaveText(text('office.late_left', { count: 1, all: 2 }));
  expect(await axe(board)).toEqual([]);
  const rest = card.getByRole('button', { name: text('office.late_accept_rest'), exact: true });
  await rest.click();
  await expect(card).toContainText(text('office.late_reason_missing'));
  await reason.fill('The office has noted it');
  await rest.click();
  await expect(card).toHaveCount(0);
  await expect(board.heading(text('conflict.title'))).toBeFocused();

  await app.syncNow();
  await expect(received(app)).toHaveCount(0);
  // The photo has gone, the note stands declined, with who and why.
  const told = text('reason.declined', { name: 'Dora Lindner', reason: 'The office has noted it' });
  await expect(app.refused).toHaveCount(1);
  await expect(app.refused).toContainText(told);
  await expect(app.refused).toContainText(NOTE);
  const [photo] = await photosOf(await world.client('ben@nordhaus.example'), job);
  expect(photo.received_at).toBeGreaterThan(0);
  expect(await notesOf(world, job, NOTE, 'ben@nordhaus.example')).toEqual([]);
});

test('a note is left out with the photo that it shows, by the keyboard, and comes back with it', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  const note = card.getByRole('listitem').filter({ hasText: NOTE });
  const photo = card.getByRole('listitem').filter({ hasText: 'burner', hasNotText: NOTE });
  const box = photo.getByRole('checkbox', { name: text('office.late_leave_out') });
  await box.focus();
  await board.page.keyboard.press('Space');
  await expect(note.getByRole('checkbox')).toBeChecked();
  await expect(note.getByRole('checkbox')).toBeDisabled();
  await expect(note).toContainText(text('office.late_tied'));
  // Of nothing there is nothing to accept.
  await expect(card.getByRole('status')).toContainText(text('office.late_none_left'));
  await expect(card.getByLabel(text('office.late_reason'))).toHaveCount(0);
  await expect(box).toBeFocused();
  await board.page.keyboard.press('Space');
  await expect(note.getByRole('checkbox')).not.toBeChecked();
  await expect(note).not.toContainText(text('office.late_tied'));

  await note.getByRole('checkbox').focus();
  await board.page.keyboard.press('Space');
  await expect(photo.getByRole('checkbox')).not.toBeChecked();
  const reason = card.getByLabel(text('office.late_reason'));
  await reason.fill('Not needed');
  // The card follows the job meanwhile: the box keeps the keyboard.
  await note.getByRole('checkbox').focus();
  await (await world.client()).assign(job.id, 'Anna Berg');
  await expect(card).toContainText(text('office.late_has', { name: 'Anna Berg' }));
  await expect(note.getByRole('checkbox')).toBeFocused();
  await expect(note.getByRole('checkbox')).toBeChecked();
  await expect(reason).toHaveValue('Not needed');
  // The button leads to the reason, and takes nothing of what is typed there.
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_accept_rest')} `) }).click();
  await expect(reason).toBeFocused();
  await expect(reason).toHaveValue('Not needed');
  // Whoever gives it up has nothing left out any more, and the keyboard where they can go on.
  await card.getByRole('button', { name: text('common.cancel') }).click();
  await expect(note.getByRole('checkbox')).not.toBeChecked();
  await expect(card.getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first()).toBeFocused();
});

test('the card follows the job while a reason is typed, and the keyboard stays in it', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await expect(card).toContainText(text('office.late_has', { name: 'Ben Ito' }));
  const opener = card.getByRole('button', { name: new RegExp(`^${text('office.late_decline')} `) }).first();
  await expect(opener).toHaveAttribute('aria-expanded', 'false');
  await opener.click();
  const reason = card.getByLabel(text('office.late_reason'));
  await expect(reason).toBeFocused();
  await expect(opener).toHaveAttribute('aria-expanded', 'true');
  await reason.fill('Ben had cleaned');
  // Waits in the office whoever has the job meanwhile.
  await (await world.client()).assign(job.id, 'Anna Berg');
  await expect(card).toContainText(text('office.late_has', { name: 'Anna Berg' }));
  await expect(reason).toHaveValue('Ben had cleaned');
  await expect(reason).toBeFocused();
  await card.getByRole('button', { name: text('common.cancel') }).click();
  await expect(reason).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('whoever is slower hears that nothing was decided, and goes on hearing it', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await tooLate(world, job);
  await expect(received(app)).toHaveCount(2);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await expect(card).toHaveCount(1);
  // From here on this page learns nothing, so that it decides about what is no more: what it asks is held up. What it had
  // asked before has its answer first.
  const isList = ({ method, path }: { method: string; path: string }): boolean => method === 'GET' && path.startsWith('/api/v1/reviews');
  let learn = (): void => {};
  const held = new Promise<void>((resolve) => (learn = resolve));
  const end = world.officeLine.rule(isList, { kind: 'hold', until: held });
  const asked = world.officeLine.log.filter(isList);
  await expect.poll(() => asked.every(({ status }) => status !== undefined)).toBe(true);
  const office = await world.client();
  const { groups } = await office.request<{ groups: Group[] }>('GET', '/api/v1/reviews');
  const [group] = groups;
  const mutations = group.entries.map(({ mutation }) => mutation);
  const decide = { decide: 'decline', reason: 'Not needed' };
  await office.request('POST', '/api/v1/reviews', { job: group.job, author: group.author, mutations, decide });
  await card.getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first().click();
  const said = board.main.getByRole('alert').filter({ hasText: text('office.late_changed') });
  await expect(said).toHaveCount(1);
  end();
  learn();
  await expect(card).toHaveCount(0);
  await expect(said).toBeVisible();
});

test('the office reads that a job was not possible, and why', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await world.line.refuse();
  await app.actions.getByRole('button', { name: text('action.more') }).click();
  await app.page.getByRole('group', { name: text('action.more') }).getByRole('link', { name: text('action.not_possible') }).click();
  const sheet = app.page.getByRole('dialog', { name: text('action.not_possible') });
  await sheet.getByRole('button', { name: text('action.nobody') }).click();
  await app.saving(() => sheet.getByRole('button', { name: text('action.end_not_possible') }).click());
  await expect(sheet).toBeHidden();
  await (await world.client()).assign(job.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await app.goTo('Sync');
  await expect(received(app)).toHaveCount(1);
  const board = await world.board();
  await inbox(board);
  const card = late(board);
  await expect(card.getByRole('listitem').filter({ hasText: text('action.not_possible') })).toContainText(text('action.nobody'));
});

for (const [look, viewport, language, colorScheme] of [
  ['desk', DESK, 'en', 'light'],
  ['phone', PHONE, 'en', 'dark'],
  ['small phone', { width: 320, height: 640 }, 'de', 'light'],
] as const) {
  test(`nothing of what came too late is wider than a ${look}`, async ({ world }) => {
    const jobs = await todaysJobs(world);
    const job = jobs.find(({ customer }) => customer !== undefined) ?? jobs[0];
    const app = await tooLate(world, job);
    await expect(received(app)).toHaveCount(2);
    const board = await world.board('dora@nordhaus.example', { viewport, colorScheme });
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
    await app.page.setViewportSize(viewport);
    await app.page.emulateMedia({ colorScheme });
    await app.page.reload();
    await expect(app.main.getByText(NOTE).first()).toBeVisible();
    await fits(app, 'sync');
    await app.page.goto(`/jobs/${job.id}`);
    await expect(app.main.getByText(NOTE).first()).toBeVisible();
    await fits(app, 'job');
    await board.page.goto('/dispatch/conflicts');
    const card = late(board);
    await expect(card).toHaveCount(1);
    await fits(board, 'office');
    await card.getByRole('button').nth(1).click();
    await expect(card.getByRole('combobox')).toBeVisible();
    await fits(board, 'onto');
    await card.getByRole('button').nth(2).click();
    await expect(card.getByRole('textbox')).toBeVisible();
    await fits(board, 'decline');
    await card.getByRole('checkbox').last().check();
    await expect(card.getByRole('status')).not.toHaveText('');
    await fits(board, 'left-out');
  });
}
