// A company of two hundred technicians with twelve jobs each: the office's board of that day, a job that is dragged over
// it, and how soon two hundred open boards hear of what a phone, or each of five hundred, has sent.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright';
import { Client } from '../../tests/browser/support/office';
import { run, Server } from '../../tests/browser/support/server';
import { day } from '../../tests/browser/support/time';
import { launch, tab } from '../support/browser';
import { folder } from '../support/children';
import { percentile, Rows } from '../support/figures';
import { PASSWORD } from '../support/company';

const TECHNICIANS = 200;
const JOBS_EACH = 12;
const BOARDS = 200;
/** Open phones. */
const DEVICES = 500;
/** Each of them has a change within these milliseconds. */
const CROWD_MS = 10_000;
/** As many as the server gives one user. */
const STREAMS_OF_ONE = 20;
/** Of a phone, in a round. */
const CHANGES = 20;
const DRAG_STEPS = 90;
const DESK = { width: 1280, height: 800 };

/** The company's. */
const ZONE = 'Europe/Berlin';
const ADMIN = 'ada@nordhaus.example';
const OFFICE = 'dora@nordhaus.example';
const PHONE = 'anna@nordhaus.example';
const dispatcher = (n: number): string => `dispatcher-${n}@nordhaus.example`;
const technician = (n: number): string => `technician-${n}@nordhaus.example`;

export async function board(rounds: number): Promise<Rows> {
  const rows = new Rows('board');
  const what = `${TECHNICIANS} technicians, ${TECHNICIANS * JOBS_EACH} jobs`;
  const server = await company();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const found = await opened(server.port);
      rows.ours(`the board of a day, ${what}: first job is seen`, 'ms', found.seen);
      rows.ours('of that until the server has answered', 'ms', found.answered);
      rows.ours('the answer of the server, sent', 'KB', found.sent / 1000);
      rows.ours('the same, unpacked', 'KB', found.unpacked / 1000);
      rows.ours('a job is dragged: a frame, median', 'ms', percentile(found.frames, 50));
      rows.ours('a job is dragged: 95 of 100 frames within', 'ms', percentile(found.frames, 95));
      rows.ours('a job is dragged: the longest frame', 'ms', Math.max(...found.frames));
    }
    const boards = new Boards();
    await boards.open(server.port);
    note(rows, `a phone's change is heard at ${BOARDS} open boards`, await heard(server.port, boards, rounds));
    const crowd = `a change of each of ${DEVICES} open phones within ${CROWD_MS / 1000} s is heard at ${BOARDS} open boards`;
    note(rows, crowd, await crowded(server.port, boards));
    boards.close();
  } finally {
    await server.stop();
  }
  return rows;
}

function note(rows: Rows, what: string, took: number[]): void {
  rows.ours(`${what}, ${took.length} times: median`, 'ms', percentile(took, 50));
  rows.ours(`${what}: 95 of 100 within`, 'ms', percentile(took, 95));
  rows.ours(`${what}: the last of all`, 'ms', took.reduce((one, other) => Math.max(one, other)));
}

/** A server of its own with these people and their day. */
async function company(): Promise<Server> {
  const data = await folder('board');
  // As behind a proxy: one address alone gets no seven hundred connections.
  const server = new Server(data, undefined, ['--behind-proxy']);
  await server.start();
  const admin = await Client.signIn(() => server.port, ADMIN);
  const add = (name: string, email: string, role: string, password?: string): Promise<unknown> =>
    admin.request('POST', '/api/v1/people', { id: randomUUID(), name, email, role, password });
  const there = (await admin.board()).technicians.length;
  for (let n = 0; n < TECHNICIANS - there; n += 1) {
    const password = n < DEVICES / STREAMS_OF_ONE ? PASSWORD : undefined;
    await add(`Technician ${String(n).padStart(3, '0')}`, technician(n), 'technician', password);
  }
  for (let n = 0; n < BOARDS / STREAMS_OF_ONE; n += 1) {
    await add(`Dispatcher ${n}`, dispatcher(n), 'dispatcher', PASSWORD);
  }
  await server.stop();
  const file = path.join(data, 'jobs.csv');
  await writeFile(file, spreadsheet());
  const map = 'Ref=external_key,What=title,When=starts,Where=address,For=customer';
  await run('import', file, '--map', map, '--company', 'nordhaus', '--shift-to', day(ZONE), '--assign', 'all', '--data', data);
  await server.start();
  const { jobs } = await (await Client.signIn(() => server.port, OFFICE)).board();
  if (jobs.length < TECHNICIANS * JOBS_EACH) {
    throw new Error(`the board has ${jobs.length} jobs only`);
  }
  return server;
}

/** From seven to half past five; whoever comes next in turn gets the next row. */
function spreadsheet(): string {
  const first = Date.UTC(2026, 0, 5, 7);
  const rows = Array.from({ length: TECHNICIANS * JOBS_EACH }, (_, n) => {
    const at = first + Math.floor(n / TECHNICIANS) * 55 * 60_000;
    const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    return `B-${n},Boiler check ${n},${when},Torstraße ${n % 140},Customer ${n % 500}`;
  });
  return ['Ref,What,When,Where,For', ...rows].join('\n');
}

interface Opened {
  seen: number;
  answered: number;
  sent: number;
  unpacked: number;
  /** How long each frame of a drag took, in milliseconds. */
  frames: number[];
}

