// What of a job is still on a phone: the office's page of the job says it, with its age, and stops saying it by itself.
import { PHONE } from './support/browser';
import { nextPicture } from './support/day';
import { todaysJobs } from './support/jobs';
import { isFile, type Match } from './support/proxy';
import { syncEvents, until } from './support/rounds';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ADA = 'ada@nordhaus.example';
const ANNA = 'anna@nordhaus.example';
const BEN = 'ben@nordhaus.example';
const NOTE = { change: 'right', role: 'technician', right: 'add_note' };

/** A report of this user's phone that the server has heard. */
const tells = (user: string | undefined, words: string): Match => ({ path, body, status }) =>
  path === '/api/v1/device' && body.includes(`"user":"${user}"`) && body.includes(words) && status === 200;

async function set(world: World, change: object): Promise<void> {
  await (await world.client(ADA)).request('POST', '/api/v1/rights', change);
}

/** What stands before the variables of a text. */
const beginning = (key: string): string => text(key).split('{')[0];

test('the office reads on a job what of it is still on a phone, as of when, and no more once it has come', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const [bensJob] = await todaysJobs(world, BEN);
  const { app } = await world.primedPhone(ANNA);
  const { app: bens } = await world.primedPhone(BEN);
  const board = await world.board();
  await board.page.goto(`/dispatch/job/${job.id}`);
  const phones = board.main.locator('.office-phone');
  await expect(board.main.getByText(job.number, { exact: true })).toBeVisible();
  await expect(phones).not.toContainText(beginning('office.on_phone'));

  await app.openJob(job.number);
  await world.line.refuse();
  await app.addNote('Valve is worn');
  await app.addNote('Ordered another one');
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('valve.png')));
  // The notes are refused, the photo’s bytes do not get through: all three stay, and the phone can say so.
  await set(world, { ...NOTE, given: false });
  const released = world.line.rule(isFile, { kind: 'answer', status: 503 });
  const from = world.line.log.length;
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(2);
  await world.line.ended(tells(job.assignee, '"unsent":2,"files":1,'), from);
  await world.line.refuse();

  // The page was there all the time.
  await expect(phones).toContainText(`${text('office.on_phone').split('{name}')[0]}Anna Berg`);
  await expect(phones).toContainText(/2 changes and 1 photo or file of this job/);
  await expect(phones).toContainText(/as of \d/);
  // Said once, and not for a job of somebody else, whose phone has told too.
  await expect(phones.getByText('of this job')).toHaveCount(1);
  await expect(phones).not.toContainText(beginning('office.files_wait'));
  const other = await board.page.context().newPage();
  await other.goto(`/dispatch/job/${bensJob.id}`);
  await expect(other.locator('.office-phone')).toContainText('Ben Ito');
  await expect(other.locator('.office-phone')).not.toContainText('of this job');
  await other.close();

  // Those that owe something alone, by the address.
  await board.page.evaluate("window.stays = 'here'");
  const devices = await board.page.context().newPage();
  await devices.goto('/dispatch/devices?owes');
  await expect(devices.locator('.device')).toHaveCount(1);
  await expect(devices.locator('.device')).toContainText('Anna Berg');

  released();
  await set(world, { ...NOTE, given: true });
  const then = world.line.now();
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await bens.expectUnsent(0);
  await world.line.ended(tells(job.assignee, '"unsent":0,"files":0,'), then);
  await expect(phones).not.toContainText('of this job');
  expect(await board.page.evaluate('window.stays'), 'the page was not loaded anew').toBe('here');

  await devices.getByRole('button', { name: text('devices.reload') }).click();
  await expect(devices.getByText(text('devices.arrived'), { exact: true })).toBeVisible();
  await devices.getByLabel(text('devices.owing_alone')).uncheck();
  await expect(devices).toHaveURL(/\/dispatch\/devices$/);
  await expect(devices.locator('.device')).not.toHaveCount(0);
  await devices.setViewportSize(PHONE);
  await expect.poll(() => devices.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
});

test('what the worker brings after the app was closed is on no phone any more', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { phone, app } = await world.primedPhone(ANNA);
  // What the page has told of how the phone is set up may be of before it was ready: it tells that with the next pass.
  await app.syncNow();
  await world.line.ended(tells(job.assignee, '"ready":true'));
  const { once } = await syncEvents(phone, app);
  const board = await world.board();
  await board.page.goto(`/dispatch/job/${job.id}`);
  const phones = board.main.locator('.office-phone');
  await app.openJob(job.number);
  await app.openNotes();
  let release = (): void => {};
  world.line.rule(isFile, { kind: 'hold', until: new Promise<void>((resolve) => (release = resolve)) });
  const from = world.line.log.length;
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('valve.png')));
  await world.line.ended(tells(job.assignee, '"files":1,'), from);
  await expect(phones).toContainText(/1 photo or file of this job/);
  await app.leave();
  const then = world.line.log.length;
  release();
  await until(world.line, once, () => world.line.log.slice(then).some(tells(job.assignee, '"files":0,')));
  await expect(phones).not.toContainText('of this job');
  await expect(phones).toContainText('Anna Berg');
  // How the phone is set up only a page can say: what it said stays.
  await board.page.goto('/dispatch/devices');
  const device = board.main.locator('.device').filter({ hasText: 'Anna Berg' });
  await expect(device).toContainText(text('devices.holds_all'));
  // One text holds the other.
  await expect(device).not.toContainText(text('devices.not_ready'));
});
