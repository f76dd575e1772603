// Photos and files on their way from a phone to the office: whole, once, after the text, whatever happens to the line.
import { createHash, randomBytes } from 'node:crypto';
import type { App } from './support/app';
import type { Phone } from './support/browser';
import { Cutter } from './support/cutter';
import { nextPicture } from './support/day';
import { todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { isFile, isPiece, isPush, type Exchange } from './support/proxy';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const FILE_BYTES = 3_000_000;

/** A file that is sent as it is. */
function someFile(name: string, length = FILE_BYTES) {
  return { name, mimeType: 'application/octet-stream', buffer: randomBytes(length) };
}

/** Adds files to the open job. */
async function addFiles(app: App, ...files: ReturnType<typeof someFile>[]): Promise<void> {
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(files));
}

/** What the server has of the files of a job, by name: what was registered, and the bytes if they were received. */
async function received(world: World, job: Job): Promise<Map<string, Buffer | undefined>> {
  const client = await world.client(ANNA);
  const files = of<Attachment>(await client.scope(), 'attachment').filter((file) => file.job === job.id);
  const all = new Map<string, Buffer | undefined>();
  for (const file of files) {
    const bytes = file.received_at === undefined ? undefined : await client.file(file.id);
    if (bytes !== undefined) {
      expect(createHash('sha256').update(bytes).digest('hex'), file.name).toBe(file.sha256);
    }
    all.set(file.name, bytes);
  }
  return all;
}

async function expectReceived(world: World, job: Job, file: { name: string; buffer: Buffer }): Promise<void> {
  await expect.poll(async () => (await received(world, job)).get(file.name)?.equals(file.buffer), { timeout: 60_000 }).toBe(true);
}

/** The line between the phones and the server from now on: what is sent over it is counted, and cut. */
async function cutLine(world: World, cuts: number[] = []): Promise<Cutter> {
  const cutter = new Cutter(() => world.server.port, cuts, 'PATCH');
  const port = await cutter.start();
  world.line.upstream = () => port;
  return cutter;
}

/** A phone with an open job and no network. `pageOnly`: its worker is never asked to send. */
async function inTheCellar(world: World, job: Job, pageOnly = false): Promise<{ phone: Phone; app: App }> {
  const phone = await world.usedPhone();
  if (pageOnly) {
    await phone.running.addInitScript(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  }
  const app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await world.line.refuse();
  return { phone, app };
}

test('a photo and a file taken without a network arrive byte for byte, and the phone says how they stand', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await inTheCellar(world, job);
  const file = someFile('plan.bin');
  await addFiles(app, file);
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('boiler.png')));
  await app.page.getByRole('button', { name: text('job.without_note') }).click();
  await expect(app.main.getByText(text('job.waits_here'), { exact: true })).toHaveCount(2);
  await app.goTo('Sync');
  await expect(app.main.getByText('plan.bin', { exact: true })).toBeVisible();
  await app.expectUnsent(2);

  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect(app.main.getByText(text('sync.nothing_pending_hint'))).toBeVisible();
  await expectReceived(world, job, file);
  const all = await received(world, job);
  expect([...all.values()].map((bytes) => bytes !== undefined), 'the photo too').toEqual([true, true]);
  await app.page.goto(`/jobs/${job.id}`);
  await app.openNotes();
  const [before] = text('files.received', { time: '|' }).split('|');
  await expect(app.main.getByText(before)).toHaveCount(2);
});

test('a line that is cut again and again costs little', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await inTheCellar(world, job);
  const file = someFile('long.bin', 5_000_000);
  await addFiles(app, file);
  const cutter = await cutLine(world, [40_000, 100_001, 64, 150_000, 90_000, 50_000]);
  await world.line.accept();
  await app.syncNow();
  await expectReceived(world, job, file);
  expect(cutter.cut, 'it was cut').toBe(6);
  expect(cutter.sent / file.buffer.length, 'bytes sent').toBeLessThan(1.2);
  await app.expectUnsent(0);
  await cutter.end();
});

