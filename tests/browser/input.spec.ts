// What people and attackers type.
import { randomUUID } from 'node:crypto';
import { notesOf, todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

const NOTE_CHARS = 10_000;
const ODD = [
  '<script>document.title = "stolen"</script><img src="x" onerror="document.title = `stolen`">',
  '👩‍🔧 bleeds 🚿, then 🔧 — all of it in one note 🇩🇪',
  'صمام مكسور في الطابق الثاني',
  'ends with an override \u202Egnp.exe',
  "'; DROP TABLE notes; -- {{ 7 * 7 }} ${7 * 7}",
];

test('odd texts are shown as they are, on the phone and on the board', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await world.board();
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  for (const words of ODD) {
    await app.addNote(words);
    await expect(board.feed.first()).toContainText(words.slice(0, 20));
  }
  await app.expectUnsent(0);
  expect((await notesOf(world, job, '')).filter((note) => ODD.includes(note)).sort()).toEqual([...ODD].sort());
  for (const page of [app.page, board.page]) {
    expect(await page.title()).not.toContain('stolen');
  }
});

test('an empty note is not saved, and the app says why', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  for (const words of ['', '   ', '\n\n']) {
    await app.draftNote(words);
    await app.noteButton.press('Enter');
    await expect(app.page.getByRole('alert').filter({ hasText: text('reason.empty') })).toBeVisible();
    await app.page.getByRole('button', { name: text('common.close') }).click();
  }
  await app.expectUnsent(0);
  expect(await app.timesSaved()).toBe(0);
});

test('the longest note arrives whole, and a longer one cannot be typed', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openNotes();
  await app.noteField.focus();
  // What is inserted goes to whatever has the focus.
  await expect(app.noteField).toBeFocused();
  await app.page.keyboard.insertText('ä'.repeat(NOTE_CHARS + 1));
  await expect.poll(async () => (await app.noteField.inputValue()).length).toBe(NOTE_CHARS);
  await app.saving(() => app.noteButton.click());
  await app.expectUnsent(0);
  expect((await notesOf(world, job, 'ä')).map((note) => note.length)).toEqual([NOTE_CHARS]);
});

test('a longer note from elsewhere is refused, shown, and can be reverted', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const op = { op: 'add_note', note: randomUUID(), job: job.id, text: 'x'.repeat(NOTE_CHARS + 1) };
  expect(await app.tellWorker({ type: 'enqueue', ops: [op] })).toEqual({ type: 'enqueued', count: 1 });
  await app.syncNow();
  await expect(app.refused).toContainText(text('reason.too_long', { max: NOTE_CHARS }));
  await app.expectUnsent(1);
  expect(await notesOf(world, job, 'x')).toEqual([]);
  await app.revert();
  await app.expectUnsent(0);
});
