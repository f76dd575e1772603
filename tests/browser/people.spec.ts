// Whose work it is: sessions that end, two users of one phone, jobs that were given to somebody else.
import { PASSWORD, RECENT } from './support/app';
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment } from './support/office';
import { isFile, isPush, type Match } from './support/proxy';
import { text } from './support/texts';
import { expect, MODES, test } from './support/world';

const ANNA = 'anna@nordhaus.example';
const BEN = 'ben@nordhaus.example';

test('a session that ends keeps the work for its own user', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const [bensJob] = await todaysJobs(world, BEN);
  const { phone, app } = await world.primedPhone(ANNA);
  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Written by Anna');
  await app.addNote('Also by Anna');
  await (await world.thief(phone)).request('DELETE', '/api/v1/session');
  await world.line.accept();
  await app.syncNow();
  await expect(app.page.getByText(text('banners.sign_in'))).toBeVisible();
  await app.expectUnsent(2);
  const from = world.line.now();

  await test.step('somebody else neither sees nor sends it', async () => {
    await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
    await app.signIn(BEN);
    await app.waitReady();
    await app.expectUnsent(0);
    await app.goTo('Sync');
    await expect(app.page.getByText('by Anna')).toHaveCount(0);
    await app.openJob(bensJob.number);
    await app.addNote('Written by Ben');
    await app.expectUnsent(0);
    expect(await notesOf(world, bensJob, 'Written by', BEN)).toEqual(['Written by Ben']);
    expect(await notesOf(world, job, 'Written by', ANNA)).toEqual([]);
    const pushes = world.line.log.slice(from).filter(isPush);
    expect(pushes.length).toBeGreaterThan(0);
    expect(pushes.filter(({ body }) => body.includes('by Anna'))).toEqual([]);
    await app.signOut();
  });

  await test.step('the first user goes on', async () => {
    await app.signIn(ANNA);
    await world.line.seen((exchange) => isPush(exchange) && exchange.body.includes('by Anna'), from);
    await app.openJob(job.number);
    await app.expectUnsent(0);
    await app.openNotes();
    await expect(app.note('Written by Anna')).toHaveCount(1);
    const office = await world.client();
    const activity = (await office.board()).activity.filter(({ what }) => what.text?.includes('by Anna'));
    expect(activity.map(({ actor, what }) => `${actor}: ${what.text}`).reverse()).toEqual([
      'Anna Berg: Written by Anna',
      'Anna Berg: Also by Anna',
    ]);
  });
});

test('the same user signs in again and goes on where it stopped', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { phone, app } = await world.primedPhone(ANNA);
  await app.openJob(job.number);
  const thief = await world.thief(phone);
  const from = world.line.now();
  // The session ends while the note is on its way. Any earlier, a pass that asks for news could be the one that hears it.
  let release = (): void => {};
  world.line.rule(isPush, { kind: 'hold', until: new Promise<void>((resolve) => (release = resolve)) }, 1);
  await app.addNote('Before the second sign-in');
  await world.line.seen(isPush, from);
  await thief.request('DELETE', '/api/v1/session');
  release();
  await world.line.ended((exchange) => isPush(exchange) && exchange.status === 401, from);
  await app.expectUnsent(1);
  await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
  await app.signIn(ANNA);
  await app.expectUnsent(0);
  await expect(app.page.getByText(text('banners.sign_in'))).toBeHidden();
  expect(await notesOf(world, job, 'Before')).toEqual(['Before the second sign-in']);
});

