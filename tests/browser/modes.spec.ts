// How a phone holds its company's data: live, without a network, with the offline feature off, and a switch in the middle
// of unsent work.
import { createHash } from 'node:crypto';
import { RECENT, type App } from './support/app';
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { isFile, isPush } from './support/proxy';
import { run } from './support/server';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const live = text('today.live', { count: RECENT });
const hybrid = text('today.hybrid', { count: RECENT });

const set = (world: World, ...rules: string[]) => run('company', 'set', 'nordhaus', ...rules, '--data', world.data);

/** Jobs of Anna's that nothing was done on, in the order of their days. */
async function jobsOf(world: World): Promise<Job[]> {
  const { jobs } = await (await world.client(ANNA)).records();
  const untouched = jobs.filter(({ status, acceptance }) => status === 'scheduled' && acceptance === undefined);
  return untouched.sort((one, other) => one.starts - other.starts);
}

async function signedIn(world: World) {
  const phone = await world.phone();
  const app = await phone.open();
  await app.signIn(ANNA);
  return { phone, app };
}

const part = (app: App) => app.main.getByText(text('today.part_cut', { count: RECENT }));

test('online a phone is live; without a network it has the schedule and the last ten records, and goes back to live by itself', async ({ world }) => {
  test.slow();
  await set(world, '--mode', 'online');
  const [office, another] = await Promise.all([world.client(), world.client(ANNA)]);
  const jobs = await jobsOf(world);
  const opened = jobs.slice(0, RECENT);
  const [unopened] = jobs.slice(RECENT);
  for (const job of opened) {
    await another.addNote(job.id, `Noted on ${job.number}`);
  }
  const { phone, app } = await signedIn(world);
  await expect(app.main.getByText(live)).toBeVisible();
  await expect(app.status).toHaveText(text('connection.live'));

  // What hangs on a job comes when it is opened, and what others change is seen at once.
  for (const job of opened) {
    await app.openJob(job.number);
    await app.openNotes();
    await expect(app.note(`Noted on ${job.number}`)).toBeVisible();
  }
  await another.addNote(opened[RECENT - 1].id, 'From the van');
  await expect(app.note('From the van')).toBeVisible();
  const [today] = await todaysJobs(world);
  await app.goTo('Today');
  const link = app.main.getByRole('link', { name: today.title }).first();
  await expect(link).toBeVisible();
  await office.assign(today.id, 'Ben Ito');
  await expect(app.main.getByRole('listitem').filter({ hasText: text('job.gone_to', { name: 'Ben Ito' }) })).toContainText(today.title);
  await office.assign(today.id, 'Anna Berg');
  await expect(link).toBeVisible();

  await phone.setOffline(true);
  await expect(app.status).toHaveText(text('connection.offline'));
  await expect(app.main.getByText(hybrid)).toBeVisible();
  for (const job of opened.filter(({ id }) => id !== today.id)) {
    await app.openJob(job.number);
    await app.openNotes();
    await expect(app.note(`Noted on ${job.number}`)).toBeVisible();
    await expect(part(app)).toHaveCount(0);
  }
  const last = opened.findLast(({ id }) => id !== today.id) ?? opened[0];
  await app.addNote('Written in hybrid');
  await app.expectUnsent(1);
  await app.openJob(unopened.number);
  await expect(part(app)).toBeVisible();

  await phone.setOffline(false);
  await expect(part(app)).toHaveCount(0);
  await app.expectUnsent(0);
  await expect(app.status).toHaveText(text('connection.live'));
  await expect.poll(() => notesOf(world, last, 'Written')).toEqual(['Written in hybrid']);
  await app.openLog();
  await expect(app.main.getByText(text('conflict.none_live'))).toBeVisible();
});

test('a job that is made in hybrid is on its phone at once, and arrives by itself at the office and on a second phone', async ({ world }) => {
  await world.hold('online');
  const office = await world.client();
  const { phone, app } = await world.primedPhone();
  const { app: tablet } = await world.primedPhone();
  await phone.setOffline(true);
  await expect(app.main.getByText(hybrid)).toBeVisible();
  await app.goTo('Jobs');
  await app.page.getByRole('link', { name: text('job.new'), exact: true }).click();
  await app.field('title').fill('Found in hybrid');
  await app.saving(() => app.saveButton.click());
  await expect(app.heading('Found in hybrid')).toBeVisible();
  // What hangs on it is all here: it was made here.
  await expect(part(app)).toHaveCount(0);
  await app.addNote('Behind the boiler');
  await app.expectUnsent(2);
  // Opened anew, without a network still.
  await app.page.reload();
  await app.openNotes();
  await expect(app.note('Behind the boiler')).toBeVisible();
  await app.expectUnsent(2);
  const found = async () => (await office.board()).jobs.map(({ job }) => job).filter(({ title }) => title === 'Found in hybrid');
  expect(await found()).toEqual([]);

  await phone.setOffline(false);
  await app.expectUnsent(0);
  await expect(app.status).toHaveText(text('connection.live'));
  await expect.poll(async () => (await found()).length).toBe(1);
  const [made] = await found();
  expect(await notesOf(world, made, 'Behind')).toEqual(['Behind the boiler']);
  // The other phone of its user is live: nobody taps there.
  await tablet.goTo('Jobs');
  await tablet.page.getByRole('link', { name: 'Found in hybrid' }).click();
  await expect(tablet.heading('Found in hybrid')).toBeVisible();
  await tablet.openNotes();
  await expect(tablet.note('Behind the boiler')).toBeVisible();
});

