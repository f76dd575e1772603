// A photo or a text that another app shares with this one gets its job, with no network, and is its user's alone.
import { of, type Attachment } from './support/office';
import { notesOf, todaysJobs } from './support/jobs';
import { sharePhoto, shareText } from './support/share';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a shared photo goes to the chosen job without a network and arrives once', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await sharePhoto(app.page, 'Zähler im Keller.png');
  await expect(app.heading(text('pages.share'))).toBeVisible();
  await expect(app.page.getByRole('list', { name: text('share.files') })).toContainText('Zähler im Keller.png');
  await app.page.reload();
  await app.page.getByLabel(text('share.search')).fill(job.number);
  await app.saving(() => app.page.getByRole('button', { name: job.number }).click());
  await expect(app.page.getByRole('button', { name: 'Zähler im Keller' }).first()).toBeVisible();
  await app.page.goto('/share');
  await expect(app.page.getByText(text('share.none'))).toBeVisible();

  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const all = await (await world.client('anna@nordhaus.example')).scope();
  const sent = of<Attachment>(all, 'attachment').filter((attachment) => attachment.name.startsWith('Zähler im Keller'));
  expect(sent.map(({ job }) => job)).toEqual([job.id]);
  expect(sent[0].thumbnail ?? '').not.toBe('');
});

test('a shared text becomes a note of the chosen job without a network and arrives once', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  // Some apps say the address in the text and beside it.
  await shareText(app.page, {
    title: 'Schlüssel beim Hausmeister',
    text: 'Code 4711\nSiehe https://example.org/plan',
    url: 'https://example.org/plan',
  });
  await expect(app.heading(text('pages.share'))).toBeVisible();
  const waiting = app.page.getByRole('list', { name: text('share.files') }).getByRole('listitem');
  await expect(waiting).toHaveCount(1);
  await expect(waiting).toContainText('Schlüssel beim Hausmeister Code 4711');
  await app.page.reload();
  await app.page.getByLabel(text('share.search')).fill(job.number);
  await app.saving(() => app.page.getByRole('button', { name: job.number }).click());
  await expect(app.note('Code 4711')).toHaveCount(1);
  await app.expectUnsent(1);
  await app.page.goto('/share');
  await expect(app.page.getByText(text('share.none'))).toBeVisible();

  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const note = 'Schlüssel beim Hausmeister\nCode 4711\nSiehe https://example.org/plan';
  expect(await notesOf(world, job, 'Schlüssel')).toEqual([note]);
  const all = await (await world.client('anna@nordhaus.example')).scope();
  expect(of<Attachment>(all, 'attachment').filter(({ name }) => name.startsWith('text')), 'a note and no file').toEqual([]);
});

test('what was shared is for whoever was signed in then, and for nobody who signs in later', async ({ world }) => {
  const { app } = await world.primedPhone();
  await shareText(app.page, { text: 'For Anna alone' });
  await expect(app.heading(text('pages.share'))).toBeVisible();
  const shared = app.page.getByText('For Anna alone');
  await expect(shared).toBeVisible();
  await app.signOut();
  await app.signIn('ben@nordhaus.example');
  await app.page.goto('/share');
  // Said only once it has been looked for.
  await expect(app.page.getByText(text('share.none'))).toBeVisible();
  await expect(shared).toHaveCount(0);
  await app.signOut();
  await app.signIn('anna@nordhaus.example');
  await app.page.goto('/share');
  await expect(shared).toBeVisible();
});
