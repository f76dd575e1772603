// Editing a job: on the phone, without a network, against somebody else's edit, and after a refusal.
import { randomUUID } from 'node:crypto';
import { notesOf, todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { now } from './support/time';
import { expect, MODES, test } from './support/world';

const ANNA = 'anna@nordhaus.example';
const TITLE_CHARS = 200;
const NOTE_CHARS = 10_000;

test('an edit without a network shows at once, is marked as unsent, and arrives', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await world.line.refuse();
  await app.editJob();
  await expect(app.field('title')).toHaveValue(job.title);
  await app.field('title').fill('  Pump makes a noise ');
  await app.field('description').fill('Second floor.\nRing twice.');
  await app.field('priority').selectOption({ label: 'Urgent' });
  const ends = await app.field('ends').inputValue();
  await app.field('ends').fill(ends.replace(/T.*/, 'T23:45'));
  await app.saving(() => app.saveButton.click());

  await expect(app.heading('Pump makes a noise')).toBeVisible();
  await expect(app.heading('Pump makes a noise')).toBeFocused();
  await expect(app.main.getByText('Ring twice.')).toBeVisible();
  await expect(app.badge('Unsent')).toBeVisible();
  await expect(app.main.getByText('23:45')).toBeVisible();
  await app.expectUnsent(1);
  const office = await world.client(ANNA);
  expect((await office.job(job.id)).title).toBe(job.title);

  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const arrived = await office.job(job.id);
  expect(arrived).toMatchObject({ title: 'Pump makes a noise', description: 'Second floor.\nRing twice.', priority: 'urgent', starts: job.starts });
  expect(arrived.ends).toBeGreaterThan(job.ends);
});

test('what cannot be saved is said at its field, and what was typed outlives leaving the page', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.editJob();
  const title = app.field('title');
  await title.fill('x'.repeat(TITLE_CHARS + 1));
  await app.field('starts').fill('');
  await app.saveButton.click();
  await expect(title).toBeFocused();
  await expect(title).toHaveAccessibleDescription(text('reason.too_long', { max: TITLE_CHARS }));
  await expect(app.field('starts')).toHaveAccessibleDescription(text('edit.no_time'));
  await app.expectUnsent(0);
  expect(await app.timesSaved()).toBe(0);

  await title.fill('Half a ti');
  await expect(title).toHaveAccessibleDescription('');
  await app.goTo('Today');
  await app.openJob(job.number);
  await app.editJob();
  await expect(title).toHaveValue('Half a ti');
  await app.page.getByRole('button', { name: text('common.cancel') }).click();
  await expect(app.heading(job.title)).toBeVisible();
  await app.editJob();
  await expect(title).toHaveValue(job.title);
  // Nothing was touched: nothing is saved.
  await app.saveButton.click();
  await expect(app.heading(job.title)).toBeVisible();
  await app.expectUnsent(0);
});

for (const [mode, name] of MODES) {
  test(`two edits of one field: both values stand in the log, and keeping mine settles it everywhere${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const office = await world.client();
    const { app } = await world.primedPhone();
    const { app: tablet } = await world.primedPhone();
    await app.openJob(job.number);
    await world.line.refuse();
    await app.edit('title', 'Anna: pump');
    await office.edit(job.id, 'title', job.title, 'Dora: valve');
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);

    await app.openLog();
    const entry = app.conflicts;
    for (const words of [job.number, text('fields.title'), text('conflict.yours'), 'Anna: pump', 'Dora Lindner', 'Dora: valve', text('conflict.latest_wins'), text('conflict.open'), text('conflict.before', { value: job.title })]) {
      await expect(entry).toContainText(words);
    }
    await expect(entry.getByRole('definition').filter({ hasText: 'Dora: valve' })).toBeVisible();
    await app.goTo('Today');
    await expect(app.main.getByText(text('today.lost', { changes: '1 change' }))).toBeVisible();

    await tablet.syncNow();
    await tablet.openLog();
    await expect(tablet.conflicts).toContainText('Anna: pump');

    await app.openLog();
    await world.line.refuse();
    await app.saving(() => entry.getByRole('button', { name: 'Keep mine' }).click());
    await expect(entry.getByRole('paragraph').first()).toBeFocused();
    await expect(entry).toContainText(text('conflict.chosen'));
    await expect(entry.getByRole('button')).toHaveCount(0);
    await app.expectUnsent(1);
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);
    await app.openLog();
    await expect(entry).toContainText('Settled by Anna Berg');
    await entry.getByRole('link', { name: 'Go to record' }).click();
    await expect(app.heading('Anna: pump')).toBeVisible();

    await tablet.syncNow();
    await tablet.openLog();
    await expect(tablet.conflicts).toContainText('Settled by Anna Berg');
    expect((await (await world.client(ANNA)).job(job.id)).title).toBe('Anna: pump');
  });
}

for (const [mode, name] of MODES) {
  test(`two edits of one field: the later one stands and can be reverted; edits of other fields do not meet${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job, other] = await todaysJobs(world);
    const office = await world.client();
    const board = await world.board();
    const { app } = await world.primedPhone();
    await world.line.refuse();
    // A minute ago: a phone is behind the server's clock by as long as the last answer took to be read, which on a slow
    // machine may be longer than a test takes from one edit to the next.
    await office.edit(job.id, 'title', job.title, 'Dora: valve', now() - 60_000);
    await office.edit(other.id, 'title', other.title, 'Dora: other title');
    await app.openJob(job.number);
    await app.edit('title', 'Anna: pump');
    await app.openJob(other.number);
    await app.edit('description', 'Anna: bring a hose');
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);
    const own = await world.client(ANNA);
    expect(await own.job(other.id)).toMatchObject({ title: 'Dora: other title', description: 'Anna: bring a hose' });
    expect((await own.job(job.id)).title).toBe('Anna: pump');
    for (const words of [
      `Anna Berg ${text('board.did_edit', { fields: text('fields.description') })}`,
      `Anna Berg ${text('board.did_conflict', { field: text('fields.title') })}`,
      `Dora Lindner ${text('board.did_edit', { fields: text('fields.title') })}`,
    ]) {
      await expect(board.feed.filter({ hasText: words }).first()).toBeVisible();
    }

    await app.openLog();
    await expect(app.conflicts).toHaveCount(1);
    await app.saving(() => app.conflicts.getByRole('button', { name: 'Revert changes' }).click());
    await app.expectUnsent(0);
    await expect(app.conflicts).toContainText('Settled by Anna Berg');
    expect((await own.job(job.id)).title).toBe('Dora: valve');
  });
}

