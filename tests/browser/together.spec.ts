// Two tabs and the worker at the same work.
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { anAnswer, Day } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Job, type Submission, type Task, type Template } from './support/office';
import { App } from './support/app';
import { isPush, type Match } from './support/proxy';
import { text } from './support/texts';
import { hurryClock } from './support/time';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

test('two tabs and the worker at once: one effect each, one request at a time', async ({ world }) => {
  // Each at a job of its own: two windows at the same note are one person's, and share its draft.
  const [job, other] = await todaysJobs(world);
  const { phone, app: one } = await world.primedPhone();
  const two = await phone.open(`/jobs/${other.id}`);
  await one.openJob(job.number);
  const from = world.line.now();
  const ofJob: string[] = [];
  const ofOther: string[] = [];
  for (let round = 1; round <= 5; round += 1) {
    const words = ['the first tab', 'the second tab', 'the worker'].map((who) => `Round ${round}, ${who}`);
    ofJob.push(words[0], words[2]);
    ofOther.push(words[1]);
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
    // Who finds another at it goes without.
    for (const { type } of await Promise.all(replays)) {
      expect(['done', 'not_now']).toContain(type);
    }
    await one.replay(true);
  }
  await one.expectUnsent(0);
  await two.expectUnsent(0);
  for (const [app, about, expected] of [[one, job, ofJob], [two, other, ofOther]] as const) {
    // Polled: a counter may not have heard yet of what the worker has saved.
    await expect.poll(async () => (await notesOf(world, about, 'Round ')).sort()).toEqual([...expected].sort());
    await app.openNotes();
    for (const note of expected) {
      await expect(app.note(note)).toHaveCount(1);
    }
  }
  const pushes = world.line.log.slice(from).filter(isPush);
  pushes.slice(1).forEach((push, index) => expect(push.at, 'one at a time').toBeGreaterThanOrEqual(pushes[index].endedAt ?? Infinity));
});

test('a tab that is closed between what it was answered and what it tells leaves the other one true', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app: one } = await world.primedPhone(ANNA);
  await one.openJob(job.number);
  await one.openNotes();
  const two = await phone.open(`/jobs/${job.id}`);
  await two.page.evaluate(endAfterAnswer);
  const ended = (): Promise<boolean> => two.page.evaluate(() => (window as Ending).ended ?? false);
  // The worker, or the other tab, may be faster: then the next note is its own to send.
  let note = '';
  for (let n = 1; !(await ended()); n += 1) {
    note = `The last of this tab, ${n}`;
    await two.addNote(note);
    await expect.poll(async () => (await ended()) || (await two.unsent.innerText()) === '0', 'somebody sends it').toBe(true);
  }
  expect(await notesOf(world, job, note)).toEqual([note]);
  await two.page.close();
  await one.syncNow();
  await one.expectUnsent(0);
});

interface Ending extends Window {
  ended?: boolean;
}

/** In the page: from the moment in which it would tell of an answer it tells nothing and writes nothing. */
function endAfterAnswer(): void {
  const [ask, tell, begin] = [window.fetch, BroadcastChannel.prototype.postMessage, IDBDatabase.prototype.transaction];
  // The worker is not asked to send.
  Object.assign((window as unknown as { SyncManager: { prototype: object } }).SyncManager.prototype, { register: () => Promise.resolve() });
  let answered = false;
  window.fetch = async (asked, how) => {
    const answer = await ask.call(window, asked, how);
    answered ||= asked instanceof Request && asked.url.endsWith('/api/v1/push');
    return answer;
  };
  BroadcastChannel.prototype.postMessage = function (notice) {
    (window as Ending).ended ||= answered && String(notice).includes('"outbox"');
    if (!answered) {
      tell.call(this, notice);
    }
  };
  IDBDatabase.prototype.transaction = function (...of) {
    if ((window as Ending).ended) {
      throw new DOMException('this tab is closed', 'InvalidStateError');
    }
    return begin.apply(this, of);
  };
}

const isStream: Match = ({ path }) => path.startsWith('/api/v1/events');