test('a browser that is killed in the middle of a file goes on where the server is', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await inTheCellar(world, job);
  const file = someFile('killed.bin', 5_000_000);
  await addFiles(app, file);
  const cutter = await cutLine(world);
  // From the third piece on nothing gets through any more.
  const pieces = () => world.line.log.filter(isPiece).length;
  const dead = world.line.rule((exchange) => isPiece(exchange) && pieces() > 2, { kind: 'hold', until: new Promise(() => {}) });
  await world.line.accept();
  const tap = app.syncNow().catch(() => {});
  await expect.poll(pieces).toBeGreaterThan(2);
  await phone.kill();
  await tap;
  dead();
  expect((await received(world, job)).get(file.name)).toBe(undefined);
  await phone.start();
  const again = await phone.open();
  await expectReceived(world, job, file);
  // Not before: the counter knows of changes first, and of files a moment later.
  await again.expectUnsent(0);
  expect(cutter.sent / file.buffer.length, 'bytes sent').toBeLessThan(1.2);
  await cutter.end();
});

test('text goes first, and between two pieces', async ({ world }) => {
  const [job] = await todaysJobs(world);
  // A worker that is at it hears of a change only a moment after the page has said that it is saved.
  const { app } = await inTheCellar(world, job, true);
  const file = someFile('behind.bin');
  await addFiles(app, file);
  await app.addNote('Saved after the file');
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const from = world.line.now();
  world.line.rule(isPiece, { kind: 'hold', until: held });
  await world.line.accept();
  const piece = await Promise.all([world.line.seen(isPiece, from), app.syncNow()]).then(([piece]) => piece);
  const before = world.line.log.slice(from, piece.number);
  const texts = before.filter((exchange) => isPush(exchange) && exchange.status === 200).map(({ body }) => body);
  expect(texts.join(), 'the note is there before a byte of the file').toContain('Saved after the file');

  // The piece is on its way: what is written now waits for it alone.
  await app.openJob(job.number);
  await app.addNote('Written while a piece is under way');
  release();
  const push = await world.line.seen((exchange) => isPush(exchange) && exchange.body.includes('while a piece'), piece.number);
  const between = world.line.log.slice(piece.number + 1, push.number).filter(isPiece);
  expect(between.length, 'no other piece went before it').toBe(0);
  await expectReceived(world, job, file);
  await app.expectUnsent(0);
});

test('two tabs send a file once', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await inTheCellar(world, job);
  const file = someFile('once.bin');
  await addFiles(app, file);
  const other = await phone.open(`/jobs/${job.id}`);
  await expect(other.heading(job.title)).toBeVisible();
  const cutter = await cutLine(world);
  await world.line.accept();
  await Promise.all([app.syncNow(), other.syncNow()]);
  await Promise.all([app.expectUnsent(0), other.expectUnsent(0)]);
  await expectReceived(world, job, file);
  expect(cutter.sent / file.buffer.length, 'bytes sent').toBeLessThan(1.2);
  await cutter.end();
});

test('a server that does not take one file gets the others, and the phone says so and keeps it', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await inTheCellar(world, job);
  const [first, second] = [someFile('first.bin', 50_000), someFile('second.bin', 50_000)];
  await addFiles(app, first);
  await addFiles(app, second);
  let refused: string | undefined;
  // A gateway lets one of them through no more.
  const isRefused = (exchange: Exchange) => isFile(exchange) && exchange.path === (refused ??= exchange.path);
  const end = world.line.rule(isRefused, { kind: 'answer', status: 403 });
  await world.line.accept();
  await app.syncNow();
  await expect(app.main.getByText(text('files.stopped', { status: 403 }))).toBeVisible();
  await app.expectUnsent(1);
  const names = [...(await received(world, job))].filter(([, bytes]) => bytes !== undefined).map(([name]) => name);
  expect(names).toEqual(['second.bin']);
  end();
  await app.page.getByRole('button', { name: 'Sync now' }).click();
  await app.expectUnsent(0);
  await expectReceived(world, job, first);
});

