// Rights that an admin takes and gives while phones are offline: what is refused, what the phone offers then, and that
// nothing has to be thrown away to go on. Creatio's three examples, each with two phones and an office writer.
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, MODES, test, type World } from './support/world';
import type { App } from './support/app';

const ADA = 'ada@nordhaus.example';
const ANNA = 'anna@nordhaus.example';
const BEN = 'ben@nordhaus.example';

const TITLE = { change: 'right', role: 'technician', right: 'edit_title' };
const NOTE = { change: 'right', role: 'technician', right: 'add_note' };
const DESCRIPTION = { change: 'required', field: 'description' };

async function set(world: World, change: object): Promise<void> {
  await (await world.client(ADA)).request('POST', '/api/v1/rights', change);
}

/** Why a change was refused, as the phone words it. */
function lacks(right: string): string {
  return text('reason.not_permitted', { right: text(`rights.${right}`) });
}

/** The box of a right of a role, on the page Rights. */
function box(app: App, role: string, right: string) {
  return app.page.getByRole('checkbox', { name: `${text(`roles.${role}`)}: ${text(`rights.${right}`)}`, exact: true });
}

test('a right that was taken meanwhile: the change is refused alone, and can be reverted', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const [bensJob] = await todaysJobs(world, BEN);
  const { app } = await world.primedPhone(ANNA);
  const { app: bens } = await world.primedPhone(BEN);
  await app.openJob(job.number);
  await bens.openJob(bensJob.number);
  await world.line.refuse();
  await app.edit('title', 'Anna: pump');
  await app.addNote('Still wet');
  await bens.addNote('Ben was here');

  // The admin takes the right on the page Rights.
  const admin = await world.board(ADA);
  await admin.page.getByRole('link', { name: text('pages.rights'), exact: true }).click();
  const title = box(admin, 'technician', 'edit_title');
  await expect(title).toBeChecked();
  await title.click();
  await expect(title).not.toBeChecked();
  const took = text('rights.taken', { role: text('roles.technician'), right: text('rights.edit_title') });
  await expect(admin.main.getByRole('listitem').filter({ hasText: took })).toContainText('Ada Falk');
  await world.line.accept();
  await app.syncNow();
  await bens.syncNow();

  await expect(app.refused).toHaveCount(1);
  await expect(app.refused).toContainText('Anna: pump');
  await expect(app.refused).toContainText(lacks('edit_title'));
  // Everything else of hers, and all of Ben's, has arrived.
  await app.expectUnsent(1);
  await bens.expectUnsent(0);
  await app.revert();
  await expect(app.refused).toHaveCount(0);
  await app.expectUnsent(0);
  expect(await (await world.client(ANNA)).job(job.id)).toMatchObject({ title: job.title });

  // From now on the field can only be read, and says why; the others are edited as before.
  await app.openJob(job.number);
  await app.editJob();
  await expect(app.field('title')).toHaveJSProperty('readOnly', true);
  await expect(app.field('title')).toHaveAccessibleDescription(lacks('edit_title'));
  await app.field('description').fill('Bring the long ladder');
  await app.saving(() => app.saveButton.click());
  await app.expectUnsent(0);
  await expect.poll(async () => (await (await world.client(ANNA)).job(job.id)).description).toBe('Bring the long ladder');
});