for (const [mode, name] of MODES) {
  test(`where the office wins, a technician sees the rule and has nothing to choose${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const office = await world.client();
    const { app } = await world.primedPhone();
    await world.line.refuse();
    const span = { from: job.starts, until: job.ends };
    await office.edit(job.id, 'schedule', span, { from: job.starts, until: job.ends + 600_000 });
    await app.openJob(job.number);
    await app.editJob();
    await expect(app.field('ends')).not.toHaveValue('');
    const ends = await app.field('ends').inputValue();
    await app.field('ends').fill(ends.replace(/T.*/, 'T23:45'));
    await app.saving(() => app.saveButton.click());
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);
    await app.openLog();
    await expect(app.conflicts).toContainText(text('conflict.office_wins'));
    await expect(app.conflicts).toContainText('23:45');
    await expect(app.conflicts.getByRole('button')).toHaveCount(1);
    await expect(app.conflicts.getByRole('button', { name: text('conflict.dismiss') })).toBeVisible();
    expect((await (await world.client(ANNA)).job(job.id)).ends).toBe(job.ends + 600_000);
  });
}

test('a refused edit asks for access, and goes by itself when the job is given back', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const office = await world.client();
  const { phone, app } = await world.primedPhone();
  await app.openJob(job.number);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await app.edit('title', 'Anna: pump');
  await app.setStatus('En route');
  await office.assign(job.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();

  await expect(app.refused).toHaveCount(1);
  await expect(app.refused).toContainText(text('intent.edit', { fields: text('fields.title') }));
  await expect(app.refused).toContainText('Anna: pump');
  await expect(app.refused).toContainText(text('reason.not_yours'));
  await expect(app.refused).toContainText(text('counts.waiting_one'));
  await expect(app.refused.getByRole('button', { name: text('sync.send_again') })).toHaveCount(0);
  const mail = await app.refused.getByRole('link', { name: 'Request access' }).getAttribute('href');
  const draft = decodeURIComponent(mail ?? '');
  expect(draft).toMatch(/^mailto:[^?]+@[^?]+\?subject=/);
  for (const words of [job.number, text('fields.title'), text('reason.not_yours'), 'Anna Berg']) {
    expect(draft).toContain(words);
  }
  await app.expectUnsent(2);

  // Nobody taps: the network comes back, and with it the job.
  await phone.setOffline(true);
  await expect(app.status).toHaveText('Working offline');
  await office.assign(job.id, 'Anna Berg');
  await phone.setOffline(false);
  await app.expectUnsent(0);
  await expect(app.refused).toHaveCount(0);
  expect(await (await world.client(ANNA)).job(job.id)).toMatchObject({ title: 'Anna: pump', status: 'en_route' });
});

test('a refused edit and a refused note are corrected where they were made, and what waits follows', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const edit = { op: 'edit_job', job: job.id, edits: [{ field: 'title', base: job.title, new: 'x'.repeat(TITLE_CHARS + 1) }] };
  const note = { op: 'add_note', note: randomUUID(), job: job.id, text: 'y'.repeat(NOTE_CHARS + 1) };
  const step = { op: 'set_job_status', job: job.id, to: 'en_route' };
  expect(await app.tellWorker({ type: 'enqueue', ops: [edit, note, step] })).toEqual({ type: 'enqueued', count: 3 });
  await app.syncNow();
  await expect(app.refused).toHaveCount(2);

  const ofEdit = app.refused.filter({ hasText: text('intent.edit', { fields: text('fields.title') }) });
  await expect(ofEdit).toContainText(text('counts.waiting_one'));
  await ofEdit.getByRole('link', { name: 'Go to record' }).click();
  await expect(app.field('title')).toHaveValue('x'.repeat(TITLE_CHARS + 1));
  await expect(app.main.getByText(text('edit.refused'))).toBeVisible();
  await app.field('title').fill('Short enough');
  await app.saving(() => app.saveButton.click());
  await expect(app.heading('Short enough')).toBeVisible();
  await app.expectUnsent(1);

  await app.goTo('Sync');
  await app.refused.getByRole('link', { name: 'Go to record' }).click();
  const field = app.page.getByLabel(text('job.note'), { exact: true });
  await field.fill('');
  await app.saveButton.click();
  await expect(field).toHaveAccessibleDescription(text('reason.empty'));
  await field.fill('A short note');
  await app.saving(() => app.saveButton.click());
  await app.expectUnsent(0);
  expect(await notesOf(world, job, 'A short')).toEqual(['A short note']);
  expect(await (await world.client(ANNA)).job(job.id)).toMatchObject({ title: 'Short enough', status: 'en_route' });
});
