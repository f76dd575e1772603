// A photo that another app shares with this one gets its job, with no network.
import { of, type Attachment } from './support/office';
import { todaysJobs } from './support/jobs';
import { sharePhoto } from './support/share';
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
