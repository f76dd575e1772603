// A kill in the middle of a write leaves the beginning of a record in the log of the browser's databases. It takes that
// for the end at its next start, and throws all databases away at the one after that (ADR 0103).
import { appendFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Phone } from './support/browser';
import { notesOf, todaysJobs } from './support/jobs';
import { expect, test } from './support/world';

/** The logs of the app's databases, oldest first. */
async function logs(phone: Phone): Promise<string[]> {
  const all = path.join(phone.profile, 'Default', 'IndexedDB');
  const ours = (await readdir(all)).filter((name) => name.endsWith('.leveldb'));
  expect(ours).toHaveLength(1);
  const folder = path.join(all, ours[0]);
  const found = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return found.sort().map((name) => path.join(folder, name));
}

/** Leaves in the newest log the head of a record that was to have so many bytes; gives back which log that is. */
async function tear(phone: Phone, bytes: number): Promise<string> {
  const newest = (await logs(phone)).at(-1) ?? '';
  const checksum = [1, 2, 3, 4];
  const whole = 1;
  await appendFile(newest, Buffer.from([...checksum, bytes & 0xff, bytes >> 8, whole]));
  return newest;
}

for (const [name, bytes] of [
  ['shorter than what follows it', 64],
  ['longer than what follows it', 30_000],
] as const) {
  test(`a record that was cut off by a kill takes nothing with it, ${name}`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const phone = await world.usedPhone();
    await world.line.refuse();
    const first = await phone.open(`/jobs/${job.id}`);
    await expect(first.heading(job.title)).toBeVisible();
    await first.addNote('Written first');
    await phone.kill();
    const torn = await tear(phone, bytes);

    await phone.start();
    const second = await phone.open(`/jobs/${job.id}`);
    await second.openNotes();
    await expect(second.note('Written first')).toHaveCount(1);
    await second.addNote('Written second');
    // The browser lets go of it a moment after the app has asked for that.
    await expect.poll(() => logs(phone)).not.toContain(torn);
    await phone.kill();

    await phone.start();
    const third = await phone.open(`/jobs/${job.id}`);
    await third.openNotes();
    await expect(third.note('Written first')).toHaveCount(1);
    await expect(third.note('Written second')).toHaveCount(1);
    await world.line.accept();
    await third.syncNow();
    await third.expectUnsent(0);
    expect((await notesOf(world, job, 'Written')).sort()).toEqual(['Written first', 'Written second']);
  });
}
