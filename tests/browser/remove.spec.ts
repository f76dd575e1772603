// What a technician wrote or took is removed again: before the office has heard of it, and after.
import type { App } from './support/app';
import { of, type Job } from './support/office';
import { todaysJobs } from './support/jobs';
import { picture } from './support/picture';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';

/** How much of a kind the office has for a job. */
async function atTheOffice(world: World, kind: string, job: Job): Promise<number> {
  const all = of<{ job: string }>(await (await world.client(ANNA)).scope(), kind);
  return all.filter((one) => one.job === job.id).length;
}

async function confirm(app: App): Promise<void> {
  const sheet = app.page.getByRole('dialog').filter({ hasText: text('files.remove_hint') });
  await sheet.getByRole('button', { name: text('files.remove'), exact: true }).click();
  await expect(sheet).toBeHidden();
}

test('a photo is removed before its note, and a note with its photos, without a network', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const before = { notes: await atTheOffice(world, 'note', job), photos: await atTheOffice(world, 'attachment', job) };
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.page.goto(`/jobs/${job.id}?tab=notes`);
  const shots = [1, 2, 3].map((n) => ({ name: `shot-${n}.png`, mimeType: 'image/png', buffer: picture(n) }));
  await app.saving(() => app.page.getByLabel(text('files.choose'), { exact: true }).setInputFiles(shots));
  const picked = app.page.getByRole('list', { name: text('job.with_note') });
  await expect(picked.getByRole('listitem')).toHaveCount(3);
  // The question has a way out.
  const cross = picked.getByRole('button', { name: /shot-2/ }).last();
  const question = app.page.getByRole('dialog', { includeHidden: true });
  await cross.click();
  await expect(question).toBeVisible();
  await app.page.keyboard.press('Escape');
  // Not only closed: the page hears of that a moment later, and would take the next question away.
  await expect(question).toHaveCount(0);
  await expect(picked.getByRole('listitem')).toHaveCount(3);
  await cross.click();
  await confirm(app);
  await expect(picked.getByRole('listitem')).toHaveCount(2);
  await app.addNote('Wrong boiler');
  const note = app.note('Wrong boiler');
  await note.getByRole('button', { name: text('files.remove_note', { text: 'Wrong boiler' }) }).click();
  await expect(app.page.getByRole('dialog')).toContainText(text('files.remove_many'));
  await confirm(app);
  await expect(note).toHaveCount(0);
  await app.addNote('Right boiler');
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect.poll(() => atTheOffice(world, 'note', job)).toBe(before.notes + 1);
  expect(await atTheOffice(world, 'attachment', job)).toBe(before.photos);
});

test('what the office has is removed there too, and the board says so', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const before = await atTheOffice(world, 'note', job);
  const board = await world.board();
  const { app } = await world.primedPhone();
  await app.page.goto(`/jobs/${job.id}?tab=notes`);
  await app.addNote('Written in a hurry');
  await app.expectUnsent(0);
  expect(await atTheOffice(world, 'note', job)).toBe(before + 1);
  await world.line.refuse();
  await app.note('Written in a hurry').getByRole('button', { name: /Written in a hurry/ }).click();
  await confirm(app);
  await expect(app.note('Written in a hurry')).toHaveCount(0);
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect(board.feed.filter({ hasText: text('board.withdrew_note') })).toHaveCount(1);
  expect(await atTheOffice(world, 'note', job)).toBe(before);
  // Notes of others stay theirs.
  await app.page.goto(`/jobs/${job.id}?tab=notes`);
  await expect(app.note('Written in a hurry')).toHaveCount(0);
});
