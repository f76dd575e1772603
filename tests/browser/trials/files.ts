// Files for trials, and what the office has of them.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { App } from '../support/app';
import { of, type Attachment, type Client, type Job } from '../support/office';
import { text } from '../support/texts';

/** Files that are picked at once. */
const AT_ONCE = 10;

/** Adds so many files of so many bytes to the open job; their hashes. */
export async function pick(app: App, count: number, bytes: number): Promise<string[]> {
  const hashes: string[] = [];
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-trial-'));
  for (let first = 0; first < count; first += AT_ONCE) {
    // By their paths: what is carried into the page would be in its memory.
    const paths: string[] = [];
    for (let place = first; place < Math.min(first + AT_ONCE, count); place += 1) {
      const [file, content] = [path.join(folder, `trial-${place}.bin`), randomBytes(bytes)];
      hashes.push(createHash('sha256').update(content).digest('hex'));
      await writeFile(file, content);
      paths.push(file);
    }
    await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(paths));
    await Promise.all(paths.map((file) => rm(file)));
  }
  await rm(folder, { recursive: true });
  return hashes;
}

/**
 * Those files of the job that are registered. `anna` has signed in once: a user has so many sessions, and an hour of
 * sign-ins would end the phone's.
 */
export async function registered(anna: Client, job: Job): Promise<Attachment[]> {
  const all = of<Attachment>(await anna.scope(), 'attachment');
  return all.filter((file) => file.job === job.id && file.name.startsWith('trial-'));
}

/** How many of them the office has as a whole. */
export async function received(anna: Client, job: Job): Promise<number> {
  return (await registered(anna, job)).filter((file) => file.received_at !== undefined).length;
}