test('a field that became required: the record opens where it is empty, and saving sends again', async ({ world }) => {
  const { app } = await world.primedPhone(ANNA);
  const { app: bens } = await world.primedPhone(BEN);
  const office = await world.client();
  await world.line.refuse();
  for (const [phone, title] of [[app, 'Leak found by Anna'], [bens, 'Leak found by Ben']] as const) {
    await phone.goTo('Jobs');
    await phone.page.getByRole('link', { name: text('job.new'), exact: true }).click();
    await phone.field('title').fill(title);
    await phone.saving(() => phone.saveButton.click());
  }
  await set(world, { ...DESCRIPTION, required: true });
  await world.line.accept();
  await app.syncNow();
  await bens.syncNow();
  const why = text('reason.required', { field: text('edit.description') });
  for (const phone of [app, bens]) {
    await expect(phone.refused).toHaveCount(1);
    await expect(phone.refused).toContainText(why);
  }
  await app.refused.getByRole('link', { name: text('sync.go_to_record') }).click();
  const field = app.field('description');
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(why);
  await expect(app.field('title')).toHaveValue('Leak found by Anna');
  // Saved as empty as it was, it stays here.
  await app.saveButton.click();
  await expect(field).toHaveAccessibleDescription(why);
  await field.fill('The wall is wet');
  await app.saving(() => app.saveButton.click());
  await app.expectUnsent(0);
  const found = async (title: string) => (await office.board()).jobs.map(({ job }) => job).filter((job) => job.title === title);
  await expect.poll(async () => (await found('Leak found by Anna')).map((job) => job.description)).toEqual(['The wall is wet']);

  // Nobody asks for it any more: what Ben made goes as it is, without a tap.
  expect(await found('Leak found by Ben')).toEqual([]);
  await set(world, { ...DESCRIPTION, required: false });
  await bens.syncNow();
  await bens.expectUnsent(0);
  await expect.poll(async () => (await found('Leak found by Ben')).length).toBe(1);
});

for (const [mode, name] of MODES) {
  test(`a permission that is missing is asked for by mail, and when it is given the change arrives by itself${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world, ANNA);
    const { phone, app } = await world.primedPhone(ANNA);
    const { app: bens } = await world.primedPhone(BEN);
    const office = await world.client();
    await app.openJob(job.number);
    await world.line.refuse();
    await app.addNote('Written in the cellar');
    await set(world, { ...NOTE, given: false });
    await world.line.accept();
    await app.syncNow();
    await expect(app.refused).toHaveCount(1);
    await expect(app.refused).toContainText('Written in the cellar');
    const mail = await app.refused.getByRole('link', { name: 'Request access' }).getAttribute('href');
    const draft = decodeURIComponent(mail ?? '');
    expect(draft).toMatch(/^mailto:[^?]+@[^?]+\?subject=/);
    for (const words of [job.number, lacks('add_note'), 'Anna Berg']) {
      expect(draft).toContain(words);
    }
    // Nobody is offered to write one meanwhile; the rest of the job goes on.
    await app.openJob(job.number);
    await app.openTab(text('job.notes'));
    await expect(app.main.getByText(lacks('add_note')).first()).toBeVisible();
    await expect(app.noteField).toHaveCount(0);
    await app.setStatus('En route');
    // The office writes on the same job, and Ben's phone goes on.
    await office.addNote(job.id, 'Key at the reception');
    await bens.syncNow();
    await bens.expectUnsent(0);

    // Nobody taps on Anna's phone: the network comes back, and with it the right.
    await phone.setOffline(true);
    await expect(app.status).toHaveText('Working offline');
    await set(world, { ...NOTE, given: true });
    await phone.setOffline(false);
    await app.expectUnsent(0);
    await expect(app.noteField).toBeVisible();
    await expect(app.note('Written in the cellar')).toBeVisible();
    const notes = async () => (await (await world.client(ANNA)).records()).notes.filter((note) => note.job === job.id).map((note) => note.text);
    await expect.poll(notes).toEqual(expect.arrayContaining(['Written in the cellar', 'Key at the reception']));
  });
}

for (const [mode, name] of MODES) {
  test(`a right that is taken or given is known with the next contact, though nothing was refused${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world, ANNA);
    const { phone, app } = await world.primedPhone(ANNA);
    const { phone: second, app: tablet } = await world.primedPhone(ANNA);
    await second.setOffline(true);
    for (const here of [app, tablet]) {
      await here.openJob(job.number);
      await here.openNotes();
    }
    const why = app.main.getByText(lacks('add_note')).first();
    await phone.setOffline(true);
    await expect(app.status).toHaveText('Working offline');
    await set(world, { ...NOTE, given: false });
    await set(world, { ...TITLE, given: false });
    await set(world, { ...DESCRIPTION, required: true });
    await expect(app.noteField).toBeVisible();
    // Nobody taps: the network is back.
    await phone.setOffline(false);
    await expect(app.noteField).toHaveCount(0);
    await expect(why).toBeVisible();
    await app.editJob();
    await expect(app.field('title')).toHaveJSProperty('readOnly', true);
    await app.field('description').fill('');
    await app.field('priority').selectOption({ label: 'Urgent' });
    await app.saveButton.click();
    await expect(app.field('description')).toHaveAccessibleDescription(text('reason.required', { field: text('edit.description') }));
    await app.expectUnsent(0);
    await app.page.getByRole('button', { name: text('common.cancel') }).click();
    // The other phone has heard nothing, and goes by what it knows.
    await expect(tablet.noteField).toBeVisible();

    // The note's comes last: whoever has that has heard of both.
    await set(world, { ...TITLE, given: true });
    await set(world, { ...NOTE, given: true });
    await app.syncNow();
    await app.openJob(job.number);
    await app.addNote('Written again');
    await app.expectUnsent(0);
    await app.editJob();
    await expect(app.field('title')).toHaveJSProperty('readOnly', false);
    await expect.poll(async () => (await (await world.client(ANNA)).records()).notes.filter((note) => note.text === 'Written again').length).toBe(1);
  });
}

