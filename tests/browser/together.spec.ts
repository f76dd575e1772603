// Two tabs and the worker at the same work.
import { randomUUID } from 'node:crypto';
import { notesOf, todaysJobs } from './support/jobs';
import { isPush } from './support/proxy';
import { expect, test } from './support/world';

test('two tabs and the worker at once: one effect each, one request at a time', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app: one } = await world.primedPhone();
  const two = await phone.open(`/jobs/${job.id}`);
  await one.openJob(job.number);
  const from = world.line.now();
  const expected: string[] = [];
  for (let round = 1; round <= 5; round += 1) {
    const words = ['the first tab', 'the second tab', 'the worker'].map((who) => `Round ${round}, ${who}`);
    expected.push(...words);
    // The first request waits until all three have saved and all three want to send.
    let release = (): void => {};
    world.line.rule(isPush, { kind: 'hold', until: new Promise<void>((resolve) => (release = resolve)) }, 1);
    const op = { op: 'add_note', note: randomUUID(), job: job.id, text: words[2] };
    const [, , answer] = await Promise.all([
      one.addNote(words[0]),
      two.addNote(words[1]),
      one.tellWorker({ type: 'enqueue', ops: [op] }),
    ]);
    expect(answer).toEqual({ type: 'enqueued', count: 1 });
    const replays = [one, two].map((app) => app.tellWorker({ type: 'replay', asked: true }));
    release();
    expect(await Promise.all(replays)).toEqual([{ type: 'done' }, { type: 'done' }]);
    await one.tellWorker({ type: 'replay', asked: true });
  }
  await one.expectUnsent(0);
  await two.expectUnsent(0);
  expect((await notesOf(world, job, 'Round ')).sort()).toEqual(expected.sort());
  for (const app of [one, two]) {
    for (const note of expected) {
      await app.openNotes();
      await expect(app.note(note)).toHaveCount(1);
    }
  }
  const pushes = world.line.log.slice(from).filter(isPush);
  pushes.slice(1).forEach((push, index) => expect(push.at, 'one at a time').toBeGreaterThanOrEqual(pushes[index].endedAt ?? Infinity));
});