test('eight boards share one stream, and when the tab that has it closes another goes on', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const first = await world.board();
  const boards = [first];
  for (let n = 2; n <= 8; n += 1) {
    const page = await first.page.context().newPage();
    await page.goto('/board');
    boards.push(new App(page));
  }
  const areLive = async (): Promise<void> => {
    for (const board of boards) {
      await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
    }
  };
  const streams = () => world.officeLine.log.filter(isStream);
  const expectOne = () => expect.poll(() => streams().filter(({ status }) => status === undefined).length, 'one stream for all').toBe(1);
  await areLive();
  await expectOne();
  const anna = await world.client(ANNA);
  await anna.addNote(job.id, 'Heard by all');
  for (const board of boards) {
    await expect(board.feed.filter({ hasText: 'Heard by all' })).toHaveCount(1);
  }
  // Whichever has the stream: it is closed before the last one is left.
  while (boards.length > 1) {
    await boards.shift()?.page.close();
    const note = `Heard by the other ${boards.length}`;
    await anna.addNote(other.id, note);
    for (const board of boards) {
      await expect(board.feed.filter({ hasText: note })).toHaveCount(1);
    }
    await areLive();
    await expectOne();
  }
  expect(streams().length).toBeGreaterThan(1);
});

test('a board whose line died without a word gets another, and what it missed', async ({ world }) => {
  const [job] = await todaysJobs(world);
  // Signed in before the line dies: the time from then on is a part of what the page waits for.
  const anna = await world.client(ANNA);
  let die = (): void => {};
  const dead = new Promise<void>((resolve) => (die = resolve));
  const board = await world.board();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  const streams = () => world.officeLine.log.filter(isStream).length;
  const before = streams();
  world.officeLine.rule(isStream, { kind: 'silence', from: dead }, 1);
  await hurryClock(board.page);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await hearsSign(board.page);
  die();
  await anna.addNote(job.id, 'Said into a dead line');
  await board.page.clock.runFor(60_000);
  await expect(board.feed.filter({ hasText: 'Said into a dead line' })).toHaveCount(1);
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  expect(streams() - before).toBe(2);
});

/** The page has heard a sign of life of its stream. */
async function hearsSign(page: Page): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  const heard = new Promise<void>((resolve) => {
    protocol.on('Network.eventSourceMessageReceived', ({ eventName }) => {
      if (eventName === 'alive') {
        resolve();
      }
    });
  });
  await protocol.send('Network.enable');
  await heard;
  await protocol.detach();
}

test('a form that was submitted in one window is not submitted in the other without a word', async ({ world }) => {
  const all = await (await world.client(ANNA)).scope();
  const jobs = new Set(of<Job>(all, 'job').filter(({ status }) => status === 'scheduled').map(({ id }) => id));
  const templates = of<Template>(all, 'form');
  const templateOf = (task: Task) => templates.find(({ id }) => id === task.template);
  const isPlain = (task: Task) => templateOf(task)?.questions.every(({ kind }) => !['photo', 'signature'].includes(kind.kind)) === true;
  const tasks = of<Task>(all, 'task').filter((task) => jobs.has(task.job) && templateOf(task) !== undefined);
  const task = tasks.find(isPlain) ?? tasks[0];
  const questions = templateOf(task)?.questions ?? [];
  const { phone, app } = await world.primedPhone(ANNA);
  const path = `/jobs/${task.job}/tasks/${task.id}`;
  await app.page.goto(path);
  const two = await phone.open(path);
  const submit = (of: App) => of.page.getByRole('button', { name: text('form.submit') });
  await expect(submit(two)).toBeVisible();
  const fill = async (day: Day, round: number): Promise<void> => {
    for (const question of questions) {
      const given = anAnswer(question, round);
      if (given !== undefined && (question.when === undefined || (await day.isAsked(question)))) {
        await day.answer(question, given, false);
      }
    }
  };
  const sent = async () => of<Submission>(await (await world.client(ANNA)).scope(), 'submission').filter((one) => one.task === task.id);
  const before = (await sent()).length;
  await fill(new Day(app), 1);
  // Two windows at one form share its draft. The other one has heard of all that was typed, and then that it is gone:
  // else that would take away what is typed there next.
  const progress = (of: App, answered: string) =>
    of.main.getByText(new RegExp(`^${text('answer.progress', { answered, total: '\\d+' })}`));
  await expect(progress(two, '\\d+')).toHaveText((await progress(app, '\\d+').textContent()) ?? '');
  await app.saving(() => submit(app).click());
  await app.expectUnsent(0);
  const said = two.page.getByText(text('form.submitted_meanwhile'));
  await expect(said).toBeVisible();
  await expect(progress(two, '0')).toBeVisible();
  await fill(new Day(two), 2);
  const saved = await two.timesSaved();
  await submit(two).click();
  await expect(two.page.getByText(text('form.submit_again'))).toBeVisible();
  expect(await two.timesSaved()).toBe(saved);
  expect(await sent()).toHaveLength(before + 1);
  // Whoever wants a second one gets it.
  await two.saving(() => submit(two).click());
  await two.expectUnsent(0);
  expect(await sent()).toHaveLength(before + 2);
});
