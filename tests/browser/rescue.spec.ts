// Unsent work in one file: written by the app and by the page that needs no app, sent from another phone, and never twice.
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { App } from './support/app';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const HEAD = 19;
const FOOT = 92;

interface Index {
  changes: number;
  entries: { mutation: { id: string; seq: number; op: { op: string } } }[];
  files: { at: number; row: { id: string; bytes: number; sha256: string } }[];
}

/** What is in a rescue file, as docs/rescue.md says. */
function read(file: Buffer): { index: Index; bytes: Buffer } {
  const foot = file.subarray(-FOOT).toString('latin1');
  const [name, length, hash] = foot.trimEnd().split(' ');
  expect(name).toBe('AFIELD-RESCUE');
  const begins = file.length - FOOT - Number(length);
  const json = file.subarray(begins, -FOOT);
  expect(createHash('sha256').update(json).digest('hex')).toBe(hash);
  return { index: JSON.parse(json.toString()) as Index, bytes: file.subarray(HEAD, begins) };
}

/** The work in a file, without when it was written, and without what a pass that goes on meanwhile counts in it. */
function work(file: Buffer): unknown[] {
  const { index, bytes } = read(file);
  return [index.entries.map(({ mutation }) => mutation), index.files, bytes.toString('base64')];
}

async function save(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  expect(download.suggestedFilename()).toMatch(/^afield-rescue-[-0-9]+\.afield$/);
  return readFile(await download.path());
}

/** A note and two files, which this phone has and nobody else. */
async function leaveWork(app: App, job: Job): Promise<Buffer[]> {
  const files = [randomBytes(300_000), randomBytes(3)];
  await app.openJob(job.number);
  await app.addNote('Rescued');
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  for (const [place, buffer] of files.entries()) {
    const file = { name: `rescued-${place}.bin`, mimeType: 'application/octet-stream', buffer };
    await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(file));
  }
  return files;
}

/** A phone in the cellar with work that is also in a rescue file, and what the office shall have of it. */
async function savedByApp(world: World) {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await phone.setOffline(true);
  const files = await leaveWork(app, job);
  await app.goTo('Sync');
  await app.main.getByRole('link', { name: text('pages.rescue') }).click();
  const byApp = await save(app.page, text('rescue.save'));
  const hashes = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  return { job, phone, app, byApp, expected: [['Rescued'], hashes.sort()] };
}

/** Opens a rescue file on this phone and sends it. */
async function bring(app: App, file: string): Promise<void> {
  await app.page.goto('/rescue');
  await app.page.getByLabel(text('rescue.open'), { exact: true }).setInputFiles(file);
  await app.page.getByRole('button', { name: text('rescue.send') }).click();
  const [arrived] = text('rescue.all_arrived', { what: '|' }).split('|');
  await expect(app.main.getByText(arrived)).toBeVisible();
}

/** What the office has of the job beside the demo's: its notes, and the hashes of the files that it has received. */
async function arrived(world: World, job: Job, ids: string[]): Promise<[string[], string[]]> {
  const all = of<Attachment>(await (await world.client('anna@nordhaus.example')).scope(), 'attachment');
  const files = all.filter(({ id, received_at }) => ids.includes(id) && (received_at ?? 0) > 0);
  expect(all.filter(({ name }) => name.startsWith('rescued-')).length, 'none is there twice').toBe(ids.length);
  return [await notesOf(world, job, 'Rescued'), files.map(({ sha256 }) => sha256).sort()];
}

