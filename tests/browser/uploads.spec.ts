// The bytes of files, by a client of tus that is not ours, over a line that is cut again and again.
import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { Cutter } from './support/cutter';
import { todaysJobs } from './support/jobs';
import { of, type Attachment, type Client } from './support/office';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const FILE_BYTES = 3_000_000;
/** More than the heads of all requests over one connection. */
const HEAD_BYTES = 4_000;

/**
 * How many bytes of an upload lie on the server's disk. Whoever asks the server for it ends the request that is at the
 * upload, and what of that it has not read yet is lost.
 */
async function onDisk(world: World, attachment: string): Promise<number> {
  const all = await readdir(world.data, { recursive: true, withFileTypes: true });
  const pieces = all.filter(({ name, parentPath }) => /^\d+$/.test(name) && path.basename(parentPath) === attachment);
  const sizes = await Promise.all(pieces.map(async ({ name, parentPath }) => (await stat(path.join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

interface How {
  /** As a client does that knows where it is. */
  goesOn?: boolean;
  /** What each request waits for. */
  first?: () => Promise<void>;
}

/** Sends a file. */
function send(bytes: Buffer, attachment: string, client: Client, port: number, { goesOn = false, first }: How = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `http://127.0.0.1:${port}/api/v1/files`,
      metadata: { attachment },
      uploadUrl: goesOn ? `http://127.0.0.1:${port}/api/v1/files/${attachment}` : null,
      headers: client.headers(port),
      retryDelays: Array<number>(50).fill(20),
      onBeforeRequest: first,
      onSuccess: () => resolve(),
      onError: reject,
    });
    upload.start();
  });
}

test('tus-js-client brings a file over a line that is cut ten times, and sends little twice', async ({ world }) => {
  const client = await world.client(ANNA);
  const [job] = await todaysJobs(world);
  const bytes = randomBytes(FILE_BYTES);
  const attachment = await client.addAttachment(job.id, bytes);
  const cutter = new Cutter(() => world.server.port, [700, 90_001, 1, 350_000, 1_048_576, 5_000, 60_000, 300_000, 64, 200_000]);
  const port = await cutter.start();
  // What came over a line before it was cut is stored before the client asks for it over the next one.
  const arrived = (): Promise<void> =>
    expect.poll(() => onDisk(world, attachment)).toBeGreaterThan(cutter.sent - HEAD_BYTES * (cutter.cut + 1));
  await send(bytes, attachment, client, port, { first: arrived });
  expect(cutter.cut, 'it was cut').toBe(10);
  expect(cutter.sent / FILE_BYTES, 'bytes sent').toBeLessThan(1.2);
  expect((await client.file(attachment)).equals(bytes), 'the same bytes').toBe(true);
  const [record] = of<Attachment>(await client.scope(), 'attachment').filter(({ id }) => id === attachment);
  expect(record.received_at).toBeGreaterThan(0);
  await cutter.end();
});

test('what came before the server was killed is there when it is started again', async ({ world }) => {
  const client = await world.client(ANNA);
  const [job] = await todaysJobs(world);
  const bytes = randomBytes(FILE_BYTES);
  const attachment = await client.addAttachment(job.id, bytes);
  const port = () => world.server.port;
  // The line holds after the cut and carries nothing: what the client begins anew does not arrive.
  const first = new Cutter(port, [1_500_000, ...Array<number>(60).fill(0)]);
  await send(bytes, attachment, client, await first.start()).catch(() => {});
  await expect.poll(() => onDisk(world, attachment)).toBeGreaterThan(1_000_000);
  await world.server.kill();
  await first.end();
  await world.server.start();
  const second = new Cutter(port, []);
  await send(bytes, attachment, client, await second.start(), { goesOn: true });
  expect(second.sent / FILE_BYTES, 'half of it was there').toBeLessThan(0.7);
  expect((await client.file(attachment)).equals(bytes), 'the same bytes').toBe(true);
  await second.end();
});
