// Photos and files that come from elsewhere: kept on the phone, newest first, as many as its user wants, and never in the way of
// what is captured.
import { randomBytes } from 'node:crypto';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';

/** Files of the job that another device has sent, one after the other; their names. */
async function fromElsewhere(world: World, job: Job, ...lengths: number[]): Promise<string[]> {
  const client = await world.client(ANNA);
  const names = [];
  for (const length of lengths) {
    const bytes = randomBytes(length);
    const id = await client.addAttachment(job.id, bytes);
    await client.sendFile(id, bytes);
    names.push(`${id}.bin`);
  }
  return names;
}

/** The line of a file at its job says how it stands. */
function stateOf(app: App, name: string) {
  const button = app.page.getByRole('button', { name }).and(app.page.locator('.thumb'));
  return app.page.getByRole('listitem').filter({ has: button });
}

const [, needsConnection] = text('files.needs_connection', { state: '|' }).split('|');

test('files that another device added open without a network, and the phone says which do not', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await app.goTo('Settings');
  await app.main.getByRole('button', { name: text('settings.copies_none'), exact: true }).click();
  const [first, second] = await fromElsewhere(world, job, 300_000, 600_000);
  await app.syncNow();
  await app.openJob(job.number);
  await app.openNotes();
  const viewer = (name: string) => app.page.getByRole('dialog', { name });
  await expect(stateOf(app, first)).toContainText(needsConnection);
  await expect(stateOf(app, second)).toContainText(needsConnection);
  await world.line.refuse();
  await stateOf(app, first).locator('.thumb').click();
  await expect(viewer(first).getByText(text('files.at_office'))).toBeVisible();
  await viewer(first).getByRole('button', { name: text('common.close') }).click();

  await world.line.accept();
  await app.goTo('Settings');
  await app.main.getByRole('button', { name: '50 MB', exact: true }).click();
  await app.openJob(job.number);
  await app.openNotes();
  await expect(stateOf(app, first)).not.toContainText(needsConnection);
  await expect(stateOf(app, second)).not.toContainText(needsConnection);
  await phone.setOffline(true);
  await stateOf(app, second).locator('.thumb').click();
  await expect(viewer(second).getByRole('link', { name: text('files.keep_copy') })).toBeVisible();
});

test('a photo that does not fit makes copies go, and is refused with what is missing when none is left', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const [name] = await fromElsewhere(world, job, 8_000_000);
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const estimate = (): Promise<StorageEstimate> => Promise.resolve({ usage: 0, quota: Number(localStorage.getItem('test-room') ?? 1e9) });
    Object.assign(navigator.storage, { estimate });
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.openJob(job.number);
  await app.openNotes();
  await expect(stateOf(app, name)).not.toContainText(needsConnection);

  // What is picked from here on does not arrive: then it would be a copy too, and could go.
  await world.line.refuse();
  await app.page.evaluate(() => localStorage.setItem('test-room', String(4_500_000)));
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  const pick = (of: string) => group.getByLabel(text('files.choose_file')).setInputFiles({ name: of, mimeType: 'application/octet-stream', buffer: randomBytes(1_000_000) });
  await app.saving(() => pick('first.bin'));
  await expect(stateOf(app, name), 'the copy went').toContainText(needsConnection);

  await app.page.evaluate(() => localStorage.setItem('test-room', String(4_194_304 + 400_000)));
  await pick('second.bin');
  await expect(app.page.getByText(text('trouble.no_room', { size: '600 kB' }))).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'second.bin' })).toHaveCount(0);
  // What was saved before is there, and arrives.
  await expect(stateOf(app, 'first.bin')).toBeVisible();
  await app.page.evaluate(() => localStorage.removeItem('test-room'));
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const client = await world.client(ANNA);
  const files = of<Attachment>(await client.scope(), 'attachment');
  const arrived = files.filter((file) => file.received_at !== undefined).map((file) => file.name);
  expect(arrived.filter((file) => ['first.bin', 'second.bin'].includes(file))).toEqual(['first.bin']);
});
