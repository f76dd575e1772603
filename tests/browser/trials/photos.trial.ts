// A hundred files over a line that is slow and cut again and again, while browser and server are killed.
import { randomInt } from 'node:crypto';
import { Cutter } from '../support/cutter';
import { todaysJobs } from '../support/jobs';
import { isPiece } from '../support/proxy';
import { expect, test } from '../support/world';
import { pick, received, registered } from './files';

const FILES = Number(process.env.AFIELD_TRIAL_FILES ?? 100);
const BYTES = Number(process.env.AFIELD_TRIAL_BYTES ?? 3_000_000);
const KBIT_A_SECOND = Number(process.env.AFIELD_TRIAL_KBIT ?? 500);
const KILLS = Number(process.env.AFIELD_TRIAL_KILLS ?? 20);
/** Each connection that carries bytes is cut before it has carried so many. */
const CUT_BEFORE = 1_500_000;

test('a hundred files arrive over a slow line that is cut again and again, through kills of browser and server', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  const phone = await world.usedPhone();
  let app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await world.line.refuse();
  const hashes = await pick(app, FILES, BYTES);
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
    console.log(`    kill ${kill + 1}: ${await received(anna, job)} received, ${pieces()} pieces`);
  }
  const [saved, said] = [performance.now(), pieces()];
  await app.addNote('Between two pieces');
  const notes = async (): Promise<string[]> => (await anna.records()).notes.map((note) => note.text);
  await expect.poll(notes, limit).toContain('Between two pieces');
  const [textMs, textPieces] = [performance.now() - saved, pieces() - said];
  await expect.poll(() => received(anna, job), { ...limit, timeout: 4 * 3_600_000 }).toBe(FILES);
  const seconds = (performance.now() - began) / 1000;
  const files = await registered(anna, job);
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