test('without a network a refused change is corrected, and access asked for, and both go when they can', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { phone, app } = await world.primedPhone(ANNA);
  const office = await world.client();
  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Written in the cellar');
  await app.goTo('Jobs');
  await app.page.getByRole('link', { name: text('job.new'), exact: true }).click();
  await app.field('title').fill('Leak in the cellar');
  await app.saving(() => app.saveButton.click());
  await set(world, { ...NOTE, given: false });
  await set(world, { ...DESCRIPTION, required: true });
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(2);

  await phone.setOffline(true);
  await expect(app.status).toHaveText('Working offline');
  // Opened anew, with nothing but what is on this phone.
  await app.page.reload();
  const note = app.refused.filter({ hasText: 'Written in the cellar' });
  const mail = await note.getByRole('link', { name: text('sync.request_access') }).getAttribute('href');
  expect(decodeURIComponent(mail ?? '')).toContain(lacks('add_note'));
  await app.refused.filter({ hasText: 'Leak in the cellar' }).getByRole('link', { name: text('sync.go_to_record') }).click();
  await expect(app.field('description')).toBeFocused();
  await app.field('description').fill('The wall is wet');
  await app.saving(() => app.saveButton.click());
  await app.goTo('Sync');
  await expect(app.refused).toHaveCount(1);
  await expect(note).toBeVisible();
  await app.expectUnsent(2);

  await phone.setOffline(false);
  await app.expectUnsent(1);
  const found = async () => (await office.board()).jobs.filter(({ job }) => job.title === 'Leak in the cellar').map(({ job }) => job.description);
  await expect.poll(found).toEqual(['The wall is wet']);
  await set(world, { ...NOTE, given: true });
  await app.syncNow();
  await app.expectUnsent(0);
  await app.openLog();
  const log = app.main.getByRole('list', { name: text('sync.refused_count') }).getByRole('listitem');
  const words = (key: string) => text(key, { time: '|' }).split(' |')[0];
  await expect(log.filter({ hasText: 'Leak in the cellar' })).toContainText(words('sync.log_corrected'));
  await expect(log.filter({ hasText: 'Written in the cellar' })).toContainText(words('sync.log_released'));
});

test('what an admin sets is an admin’s to set', async ({ world }) => {
  const dora = await world.board();
  await expect(dora.page.getByRole('link', { name: text('pages.rights'), exact: true })).toHaveCount(0);
  await dora.page.goto('/dispatch/rights');
  await expect(dora.heading(text('pages.not_found'))).toBeVisible();
  // Taken from dispatchers, the fields of the office's form can only be read.
  await set(world, { change: 'right', role: 'dispatcher', right: 'edit_title', given: false });
  const [job] = await todaysJobs(world, ANNA);
  await dora.page.goto(`/dispatch/job/${job.id}`);
  await dora.page.getByRole('button', { name: text('job.edit') }).click();
  const sheet = dora.page.getByRole('dialog', { name: text('pages.edit_job') });
  await expect(sheet.getByLabel(text('edit.title'), { exact: true })).toHaveJSProperty('readOnly', true);
});
