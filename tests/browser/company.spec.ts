// What an admin sets for the company: who may, what two at once see, and that it reaches an open phone and takes nothing from it.
import { RECENT, type App } from './support/app';
import { todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { picture } from './support/picture';
import type { Match } from './support/proxy';
import { text } from './support/texts';
import { hurryClock, now } from './support/time';
import { expect, test, type World } from './support/world';

const ADA = 'ada@nordhaus.example';
const ANNA = 'anna@nordhaus.example';
const DAY_MS = 86_400_000;

interface Settings {
  expiry_hours: number;
  window_days: number;
  refuses_open_questions: boolean;
}

interface Page {
  version: number;
  settings: Settings;
  trail: { by_name: string; setting: string; from: string; to: string }[];
}

/** Opens the page from the board's head. */
async function openCompany(board: App): Promise<void> {
  await board.main.getByRole('link', { name: text('pages.company') }).click();
  await expect(board.heading(text('pages.company'))).toBeVisible();
}

function field(board: App, setting: string) {
  return board.page.getByLabel(text(`company.${setting}`), { exact: true });
}

/** The changes that the page shows, newest first. */
function changes(board: App) {
  return board.page.getByRole('list', { name: text('company.changes') }).getByRole('listitem');
}

function changed(setting: string, from: string, to: string): string {
  return text('company.changed', { setting: text(`company.${setting}`), from, to });
}

/** The board of an admin, on which it stays said that something is saved. */
function adminsBoard(world: World): Promise<App> {
  return world.board(ADA, { staysSaid: true });
}

/** Says that something is saved, once it is. */
function saved(board: App) {
  return board.page.getByText(text('company.saved'));
}

/** A scheduled job of Anna's that is further away than tomorrow, and that a phone holds. */
async function farJob(world: World): Promise<Job> {
  const { jobs } = await (await world.client(ANNA)).records();
  const far = jobs.find((job) => job.starts > now() + 2 * DAY_MS && job.status === 'scheduled' && job.acceptance !== 'asked');
  if (far === undefined) {
    throw new Error('the demo has no job in three days');
  }
  return far;
}

test('what an admin sets reaches an open phone with its next contact, and unsent work stays', async ({ world }) => {
  const far = await farJob(world);
  const [near] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await hurryClock(app.page);
  await app.openJob(far.number);
  await world.line.refuse();
  await app.addNote('Made before it was set');
  await app.expectUnsent(1);

  const board = await adminsBoard(world);
  await openCompany(board);
  await field(board, 'window_days').fill('99');
  await field(board, 'expiry_hours').fill('48');
  await field(board, 'contact_email').fill('help@nordhaus.example');
  await field(board, 'refuses_open_questions').check();
  await board.saveButton.click();
  // Nothing is saved as long as something is not allowed.
  await expect(field(board, 'window_days')).toBeFocused();
  await expect(board.page.getByText(text('company.out_of_bounds', { least: 1, most: 14 }))).toBeVisible();
  await expect(board.main.getByText(text('company.no_changes'))).toBeVisible();
  await field(board, 'window_days').fill('1');
  await board.saveButton.click();
  await expect(saved(board)).toBeVisible();
  await expect(changes(board)).toHaveCount(4);
  await expect(changes(board).filter({ hasText: changed('window_days', '3', '1') })).toContainText('Ada Falk');
  await expect(changes(board).filter({ hasText: changed('expiry_hours', '24', '48') })).toHaveCount(1);
  await expect(changes(board).filter({ hasText: changed('refuses_open_questions', text('company.off'), text('company.on')) })).toHaveCount(1);

  // The phone knows nothing of it, and what it has stays.
  await expect(app.note('Made before it was set')).toBeVisible();
  await app.expectUnsent(1);
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  const notes = async () => (await (await world.client(ADA)).request<{ records: { record: { text?: string } }[] }>('GET', `/api/v1/jobs/${far.id}`)).records;
  await expect.poll(async () => (await notes()).filter(({ record }) => record.text === 'Made before it was set').length).toBe(1);
  // The scope follows: of the days that are left there is everything, of the others nothing.
  await app.goTo('Jobs');
  await expect(app.page.getByRole('link', { name: near.number })).toBeVisible();
  await expect(app.page.getByRole('link', { name: far.number })).toHaveCount(0);
  await app.page.goto(`/jobs/${far.id}`);
  await expect(app.main.getByText(text('job.missing_hint', { days: 1 }))).toBeVisible();

  // Two days, not one, until it hides what it holds.
  await app.goTo('Jobs');
  await world.line.refuse();
  await app.page.clock.fastForward('25:00:00');
  await expect(app.page.getByRole('link', { name: near.number })).toBeVisible();
  await app.page.clock.fastForward('25:00:00');
  await expect(app.page.getByText(text('banners.expired_hint', { hours: 48 }))).toBeVisible();
});

test('an open phone follows at once, and what is being typed on it stays', async ({ world }) => {
  const far = await farJob(world);
  const [near] = await todaysJobs(world);
  const phone = await world.phone();
  await phone.running.addInitScript(noRounds);
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  const isWake: Match = ({ path }) => path === '/api/v1/wake';
  await expect.poll(() => world.line.log.filter(isWake).filter(({ status }) => status === undefined).length).toBe(1);
  await app.openJob(near.number);
  await app.draftNote('Half a senten');
  await expect(app.noteField).toBeFocused();
  const drawn = await app.noteField.elementHandle();
  const admin = await world.client(ADA);
  const { version, settings } = await admin.request<Page>('GET', '/api/v1/company');
  const pulls = () => world.line.log.filter(({ path, status }) => path.startsWith('/api/v1/pull') && status !== undefined).length;
  const before = pulls();
  await admin.request('PUT', '/api/v1/company', { version, settings: { ...settings, window_days: 1 } });
  await expect.poll(pulls).toBeGreaterThan(before);
  // The next thing that happens comes after the settings, and the phone says that it knows them.
  await admin.addNote(near.id, 'From the office');
  await expect(app.note('From the office')).toBeVisible();
  await expect.poll(() => world.line.log.filter(({ path }) => path.startsWith('/api/v1/pull') && path.includes('settings=1')).length).toBeGreaterThan(0);
  expect(await drawn?.evaluate((element) => element.isConnected)).toBe(true);
  await expect(app.noteField).toBeFocused();
  await expect(app.noteField).toHaveValue('Half a senten');
  await app.goTo('Jobs');
  await expect(app.page.getByRole('link', { name: near.number })).toBeVisible();
  await expect(app.page.getByRole('link', { name: far.number })).toHaveCount(0);
});

test('the operation mode and the offline feature are set by an admin, and each phone follows with its own next contact', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  const { phone: away, app: bens } = await world.primedPhone('ben@nordhaus.example');
  await away.setOffline(true);
  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Made before it was set');
  const board = await world.board(ADA);
  await openCompany(board);
  await expect(field(board, 'mode')).toHaveValue('offline');
  await field(board, 'mode').selectOption(text('company.mode_online'));
  await board.saveButton.click();
  const setMode = changed('mode', text('company.mode_offline'), text('company.mode_online'));
  await expect(changes(board).filter({ hasText: setMode })).toContainText('Ada Falk');
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await app.goTo('Today');
  await expect(app.main.getByText(text('today.live', { count: RECENT }))).toBeVisible();
  // Ben has heard nothing of it.
  await expect(bens.main.getByText('Ready for offline use', { exact: true })).toBeVisible();

  await field(board, 'offers_offline').uncheck();
  await board.saveButton.click();
  await expect(changes(board).filter({ hasText: changed('offers_offline', text('company.on'), text('company.off')) })).toHaveCount(1);
  await app.syncNow();
  await app.goTo('Settings');
  await expect(app.main.getByText(text('settings.offline_company'))).toBeVisible();
  await phone.setOffline(true);
  await app.goTo('Today');
  await expect(app.main.getByText(text('today.no_offline_cut'))).toBeVisible();
  await phone.setOffline(false);

  // Both are taken back; Ben hears of the last word alone, and stays as he was.
  await field(board, 'offers_offline').check();
  await field(board, 'mode').selectOption(text('company.mode_offline'));
  await board.saveButton.click();
  await expect(changes(board)).toHaveCount(4);
  await app.syncNow();
  await app.goTo('Today');
  await app.waitReady();
  await away.setOffline(false);
  await bens.syncNow();
  await bens.goTo('Today');
  await bens.waitReady();
});