test('on a slow network only text is sent, until somebody wants the photos sent', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const connection = Object.assign(new EventTarget(), { effectiveType: '2g', saveData: false });
    Object.defineProperty(navigator, 'connection', { value: connection });
    // Only this page says so: the worker must not be asked to send.
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await expect(app.status).toHaveText('Slow network: text only');
  await app.openJob(job.number);
  const file = someFile('slow.bin');
  await addFiles(app, file);
  await app.addNote('Text goes');
  await app.goTo('Sync');
  await expect(app.main.getByText(text('files.slow'))).toBeVisible();
  await app.expectUnsent(1);
  expect((await received(world, job)).has(file.name), 'it is registered').toBe(true);
  expect(world.line.log.filter(isFile).length, 'no byte of it').toBe(0);
  await app.page.getByRole('button', { name: 'Send photos now' }).click();
  await app.expectUnsent(0);
  await expectReceived(world, job, file);
});

test('who wants photos on Wi-Fi only keeps them off a mobile network, and they flow by themselves on Wi-Fi', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const connection = Object.assign(new EventTarget(), { effectiveType: '4g', saveData: false, type: 'cellular' });
    Object.defineProperty(navigator, 'connection', { value: connection });
    // Only this page says so: the worker must not be asked to send.
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.goTo('Settings');
  const choice = app.page.getByRole('group', { name: text('settings.files_over') });
  const wifi = choice.getByRole('button', { name: text('settings.files_wifi') });
  await wifi.click();
  await expect(wifi).toHaveAttribute('aria-pressed', 'true');
  await app.openJob(job.number);
  const file = someFile('on-wifi.bin');
  await addFiles(app, file);
  await app.addNote('Text goes on any network');
  await app.goTo('Sync');
  await expect(app.main.getByText(text('files.no_wifi'))).toBeVisible();
  await app.expectUnsent(1);
  expect((await received(world, job)).has(file.name), 'it is registered').toBe(true);
  expect(world.line.log.filter(isFile).length, 'no byte of it').toBe(0);
  await app.page.evaluate(() => {
    const { connection } = navigator as unknown as { connection: EventTarget & { type: string } };
    connection.type = 'wifi';
    connection.dispatchEvent(new Event('change'));
  });
  await app.expectUnsent(0);
  await expectReceived(world, job, file);
  // The wish is kept.
  await app.page.reload();
  await app.goTo('Settings');
  await expect(wifi).toHaveAttribute('aria-pressed', 'true');
});

test('the office sees where an original is, and opens it when it is there', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await inTheCellar(world, job);
  await app.openNotes();
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('boiler.png')));
  await app.page.getByRole('button', { name: text('job.without_note') }).click();
  const office = await world.board();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  // Every one: a phone that waits too long tries again.
  world.line.rule(isPiece, { kind: 'hold', until: held });
  await world.line.accept();
  await app.syncNow();

  const small = office.page.getByRole('complementary', { name: text('board.feed') }).getByRole('button', { name: 'boiler' });
  const viewer = office.page.getByRole('dialog', { name: 'boiler' });
  await small.click();
  await expect(viewer.getByText(text('files.elsewhere'))).toBeVisible();
  await viewer.getByRole('button', { name: text('common.close') }).click();

  release();
  await app.expectUnsent(0);
  await small.click();
  await expect(viewer.getByRole('link', { name: text('files.keep_copy') })).toBeVisible();
  const shown = viewer.getByRole('img');
  await expect(shown).toHaveAttribute('src', /^blob:/);
  // A picture that is still being read has no width.
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth), 'the whole picture').toBe(64);
});