test('the mode is switched while photos wait, both ways: they arrive whole, and the office goes on writing', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const [office, own] = await Promise.all([world.client(), world.client(ANNA)]);
  const { phone, app } = await world.primedPhone();
  const photos = async () => of<Attachment>(await own.scope(), 'attachment').filter((file) => file.job === job.id && file.kind === 'photo');
  const received = async () => (await photos()).filter(({ received_at }) => received_at !== undefined);
  const before = (await received()).length;
  const waits = app.main.getByText(text('job.waits_here'), { exact: true });
  await app.openJob(job.number);
  for (const [round, mode] of (['online', 'offline'] as const).entries()) {
    await phone.setOffline(true);
    await app.openNotes();
    const group = app.page.getByRole('group', { name: text('job.add_photo') });
    await app.saving(() => group.getByLabel(text('files.choose')).setInputFiles(nextPicture(`switched-${mode}.png`)));
    await app.page.getByRole('button', { name: text('job.without_note') }).click();
    await expect(waits).toHaveCount(1);
    await app.expectUnsent(1);
    await set(world, '--mode', mode);
    await office.addNote(job.id, `Office, ${mode}`);
    // No byte goes before the phone has heard of the mode: the photo waits on the other side of it too.
    const through = world.line.rule(isFile, { kind: 'drop' });
    await phone.setOffline(false);
    await app.page.goto('/today');
    await (mode === 'online' ? expect(app.main.getByText(live)).toBeVisible() : app.waitReady());
    await app.page.goto(`/jobs/${job.id}`);
    await app.openNotes();
    await expect(app.note(`Office, ${mode}`)).toBeVisible();
    await app.expectUnsent(1);
    expect(await received()).toHaveLength(before + round);
    through();
    await app.syncNow();
    await app.expectUnsent(0);
    await app.page.goto(`/jobs/${job.id}`);
    await expect.poll(received).toHaveLength(before + round + 1);
  }
  // Each once, and what the server has is what was registered.
  const arrived = (await photos()).filter(({ name }) => name.startsWith('switched-'));
  expect(arrived.map(({ name }) => name.split('.')[0]).sort()).toEqual(['switched-offline', 'switched-online']);
  for (const photo of arrived) {
    expect(createHash('sha256').update(await own.file(photo.id)).digest('hex'), photo.name).toBe(photo.sha256);
  }
});

test('the mode is switched in the middle of unsent work, both ways, and nothing is lost', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await app.openJob(job.number);
  await phone.setOffline(true);
  await app.addNote('Switch to online');
  await app.expectUnsent(1);
  await set(world, '--mode', 'online');
  await phone.setOffline(false);
  await app.page.goto('/today');
  await expect(app.main.getByText(live)).toBeVisible();
  await app.expectUnsent(0);

  await app.openJob(job.number);
  await app.openNotes();
  await expect(app.note('Switch to online')).toBeVisible();
  await phone.setOffline(true);
  await app.addNote('Switch to offline');
  await set(world, '--mode', 'offline');
  await phone.setOffline(false);
  await app.page.goto('/today');
  await app.waitReady();
  await app.expectUnsent(0);
  await expect.poll(async () => (await notesOf(world, job, 'Switch')).sort()).toEqual(['Switch to offline', 'Switch to online']);
});

test('with the offline feature off the app works online, says so, and keeps what is unsent; on again it gets ready', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await app.goTo('Settings');
  const feature = app.page.getByRole('switch', { name: text('settings.offline_label') });
  await expect(feature).toBeChecked();
  const ready = app.main.getByText(/^Ready for offline use since /);
  await expect(ready).toBeVisible();
  await feature.click();
  await expect(app.main.getByText(text('settings.offline_off'))).toBeVisible();
  await expect(feature).not.toBeChecked();

  // What is saved is not through when the network goes: with it goes what is not unsent, the open job too.
  await app.openJob(job.number);
  // No push is only held: one that the worker makes lives on while the page is without a network, and would arrive.
  const deliver = world.line.rule(isPush, { kind: 'drop' });
  await app.addNote('Kept all the same');
  await phone.setOffline(true);
  await app.goTo('Today');
  await expect(app.main.getByText(text('today.no_offline_cut'))).toBeVisible();
  await app.goTo('Jobs');
  await expect(app.page.getByRole('link', { name: job.number })).toBeVisible();
  await expect(app.page.getByRole('link', { name: other.number })).toHaveCount(0);
  deliver();
  await phone.setOffline(false);
  await expect(app.page.getByRole('link', { name: other.number })).toBeVisible();
  await app.expectUnsent(0);
  await expect.poll(() => notesOf(world, job, 'Kept')).toEqual(['Kept all the same']);

  await app.goTo('Settings');
  await feature.click();
  await expect(ready).toBeVisible();
  await expect(feature).toBeChecked();
  // The company's switch counts before the user's own.
  await set(world, '--offline-feature', 'off');
  await app.page.goto('/settings');
  await expect(app.main.getByText(text('settings.offline_company'))).toBeVisible();
  await expect(feature).toHaveCount(0);
});