test('work in a rescue file arrives once from another phone, however often and by whom it is sent', async ({ world }) => {
  const { job, phone, app, byApp, expected } = await savedByApp(world);
  await expect(app.main.getByText(text('rescue.saved'))).toBeVisible();
  // The page that needs no app works without a network, and writes the same.
  const page = (await phone.open('/rescue.html')).page;
  const byPage = await save(page, 'Save a rescue file');
  expect(work(byPage)).toEqual(work(byApp));
  const { index } = read(byApp);
  expect(index.entries.map(({ mutation }) => mutation.op.op)).toEqual(['add_note', 'add_attachment', 'add_attachment']);
  expect(index.files.map(({ row }) => row.bytes).sort()).toEqual([3, 300_000]);

  const ids = index.files.map(({ row }) => row.id);
  const [first, again] = [path.join(world.folder, 'first.afield'), path.join(world.folder, 'again.afield')];
  await writeFile(first, byApp);
  await writeFile(again, byPage);
  const { app: other } = await world.primedPhone();
  await bring(other, first);
  expect(await arrived(world, job, ids)).toEqual(expected);
  await bring(other, again);
  expect(await arrived(world, job, ids)).toEqual(expected);

  await phone.setOffline(false);
  await app.syncNow();
  await app.expectUnsent(0);
  await app.goTo('Sync');
  await expect(app.refused).toHaveCount(0);
  await expect(app.main.getByText(text('sync.nothing_pending_hint'))).toBeVisible();
  expect(await arrived(world, job, ids)).toEqual(expected);
  // And it is known here: all of it is received.
  await app.main.getByRole('link', { name: text('pages.receipts') }).click();
  await expect(app.main.getByText('rescued-0.bin')).toBeVisible();
  await expect(app.main.getByText(text('receipts.missing'), { exact: true })).toHaveCount(0);
});

test('the office brings in a technician’s work: as theirs, once, and with a word of who did it', async ({ world }) => {
  const { job, phone, app, byApp: whole, expected } = await savedByApp(world);
  const picked = path.join(world.folder, 'anna.afield');
  await writeFile(picked, whole);
  const ids = read(whole).index.files.map(({ row }) => row.id);

  const dora = await world.board();
  await dora.goTo('Sync');
  await dora.main.getByRole('link', { name: text('pages.rescue') }).click();
  await dora.page.getByLabel(text('rescue.open'), { exact: true }).setInputFiles(picked);
  await expect(dora.main.getByText(text('rescue.for_author', { name: 'Anna Berg' }))).toBeVisible();
  expect(await notesOf(world, job, 'Rescued'), 'nothing goes before it is said').toEqual([]);
  await dora.page.getByRole('button', { name: text('rescue.send') }).click();
  const [all] = text('rescue.all_arrived', { what: '|' }).split('|');
  await expect(dora.main.getByText(all)).toBeVisible();
  expect(await arrived(world, job, ids)).toEqual(expected);
  await bring(dora, picked);
  expect(await arrived(world, job, ids)).toEqual(expected);

  await dora.page.goto(`/dispatch/job/${job.id}`);
  const part = (title: string) => dora.main.locator('section').filter({ has: dora.page.getByRole('heading', { name: title, exact: true }) });
  const note = part(text('job.notes')).getByRole('listitem').filter({ hasText: 'Rescued' });
  await expect(note).toContainText('Anna Berg');
  const brought = part(text('job.happened')).getByRole('listitem').filter({ hasText: text('board.brought', { name: 'Dora Lindner' }) });
  await expect(brought).toHaveCount(3);

  // The phone works again.
  await phone.setOffline(false);
  await app.syncNow();
  await app.expectUnsent(0);
  await app.goTo('Sync');
  await expect(app.refused).toHaveCount(0);
  await expect(app.main.getByText(text('sync.nothing_pending_hint'))).toBeVisible();
  expect(await arrived(world, job, ids)).toEqual(expected);
  await expect(brought).toHaveCount(3);
});

