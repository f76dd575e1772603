// What half a gigabyte of files that wait, and that are sent, takes of a phone's memory.
import { Memory } from '../../../benches/support/memory';
import { todaysJobs } from '../support/jobs';
import { expect, test } from '../support/world';
import { pick, received } from './files';

const FILES = Number(process.env.AFIELD_TRIAL_FILES ?? 170);
const BYTES = Number(process.env.AFIELD_TRIAL_BYTES ?? 3_000_000);

test('half a gigabyte waits and drains', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const anna = await world.client('anna@nordhaus.example');
  const phone = await world.usedPhone();
  const idle = await phone.open(`/jobs/${job.id}`);
  await expect(idle.heading(job.title)).toBeVisible();
  const rest = await (await Memory.of(phone.running)).megabytes();
  await world.line.refuse();
  await pick(idle, FILES, BYTES);
  await phone.close();
  await phone.start();
  const app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await app.expectUnsent(FILES);
  const memory = await Memory.of(phone.running);
  const waiting = await memory.megabytes();
  const limit = { timeout: 3_600_000, intervals: [1_000] };
  const draining = await memory.peak(async () => {
    await world.line.accept();
    await expect.poll(() => received(anna, job), limit).toBe(FILES);
  });
  const figures = { megabytes: (FILES * BYTES) / 1_000_000, idle: Math.round(rest), waiting: Math.round(waiting), draining: Math.round(draining) };
  console.log(`    ${JSON.stringify(figures)}`);
  await app.expectUnsent(0);
});