/** How large a picture is, as a browser draws it. */
function measured(app: App, bytes: Buffer): Promise<[number, number]> {
  return app.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const { width, height } = await createImageBitmap(new Blob([bytes]));
    return [width, height] as [number, number];
  }, bytes.toString('base64'));
}

test('how large photos are made is the company’s to set, and holds for those that are added after the next contact', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const own = await world.client(ANNA);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openNotes();
  const add = async (name: string) => {
    const group = app.page.getByRole('group', { name: text('job.add_photo') });
    const photo = { name: `${name}.png`, mimeType: 'image/png', buffer: picture(name.length, 1500, 300) };
    await app.saving(() => group.getByLabel(text('files.choose')).setInputFiles(photo));
    await app.page.getByRole('button', { name: text('job.without_note') }).click();
  };
  const arrived = async (name: string): Promise<Attachment | undefined> =>
    of<Attachment>(await own.scope(), 'attachment').find((file) => file.job === job.id && file.name.startsWith(name) && file.received_at !== undefined);
  const sizeOf = async (name: string) => {
    await expect.poll(async () => (await arrived(name)) !== undefined).toBe(true);
    const photo = await arrived(name);
    return measured(app, await own.file(photo?.id ?? ''));
  };
  await add('as-it-is');
  expect(await sizeOf('as-it-is')).toEqual([1500, 300]);

  const board = await world.board(ADA);
  await openCompany(board);
  await world.line.refuse();
  await field(board, 'photo_edge').fill('1024');
  await board.saveButton.click();
  await expect(changes(board).filter({ hasText: changed('photo_edge', '2048', '1024') })).toHaveCount(1);
  await add('not-heard-of');
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await app.openJob(job.number);
  await app.openNotes();
  await add('smaller');
  expect(await sizeOf('smaller')).toEqual([1024, 205]);
  expect(await sizeOf('not-heard-of')).toEqual([1500, 300]);
});

