// A hundred files over a line that is slow and cut again and again, while browser and server are killed.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { App } from '../support/app';
import { Cutter } from '../support/cutter';
import { notesOf, todaysJobs } from '../support/jobs';
import { of, type Attachment, type Job } from '../support/office';
import { isPiece } from '../support/proxy';
import { text } from '../support/texts';
import { expect, test, type World } from '../support/world';

const ANNA = 'anna@nordhaus.example';
const FILES = Number(process.env.AFIELD_TRIAL_FILES ?? 100);
const BYTES = Number(process.env.AFIELD_TRIAL_BYTES ?? 3_000_000);
const KBIT_A_SECOND = Number(process.env.AFIELD_TRIAL_KBIT ?? 500);
const KILLS = Number(process.env.AFIELD_TRIAL_KILLS ?? 20);
/** Files that are picked at once: Playwright carries 50 MB. */
const BATCH = 10;
/** Each connection that carries bytes is cut before it has carried so many. */
const CUT_BEFORE = 1_500_000;

/** Adds the files to the open job; their hashes. */
async function pick(app: App): Promise<string[]> {
  const hashes: string[] = [];
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  for (let first = 0; first < FILES; first += BATCH) {
    const files = Array.from({ length: Math.min(BATCH, FILES - first) }, (_, place) => {
      return { name: `trial-${first + place}.bin`, mimeType: 'application/octet-stream', buffer: randomBytes(BYTES) };
    });
    hashes.push(...files.map(({ buffer }) => createHash('sha256').update(buffer).digest('hex')));
    await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(files));
  }
  return hashes;
}

async function receivedOf(world: World, job: Job): Promise<Attachment[]> {
  const all = of<Attachment>(await (await world.client(ANNA)).scope(), 'attachment');
  return all.filter((file) => file.job === job.id && file.name.startsWith('trial-'));
}

test('a hundred files arrive over a slow line that is cut again and again, through kills of browser and server', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.usedPhone();
  let app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await world.line.refuse();
  const hashes = await pick(app);
  const cutter = new Cutter(() => world.server.port, () => randomInt(1, CUT_BEFORE), 'PATCH', (KBIT_A_SECOND * 1000) / 8);
  const port = await cutter.start();
  world.line.upstream = () => port;
  await world.line.accept();
  const began = performance.now();
  const pieces = () => world.line.log.filter(isPiece).length;
  const limit = { timeout: 3_600_000, intervals: [1_000] };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const until = pieces() + randomInt(2, Math.max(3, Math.floor(FILES / 4)));
    await expect.poll(pieces, limit).toBeGreaterThan(until);
    if (kill % 2 === 0) {
      await world.server.kill();
      await world.server.start();
    } else {
      await phone.kill();
      await phone.start();
      app = await phone.open(`/jobs/${job.id}`);
    }
    console.log(`    kill ${kill + 1}: ${(await receivedOf(world, job)).filter((file) => file.received_at !== undefined).length} received, ${pieces()} pieces`);
  }
  const [saved, said] = [performance.now(), pieces()];
  await app.addNote('Between two pieces');
  await expect.poll(() => notesOf(world, job, 'Between'), limit).toEqual(['Between two pieces']);
  const [textMs, textPieces] = [performance.now() - saved, pieces() - said];
  await expect.poll(async () => (await receivedOf(world, job)).filter((file) => file.received_at !== undefined).length, { ...limit, timeout: 4 * 3_600_000 }).toBe(FILES);
  const seconds = (performance.now() - began) / 1000;
  const files = await receivedOf(world, job);
  expect(files.map(({ sha256 }) => sha256).sort(), 'each once, and whole').toEqual([...hashes].sort());
  await app.expectUnsent(0);
  const payload = FILES * BYTES;
  const figures = {
    files: FILES,
    bytes_each: BYTES,
    kbit_a_second: KBIT_A_SECOND,
    kills: KILLS,
    cuts: cutter.cut,
    seconds: Math.round(seconds),
    sent_of_payload: (cutter.sent / payload).toFixed(3),
    text_ms: Math.round(textMs),
    pieces_before_text: textPieces,
  };
  console.log(`    ${JSON.stringify(figures)}`);
  expect(cutter.sent / payload, 'bytes sent').toBeLessThan(1.2);
  await cutter.end();
});