test('what is not whole, or not this user’s, is refused with its reason and changes nothing', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await phone.setOffline(true);
  await leaveWork(app, job);
  await app.goTo('Sync');
  await app.main.getByRole('link', { name: text('pages.rescue') }).click();
  const whole = await save(app.page, text('rescue.save'));
  const changed = Buffer.from(whole);
  changed[HEAD + 150_000] ^= 1;
  const newer = Buffer.from(whole);
  newer.write('0002', 14);
  const { app: ben } = await world.primedPhone('ben@nordhaus.example');
  const name = (await (await world.client('anna@nordhaus.example')).request<{ user: { name: string } }>('GET', '/api/v1/session')).user.name;
  for (const [bytes, said] of [
    [Buffer.from('a shopping list'), text('rescue.not_ours')],
    [newer, text('rescue.newer')],
    [whole.subarray(0, -1), text('rescue.damaged')],
    [whole.subarray(0, 200_000), text('rescue.damaged')],
    [changed, text('rescue.damaged')],
    [whole, text('rescue.other_user_named', { name })],
  ] as const) {
    const file = { name: 'picked.afield', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
    // On a page of its own: what it said of the one before could be taken for what it says of this one.
    await ben.page.goto('/rescue');
    await ben.page.getByLabel(text('rescue.open'), { exact: true }).setInputFiles(file);
    await expect(ben.main.getByText(said)).toBeVisible();
    await expect(ben.page.getByRole('button', { name: text('rescue.send') })).toHaveCount(0);
  }
  expect(await notesOf(world, job, 'Rescued')).toEqual([]);
});

test('an app that does not start any more leads to its work', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await phone.setOffline(true);
  await leaveWork(app, job);
  // Its parts are gone from the phone, and the server has them no more.
  await app.page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      const requests = await cache.keys();
      await Promise.all(requests.filter(({ url }) => /\.(wasm|bin)$/.test(url)).map((request) => cache.delete(request)));
    }
  });
  world.line.rule(({ path }) => /\.(wasm|bin)$/.test(path), { kind: 'answer', status: 404 });
  world.line.rule(({ path }) => path.startsWith('/api/'), { kind: 'drop' });
  const page = await phone.running.newPage();
  // Nor does the browser's own cache keep them.
  await (await phone.protocol(page)).send('Network.clearBrowserCache');
  await phone.setOffline(false);
  await page.goto('/');
  const way = page.getByRole('link', { name: 'Save unsent work in a file' });
  await expect(way).toBeVisible();
  await way.click();
  await expect(page.getByRole('heading', { name: 'Save unsent work' })).toBeVisible();
  const { index } = read(await save(page, 'Save a rescue file'));
  expect(index.changes).toBe(3);
  await expect(page.getByText('The file is among your downloads.')).toBeVisible();
});

/** In the page that needs no app: how a full storage refuses to mark what was written. */
const full: Record<string, () => void> = {
  'takes nothing': () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
  },
  'takes it back at the end': () => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...row) {
      const request = put.apply(this, row);
      this.transaction.abort();
      return request;
    };
  },
};

for (const [what, refuse] of Object.entries(full)) {
  test(`a full storage that ${what}: the file is written all the same, and it is said what not to do`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const { phone, app } = await world.primedPhone();
    // Nobody makes a pass: what one has tried to send is marked already, and there would be nothing to write.
    const busy = await phone.running.newPage();
    await busy.goto('/api/v1/health');
    await busy.evaluate(
      () =>
        new Promise<void>((held) => {
          void navigator.locks.request('afield-replay', () => {
            held();
            return new Promise(() => {});
          });
        }),
    );
    await phone.setOffline(true);
    const files = await leaveWork(app, job);
    // The app is gone: only the other page has no room.
    await app.page.goto('/rescue.html');
    const page = await phone.running.newPage();
    await page.addInitScript(refuse);
    await page.goto('/rescue.html');
    const file = await save(page, 'Save a rescue file');
    const said = page.getByRole('status');
    const done = 'The file is among your downloads. It holds your work as it is: keep it where nobody else can read it.';
    const not = 'This phone is full: until this work has reached the office, change and take back nothing of it here.';
    await expect(said).toHaveText(`${done} ${not}`);
    const { index, bytes } = read(file);
    expect(index.changes).toBe(3);
    expect(index.entries.map(({ mutation }) => mutation.op.op)).toEqual(['add_note', 'add_attachment', 'add_attachment']);
    expect(index.files.map(({ row }) => row.sha256).sort()).toEqual(files.map((file) => createHash('sha256').update(file).digest('hex')).sort());
    expect(bytes.length, 'the photos too').toBe(300_003);

    // A page with room says no such thing, of the same work.
    await save(app.page, 'Save a rescue file');
    await expect(app.page.getByRole('status')).toHaveText(done);
  });
}