/** The board in a browser that had it open before, and a job that is carried over it. */
async function opened(port: number): Promise<Opened> {
  const context = await launch(path.join(await folder('desk'), 'profile'));
  const { page } = await tab(context);
  await page.setViewportSize(DESK);
  await page.goto(`http://127.0.0.1:${port}/board`);
  await page.getByLabel('Email').fill(OFFICE);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('button.block').first().waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto(`http://127.0.0.1:${port}/board`);
  const seen = await firstBlock(page);
  await page.getByText('Live', { exact: true }).waitFor();
  const answer = await page.evaluate(() => {
    const [found] = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/v1/board'));
    const { responseEnd, transferSize, decodedBodySize } = found as PerformanceResourceTiming;
    return { answered: responseEnd, sent: transferSize, unpacked: decodedBodySize };
  });
  const frames = await dragged(page);
  await context.close();
  return { seen, ...answer, frames };
}

/** When the frame with the first job was drawn, in milliseconds since the navigation began. */
function firstBlock(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector('button.block') === null) {
            requestAnimationFrame(look);
            return;
          }
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now());
          port2.postMessage(undefined);
        };
        look();
      }),
  );
}

/** Carries a job over the rows that are seen and back; it is put down where it was. */
async function dragged(page: Page): Promise<number[]> {
  const block = page.locator('button.block:not(.block-stays)').first();
  await block.scrollIntoViewIfNeeded();
  const box = await block.boundingBox();
  if (box === null) {
    throw new Error('the job has no place on the screen');
  }
  const [x, y] = [box.x + Math.min(box.width, 40) / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const note = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
    Object.assign(window, { benchFrames: frames });
  });
  for (let step = 1; step <= DRAG_STEPS; step += 1) {
    const part = Math.sin((step / DRAG_STEPS) * Math.PI);
    await page.mouse.move(x + part * 500, y + part * Math.max(60, DESK.height - 150 - y));
  }
  const frames = await page.evaluate(() => (window as unknown as { benchFrames: number[] }).benchFrames.slice(1));
  await page.keyboard.press('Escape');
  await page.mouse.up();
  return frames;
}

/** The open boards: without a browser, for they are many. */
class Boards {
  /** Milliseconds from before a phone's request until a board has the event, for each change and each board. */
  took: number[] = [];
  private readonly waiting = new Map<string, { began: number; left: number; done: () => void }>();
  private readonly streams: http.ClientRequest[] = [];

  async open(port: number): Promise<void> {
    for (let n = 0; n < BOARDS / STREAMS_OF_ONE; n += 1) {
      const client = await Client.signIn(() => port, dispatcher(n));
      for (let stream = 0; stream < STREAMS_OF_ONE; stream += 1) {
        this.streams.push(await listen(port, '/api/v1/events', client.headers(port), (text) => this.hear(text)));
      }
    }
  }

  /** A phone adds a note; resolves when every board has heard of it. */
  async change(phone: Client, job: string): Promise<void> {
    const note = randomUUID();
    const all = new Promise<void>((done) => this.waiting.set(note, { began: performance.now(), left: BOARDS, done }));
    await phone.addNote(job, note);
    await all;
    this.waiting.delete(note);
  }

  close(): void {
    this.streams.forEach((stream) => stream.destroy());
  }

  private hear(text: string): void {
    for (const [note, one] of this.waiting) {
      if (text.includes(note)) {
        this.took.push(performance.now() - one.began);
        one.left -= 1;
        if (one.left === 0) {
          one.done();
        }
      }
    }
  }
}

/** One phone, a change at a time. */
async function heard(port: number, boards: Boards, rounds: number): Promise<number[]> {
  boards.took = [];
  const phone = await Client.signIn(() => port, PHONE);
  const [job] = (await phone.records()).jobs;
  for (let n = 0; n < CHANGES * rounds; n += 1) {
    await boards.change(phone, job.id);
  }
  return boards.took;
}

/** Five hundred open phones, of which each has something to say within the same seconds. */
async function crowded(port: number, boards: Boards): Promise<number[]> {
  boards.took = [];
  const streams: http.ClientRequest[] = [];
  const phones: { client: Client; job: string }[] = [];
  for (let n = 0; n < DEVICES / STREAMS_OF_ONE; n += 1) {
    const client = await Client.signIn(() => port, technician(n));
    const [job] = (await client.records()).jobs;
    for (let stream = 0; stream < STREAMS_OF_ONE; stream += 1) {
      streams.push(await listen(port, '/api/v1/wake', client.headers(port), () => {}));
      phones.push({ client, job: job.id });
    }
  }
  const sent = phones.map(async ({ client, job }, n) => {
    await pause((n % STREAMS_OF_ONE) * (CROWD_MS / STREAMS_OF_ONE) + n);
    await boards.change(client, job);
  });
  await Promise.all(sent);
  streams.forEach((stream) => stream.destroy());
  return boards.took;
}

/** A stream of events: every message of it goes to `hear`. */
function listen(port: number, where: string, headers: Record<string, string>, hear: (text: string) => void): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: where, headers, agent: false }, (response) => {
      response.setEncoding('utf8');
      let rest = '';
      response.on('data', (part: string) => {
        const messages = (rest + part).split('\n\n');
        rest = messages.pop() ?? '';
        messages.forEach(hear);
      });
      // Cut by us at the end.
      response.on('error', () => {});
      resolve(request);
    });
    request.on('error', reject);
  });
}