test('a change to a job that was given away is parked, shown, and holds nothing else up', async ({ world }) => {
  const office = await world.client();
  const [taken, kept] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone(ANNA);
  await app.openJob(taken.number);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await app.setStatus('En route');
  await app.setStatus('Started');
  await app.openJob(kept.number);
  await app.addNote('Nothing to do with the other job');
  await office.assign(taken.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();

  await expect(app.refused).toHaveCount(1);
  await expect(app.refused).toContainText('En route');
  await expect(app.refused).toContainText(taken.number);
  await expect(app.refused).toContainText(text('reason.not_yours'));
  // The note may be in a later push than what was refused.
  await app.expectUnsent(2);
  expect(await notesOf(world, kept, 'Nothing')).toEqual(['Nothing to do with the other job']);
  const [, ...happened] = await office.happened(taken.id);
  expect(happened.join()).not.toContain('status');

  await app.refused.getByRole('link', { name: 'Go to record' }).click();
  await expect(app.heading(taken.title)).toBeVisible();
  await app.goTo('Sync');
  await app.revert();
  await expect(app.refused).toHaveCount(0);
  await app.expectUnsent(0);
  await app.goTo('Jobs');
  await app.page.getByRole('searchbox').fill(taken.number);
  await expect(app.page.getByText(text('jobs.no_match'))).toBeVisible();
});

test('a question about signing out stays when what it asked about has been sent meanwhile', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone(ANNA);
  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Written before leaving');
  await app.goTo('Settings');
  const button = app.page.getByRole('button', { name: text('settings.sign_out') });
  const question = app.page.getByText(text('settings.sign_out_again'));
  const warning = app.page.getByText(text('settings.sign_out_warning', { changes: text('counts.change') }));
  await button.click();
  await expect(question).toBeVisible();
  await expect(warning).toBeVisible();
  await world.line.accept();
  await app.replay(true);
  await app.expectUnsent(0);
  await expect(warning).toBeHidden();
  await expect(question).toBeVisible();
  await button.click();
  await expect(app.page.getByLabel(text('sign_in.password'))).toBeVisible();
});

for (const [mode, name] of MODES) {
  test(`signing out without a connection says what stays and that nobody gets back in before there is one${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world, ANNA);
    const { phone, app } = await world.primedPhone(ANNA);
    const button = app.page.getByRole('button', { name: text('settings.sign_out') });
    const question = app.page.getByText(text('settings.sign_out_again'));
    const warning = app.page.getByText(text('settings.sign_out_offline'));
    const changes = app.page.getByText(text('settings.sign_out_warning', { changes: '|' }).split('|')[1]);
    const form = app.page.getByLabel(text('sign_in.password'));
    await phone.setOffline(true);
    await expect(app.status).toContainText(text('connection.offline'));

    await test.step('it is said with nothing unsent too', async () => {
      await app.goTo('Settings');
      await button.click();
      await expect(warning).toBeVisible();
      await expect(question).toBeVisible();
      await expect(changes).toHaveCount(0);
      await app.page.getByRole('button', { name: text('settings.stay') }).click();
      await expect(warning).toBeHidden();
    });

    await test.step('changes and files are counted', async () => {
      await app.openJob(job.number);
      await app.addNote('Stays here');
      const group = app.page.getByRole('group', { name: text('job.add_file') });
      const files = ['one', 'two'].map((name) => ({ name: `${name}.bin`, mimeType: 'application/octet-stream', buffer: Buffer.from(name) }));
      await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(files));
      await app.expectUnsent(3);
      await app.goTo('Settings');
      await button.click();
      await expect(warning).toBeVisible();
      await expect(app.page.getByText(text('settings.sign_out_warning', { changes: text('counts.changes', { count: 3 }) }))).toBeVisible();
      await expect(app.page.getByText(text('settings.sign_out_files', { count: 2 }))).toBeVisible();
      await expect(form).toBeHidden();
    });

    await button.click();
    await expect(form).toBeVisible();
    await app.page.getByLabel(text('sign_in.email')).fill(ANNA);
    await form.fill(PASSWORD);
    await app.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(app.page.getByText(text('sign_in.no_connection'))).toBeVisible();
    await phone.setOffline(false);
    await app.signIn(ANNA);
    await app.expectUnsent(0);
    expect(await notesOf(world, job, 'Stays')).toEqual(['Stays here']);
  });
}

for (const [mode, name] of MODES) {
  test(`signing out with a connection sends first what waits, says when nothing is left, and ends on this phone alone${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world, ANNA);
    const { app: tablet } = await world.primedPhone(ANNA);
    const phone = await world.phone();
    await phone.running.addInitScript(onlyText);
    const app = await phone.open();
    await app.signIn(ANNA);
    await (mode === 'online' ? expect(app.main.getByText(text('today.live', { count: RECENT }))).toBeVisible() : app.waitReady());
    await app.openJob(job.number);
    await app.openNotes();
    const file = { name: 'waits.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('on the way') };
    const group = app.page.getByRole('group', { name: text('job.add_file') });
    await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles([file]));
    await app.addNote('Written before leaving');
    await app.goTo('Settings');
    // The network is slow: the file stays here until somebody wants it sent.
    await app.expectUnsent(1);
    expect(world.line.log.filter(sends)).toEqual([]);
    let through = (): void => {};
    world.line.rule(sends, { kind: 'hold', until: new Promise<void>((resolve) => (through = resolve)) });
    const button = app.page.getByRole('button', { name: text('settings.sign_out') });
    const form = app.page.getByLabel(text('sign_in.password'));
    await button.click();
    await expect(app.page.getByText(text('settings.sign_out_sends'))).toBeVisible();
    await expect(app.page.getByText(text('settings.sign_out_file'))).toBeVisible();
    await world.line.seen(sends);
    await expect(form).toHaveCount(0);
    through();
    await expect(app.page.getByText(text('settings.sign_out_sent'))).toBeVisible();
    await expect(app.page.getByText(text('settings.sign_out_file'))).toHaveCount(0);
    await app.expectUnsent(0);
    expect(await notesOf(world, job, 'Written before')).toEqual(['Written before leaving']);
    const files = of<Attachment>(await (await world.client(ANNA)).scope(), 'attachment').filter(({ name }) => name === file.name);
    expect(files.map(({ received_at }) => received_at !== undefined)).toEqual([true]);
    await button.click();
    await expect(form).toBeVisible();
    // The same user goes on working on the other phone, where all of it is.
    await tablet.syncNow();
    await tablet.openJob(job.number);
    await tablet.openNotes();
    await expect(tablet.note('Written before leaving')).toBeVisible();
    await tablet.addNote('Signed in here still');
    await tablet.expectUnsent(0);
  });
}