/** Runs in the page before the app: the rounds of two minutes never come. */
function noRounds(): void {
  const every = globalThis.setInterval;
  const without = (work: () => void, ms?: number) => (ms === 120_000 ? 0 : every(work, ms));
  Object.assign(globalThis, { setInterval: without });
}

test('a dispatcher reads the settings and who can change them', async ({ world }) => {
  const board = await world.board();
  await openCompany(board);
  await expect(board.main.getByText(text('company.read_only_who', { names: 'Ada Falk' }))).toBeVisible();
  await expect(board.main.getByText(text('company.window_days_hint'))).toBeVisible();
  await expect(board.saveButton).toHaveCount(0);
  await expect(board.page.getByRole('textbox')).toHaveCount(0);
  const dora = await world.client();
  const { version, settings } = await dora.request<Page>('GET', '/api/v1/company');
  const refused = await dora.request('PUT', '/api/v1/company', { version, settings: { ...settings, expiry_hours: 1 } }).catch(String);
  expect(JSON.stringify(refused)).toContain('only for admins');
  // A technician has no such page.
  const { app } = await world.primedPhone();
  await app.page.goto('/dispatch/company');
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
});

test('of two admins the second sees what the first has set, with what they have typed on top of it', async ({ world }) => {
  const board = await adminsBoard(world);
  await openCompany(board);
  await field(board, 'expiry_hours').fill('12');
  const other = await world.client(ADA);
  const { version, settings } = await other.request<Page>('GET', '/api/v1/company');
  await other.request('PUT', '/api/v1/company', { version, settings: { ...settings, window_days: 5 } });
  await board.saveButton.click();
  await expect(board.page.getByText(text('company.moved'))).toBeVisible();
  await expect(field(board, 'window_days')).toHaveValue('5');
  await expect(field(board, 'expiry_hours')).toHaveValue('12');
  await board.saveButton.click();
  await expect(saved(board)).toBeVisible();
  await expect(changes(board).first()).toContainText(changed('expiry_hours', '24', '12'));
  await expect(board.page.getByText(text('company.moved'))).toBeHidden();
});

test('who leaves with something typed is asked, and without an answer of the server nothing is lost', async ({ world }) => {
  const board = await world.board(ADA);
  await openCompany(board);
  await field(board, 'expiry_hours').fill('12');
  await world.officeLine.refuse();
  await board.saveButton.click();
  await expect(board.page.locator('.toast-trouble')).toBeVisible();
  await world.officeLine.accept();
  await expect(field(board, 'expiry_hours')).toHaveValue('12');
  const question = board.page.getByRole('dialog', { name: text('company.leave') });
  await board.page.getByRole('navigation').getByRole('link', { name: 'Jobs', exact: true }).click();
  await question.getByRole('button', { name: text('company.stay') }).click();
  await expect(question).toBeHidden();
  await expect(field(board, 'expiry_hours')).toHaveValue('12');
  await board.page.getByRole('navigation').getByRole('link', { name: 'Jobs', exact: true }).click();
  await question.getByRole('button', { name: text('company.leave_unsaved') }).click();
  await expect(board.heading(text('pages.jobs'))).toBeVisible();
  await board.goTo('Board');
  await openCompany(board);
  await expect(field(board, 'expiry_hours')).toHaveValue('24');
});
