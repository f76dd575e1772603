// A hundred photos on a line of the second generation, by the browser's own word, and what they do when it is a fast one.
import type { App } from '../support/app';
import { todaysJobs } from '../support/jobs';
import type { Client, Job } from '../support/office';
import { picture } from '../support/picture';
import { isFile, isPiece } from '../support/proxy';
import { text } from '../support/texts';
import { expect, test, type World } from '../support/world';
import { received, registered } from './files';

const PHOTOS = Number(process.env.AFIELD_TRIAL_FILES ?? 100);
/** Photos that are picked at once. */
const AT_ONCE = 10;
/** What 2G carries: bytes a second, and milliseconds there and back. */
const SLOW = { offline: false, latency: 1_500, downloadThroughput: 30_000, uploadThroughput: 20_000, connectionType: 'cellular2g' } as const;
const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1, connectionType: 'wifi' } as const;
const LIMIT = { timeout: 1_800_000, intervals: [1_000] };

/** Adds photos to the open job; their bytes together. */
async function takePhotos(app: App, count: number): Promise<number> {
  await app.openNotes();
  const photos = app.page.getByRole('group', { name: text('job.add_photo') });
  let bytes = 0;
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, place) => {
      return { name: `trial-${first + place}.png`, mimeType: 'image/png', buffer: picture(first + place, 640, 480) };
    });
    bytes += some.reduce((sum, { buffer }) => sum + buffer.length, 0);
    await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(some));
  }
  await app.page.getByRole('button', { name: text('job.without_note') }).click();
  return bytes;
}

const effectiveType = (app: App) => app.page.evaluate(() => (navigator as unknown as { connection: { effectiveType: string } }).connection.effectiveType);

/** How many are known at the office with a preview. */
async function previews(anna: Client, job: Job): Promise<number> {
  return (await registered(anna, job)).filter(({ thumbnail }) => thumbnail !== undefined && thumbnail !== '').length;
}

/** No byte of an original, nor a question about one. */
const untouched = (world: World) => expect(world.line.log.filter(isFile).length, 'requests about originals').toBe(0);

test('on 2G text and previews arrive and no byte of an original; on a fast line these flow by themselves', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  const phone = await world.usedPhone();
  // Chromium's tools slow down a page, not its worker.
  await phone.running.addInitScript(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  const app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  const protocol = await phone.protocol(app.page);
  await protocol.send('Network.enable');
  await protocol.send('Network.emulateNetworkConditions', SLOW);
  await expect.poll(() => effectiveType(app)).toMatch(/2g/);
  const began = performance.now();
  const bytes = await takePhotos(app, PHOTOS);
  await app.addNote('Text goes');
  await expect.poll(() => previews(anna, job), LIMIT).toBe(PHOTOS);
  await expect.poll(async () => (await anna.records()).notes.map((note) => note.text), LIMIT).toContain('Text goes');
  const slowSeconds = (performance.now() - began) / 1000;
  await expect(app.status).toHaveText(text('connection.slow'));
  untouched(world);
  const fast = performance.now();
  await protocol.send('Network.emulateNetworkConditions', FAST);
  await expect.poll(() => received(anna, job), LIMIT).toBe(PHOTOS);
  const fastSeconds = (performance.now() - fast) / 1000;
  await app.expectUnsent(0);
  console.log(`    ${JSON.stringify({ photos: PHOTOS, picked_bytes: bytes, text_and_previews_s: Math.round(slowSeconds), originals_s: Math.round(fastSeconds), pieces: world.line.log.filter(isPiece).length })}`);
});

test('with the page closed the worker leaves 2G to text too, and sends the originals when the line is fast', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  const phone = await world.usedPhone();
  await phone.close();
  // All of the browser, its worker too, is on such a line.
  phone.flags = ['--force-effective-connection-type=2G'];
  await phone.start();
  const app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await expect.poll(() => effectiveType(app)).toBe('2g');
  await takePhotos(app, PHOTOS);
  await expect.poll(() => previews(anna, job), LIMIT).toBe(PHOTOS);
  await app.page.close();
  untouched(world);
  await phone.close();
  untouched(world);
  phone.flags = [];
  const began = performance.now();
  await phone.start();
  await expect.poll(() => received(anna, job), LIMIT).toBe(PHOTOS);
  expect(phone.running.pages().filter((page) => page.url().startsWith('http')), 'no page of the app').toEqual([]);
  console.log(`    ${JSON.stringify({ photos: PHOTOS, by_the_worker_s: Math.round((performance.now() - began) / 1000) })}`);
  await (await phone.open()).expectUnsent(0);
});
