// Between the phone and the server: answers that are lost, answers that are not the server's, and servers that ask to wait.
import { randomUUID } from 'node:crypto';
import { notesOf, todaysJobs } from './support/jobs';
import { isApi, isPull, isPush, type Act, type Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test } from './support/world';

for (const [how, after] of [['as a whole', -1], ['in the middle', 20]] as const) {
  test(`a note whose answer was lost ${how} is there once`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const { app } = await world.primedPhone();
    await app.openJob(job.number);
    const from = world.line.now();
    // All is cut: of a line that carries everything else the phone would learn to set this one aside.
    const end = world.line.rule(isApi, { kind: 'cut', after });
    await app.addNote('Filter changed');
    await world.line.ended(isPush, from);
    expect(await notesOf(world, job, 'Filter changed')).toEqual(['Filter changed']);
    await app.expectUnsent(1);
    await expect(app.status).toHaveText('Working offline');

    end();
    await app.syncNow();
    await app.expectUnsent(0);
    expect(await notesOf(world, job, 'Filter changed')).toEqual(['Filter changed']);
    await app.openJob(job.number);
    await app.openNotes();
    await expect(app.note('Filter changed')).toHaveCount(1);
  });
}

test('a note whose server was killed after it had committed is there once', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  const from = world.line.now();
  world.line.rule(isPush, { kind: 'cut', after: -1, then: () => world.server.kill() }, 1);
  await app.addNote('Pump replaced');
  await world.line.ended(isPush, from);
  await app.expectUnsent(1);

  await world.server.start();
  expect(await notesOf(world, job, 'Pump replaced')).toEqual(['Pump replaced']);
  await app.syncNow();
  await app.expectUnsent(0);
  expect(await notesOf(world, job, 'Pump replaced')).toEqual(['Pump replaced']);
  await app.openJob(job.number);
  await app.openNotes();
  await expect(app.note('Pump replaced')).toHaveCount(1);
});

const portal = '<!doctype html><title>Free Wi-Fi</title><h1>Accept our terms</h1>';
const json = { 'content-type': 'application/json' };
const walled = text('connection.walled');
/** And what the app says of the connection, if not that it works offline. */
const strangers: [string, Act, string?][] = [
  ['a captive portal with 200', { kind: 'answer', status: 200, body: portal }, walled],
  ['a captive portal with 401', { kind: 'answer', status: 401, body: portal }, walled],
  ['a 502', { kind: 'answer', status: 502, body: '<h1>Bad gateway</h1>' }],
  ['a 520', { kind: 'answer', status: 520 }],
  ['half a JSON with a right length', { kind: 'truncate' }],
  ['half a JSON that is cut', { kind: 'cut', after: 100 }],
  ['a JSON of somebody else', { kind: 'answer', status: 200, headers: json, body: '{"status":"ok"}' }],
  ['a 413 for everything', { kind: 'answer', status: 413, body: 'too large' }],
  ['a 404', { kind: 'answer', status: 404, body: 'not found' }],
];

test('what answers instead of the server loses nothing, parks nothing and changes no order', async ({ world }) => {
  const office = await world.client();
  const [first, second] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const before = await office.happened(first.id, second.id);
  const expected = [...before];
  for (const [name, act, said = 'Working offline'] of strangers) {
    await test.step(name, async () => {
      await world.line.refuse();
      await app.openJob(first.number);
      await app.addNote(`One, then ${name}`);
      await app.openJob(second.number);
      await app.addNote(`Two, then ${name}`);
      await app.openJob(first.number);
      await app.addNote(`Three, then ${name}`);
      const end = world.line.rule(isApi, act);
      await world.line.accept();
      const from = world.line.now();
      await app.syncNow();
      await world.line.ended(isPush, from);
      await expect(app.status).toHaveText(said);
      await app.expectUnsent(3);
      await expect(app.refused).toHaveCount(0);

      end();
      await app.syncNow();
      await app.expectUnsent(0);
      expected.push(
        `${first.number} note One, then ${name}`,
        `${second.number} note Two, then ${name}`,
        `${first.number} note Three, then ${name}`,
      );
      expect(await office.happened(first.id, second.id)).toEqual(expected);
    });
  }
});

test('a 413 halves the batch until it passes', async ({ world }) => {
  const office = await world.client();
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const before = await office.happened(job.id);
  const from = world.line.now();
  world.line.rule((exchange) => isPush(exchange) && sizeOf(exchange.body) > 1, { kind: 'answer', status: 413 });
  // Saved at once: whichever pass comes first finds all of them. All are of one length.
  const notes = ['Zero', 'One.', 'Two.', 'Four', 'Five'].map((name) => `${name} of five`);
  const ops = notes.map((text) => ({ op: 'add_note', note: randomUUID(), job: job.id, text }));
  expect(await app.tellWorker({ type: 'enqueue', ops })).toEqual({ type: 'enqueued', count: notes.length });
  await app.syncNow();
  // Not the page's counter: it may still have to hear of what the worker has saved.
  await expect.poll(() => office.happened(job.id)).toEqual([...before, ...notes.map((note) => `${job.number} note ${note}`)]);
  await app.expectUnsent(0);
  const sizes = world.line.log.slice(from).filter(isPush).map(({ body }) => sizeOf(body));
  expect(sizes).toEqual([5, 2, 1, 1, 1, 1, 1]);
});

/** What passes ask. The page has other requests, which may come late: it tells what is on the phone, and opens a stream. */
const isOfPass: Match = (exchange) => isPush(exchange) || isPull(exchange);

test('a 429 is obeyed: nothing is asked before the time', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  const from = world.line.now();
  const seconds = 4;
  world.line.rule(isPush, { kind: 'answer', status: 429, headers: { 'retry-after': String(seconds) } }, 1);
  await app.addNote('Please wait');
  const refused = await world.line.ended(isPush, from);
  // News that makes no difference: the server has asked to wait.
  await app.addNote('Still here');
  const next = await world.line.seen(isOfPass, refused.number + 1);
  // The phone may have read the answer before its end is noted here.
  expect(next.at - refused.at).toBeGreaterThanOrEqual(seconds * 1000);
  await app.expectUnsent(0);
  expect(await notesOf(world, job, '')).toEqual(expect.arrayContaining(['Please wait', 'Still here']));
});

function sizeOf(body: string): number {
  return (JSON.parse(body) as { mutations: unknown[] }).mutations.length;
}