test('signing out promises nothing of files that wait for a Wi-Fi: they stay, and that is said', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const connection = Object.assign(new EventTarget(), { effectiveType: '4g', saveData: false, type: 'cellular' });
    Object.defineProperty(navigator, 'connection', { value: connection });
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.goTo('Settings');
  const wifi = app.page.getByRole('group', { name: text('settings.files_over') }).getByRole('button', { name: text('settings.files_wifi') });
  await wifi.click();
  await expect(wifi).toHaveAttribute('aria-pressed', 'true');
  await app.openJob(job.number);
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  const file = { name: 'wifi.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('later') };
  await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles([file]));
  await app.addNote('Text goes');
  await app.goTo('Settings');
  await app.expectUnsent(1);
  const button = app.page.getByRole('button', { name: text('settings.sign_out') });
  await button.click();
  await expect(app.page.getByText(text('settings.sign_out_file'))).toBeVisible();
  await expect(app.page.getByText(text('settings.sign_out_again'))).toBeVisible();
  await expect(app.page.getByText(text('settings.sign_out_sends'))).toHaveCount(0);
  await button.click();
  await app.signIn(ANNA);
  await app.expectUnsent(1);
  expect(world.line.log.filter(sends), 'no byte went over the mobile network').toEqual([]);
});

/** Requests that bring a file to the office: the other phone fetches it. */
const sends: Match = (exchange) => isFile(exchange) && exchange.method !== 'GET';

/** Runs in the page before the app: a network so slow that it is left to text. */
function onlyText(): void {
  const connection = Object.assign(new EventTarget(), { effectiveType: '2g', saveData: false });
  Object.defineProperty(navigator, 'connection', { value: connection });
  // Only this page says so: the worker must not be asked to send.
  Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
}

test('refused work keeps the name of its job and its picture over signing out and in', async ({ world }) => {
  const office = await world.client();
  const [taken] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone(ANNA);
  await app.openJob(taken.number);
  await app.openNotes();
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('valve.png')));
  await office.assign(taken.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await app.signOut();
  await app.signIn(ANNA);
  await app.goTo('Today');
  await app.waitReady();
  await app.goTo('Sync');
  await expect(app.refused).toContainText(`${taken.number} · ${taken.title}`);
  await expect(app.refused.locator('img')).toBeVisible();
});
