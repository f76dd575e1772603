// Files for trials, and what the office has of them.
import { createHash, randomBytes } from 'node:crypto';
import type { App } from '../support/app';
import { of, type Attachment, type Client, type Job } from '../support/office';
import { text } from '../support/texts';

/** Bytes that are picked at once: Playwright carries 50 MB. */
const AT_ONCE = 30_000_000;

/** Adds so many files of so many bytes to the open job; their hashes. */
export async function pick(app: App, count: number, bytes: number): Promise<string[]> {
  const hashes: string[] = [];
  await app.openNotes();
  const group = app.page.getByRole('group', { name: text('job.add_file') });
  const batch = Math.floor(AT_ONCE / bytes);
  for (let first = 0; first < count; first += batch) {
    const files = Array.from({ length: Math.min(batch, count - first) }, (_, place) => {
      return { name: `trial-${first + place}.bin`, mimeType: 'application/octet-stream', buffer: randomBytes(bytes) };
    });
    hashes.push(...files.map(({ buffer }) => createHash('sha256').update(buffer).digest('hex')));
    await app.saving(() => group.getByLabel(text('files.choose_file')).setInputFiles(files));
  }
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
