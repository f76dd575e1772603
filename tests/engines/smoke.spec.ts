// One story in each engine: what is saved survives everything, arrives once and in order, and is seen by nobody else.
import { mkdtemp, rm, writeFile, cp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { Client, of, type Attachment, type Job } from '../browser/support/office';
import { picture } from '../browser/support/picture';
import { Server } from '../browser/support/server';
import { engineOf } from './support/engines';
import { startFront } from './support/front';
import { Phone } from './support/phone';

const ANNA = 'anna@nordhaus.example';
const BEN = 'ben@nordhaus.example';
/** Kills around the tap on a note. */
const KILLS = 10;
/** Pages left and opened: an engine that keeps left pages must not keep their transactions. */
const NAVIGATIONS = 60;

interface World {
  server: Server;
  phone: Phone;
  folder: string;
  /** The addresses of all requests. */
  asked: string[];
  office: () => Promise<Client>;
  anna: () => Promise<Client>;
}

const test = base.extend<{ world: World }>({
  world: async ({}, use, info) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-smoke-'));
    const data = path.join(folder, 'data');
    await cp(process.env.AFIELD_DEMO_DATA ?? '', data, { recursive: true });
    const server = new Server(data);
    await server.start();
    const port = (): number => server.port;
    const engine = engineOf(info.project.name);
    const front = await startFront(engine.tls, folder, port);
    const phone = new Phone(engine);
    // A machine on which this browser does not even start (no shared memory, a forbidden sandbox) says nothing of the app.
    const obstacle = await phone.start(front.address).then(() => undefined, String);
    console.log(`    ${obstacle ?? phone.browser.version}`);
    if (obstacle === undefined) {
      await use({ server, phone, folder, asked: front.asked, office: () => Client.signIn(port, 'dora@nordhaus.example'), anna: () => Client.signIn(port, ANNA) });
    }
    await phone.end();
    front.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    info.skip(obstacle !== undefined, `this browser does not start here: ${obstacle}`);
  },
});

/** Today's jobs of Anna that nobody has begun and that wait for no answer. */
async function jobsOf(world: World): Promise<Job[]> {
  const [{ jobs }, board] = [await (await world.anna()).records(), await (await world.office()).board()];
  const shown = new Set(board.jobs.map(({ job }) => job.id));
  const free = jobs.filter((job) => shown.has(job.id) && job.status === 'scheduled' && job.acceptance !== 'asked');
  return free.sort((one, other) => one.starts - other.starts);
}

/** Steps and notes of a job after `before` of them, in their order. */
async function happened(world: World, job: Job, before: number): Promise<string[]> {
  const all = await (await world.office()).happened(job.id);
  return all.slice(before).map((line) => line.slice(job.number.length + 1));
}

async function notesOf(world: World, job: Job, start: string): Promise<string[]> {
  const { notes } = await (await world.anna()).records();
  return notes.filter((note) => note.job === job.id && note.text.startsWith(start)).map((note) => note.text);
}

async function photosOf(world: World, job: Job): Promise<string[]> {
  const files = of<Attachment>(await (await world.anna()).scope(), 'attachment');
  return files.filter((file) => file.job === job.id && file.name.startsWith('smoke-')).map((file) => file.name.replace(/\..*$/, ''));
}

async function photo(world: World, name: string, seed: number): Promise<string> {
  const file = path.join(world.folder, `${name}.png`);
  await writeFile(file, picture(seed, 640, 480));
  return file;
}

test('a day in this engine', async ({ world }) => {
  const { server, phone } = world;
  const [first, second] = await jobsOf(world);
  const before = (await happened(world, first, 0)).length;
  const beforeSecond = (await happened(world, second, 0)).length;

  await test.step('sign in, ready for offline use', async () => {
    await phone.go('/');
    await phone.signIn(ANNA);
    const modules = world.asked.filter((path) => /^\/(afield_bg-.*\.wasm|pieces-.*\.bin)$/.test(path));
    expect(modules.length, 'the main module and the pieces, for the page and its worker').toBe(2);
    expect(new Set(modules).size, 'each once').toBe(2);
  });
  await test.step('steps, a note and a photo arrive once and in order', async () => {
    await phone.openJob(first);
    await phone.setStatus('En route');
    await phone.setStatus('Started');
    await phone.openJob(first, 'notes');
    await phone.addNote('Smoke: online');
    await phone.addPhoto(await photo(world, 'smoke-1', 1));
    await phone.expectUnsent(0);
    const seen = (await happened(world, first, before)).filter((line) => /^(status|note)/.test(line));
    expect(seen).toEqual(['status en_route', 'status started', 'note Smoke: online']);
    expect(await photosOf(world, first)).toEqual(['smoke-1']);
  });
  await test.step('the server dies: the page comes from the worker', async () => {
    await server.kill();
    await phone.openJob(first, 'notes');
    await phone.seeNote('Smoke: online');
    await phone.expectConnection('Working offline');
  });
  await test.step('work without a network survives kill -9', async () => {
    await phone.addNote('Smoke: offline');
    await phone.addPhoto(await photo(world, 'smoke-2', 2));
    await phone.openJob(second);
    await phone.setStatus('En route');
    await phone.setStatus('Started', true);
    await phone.expectUnsent(4);
    await phone.killAndStart();
    await phone.openJob(second);
    await phone.browser.see('main p.tags .tag', 'Started');
    await phone.expectUnsent(4);
    await phone.openJob(first, 'notes');
    await phone.seeNote('Smoke: offline');
  });
  await test.step('the server is back: all of it arrives once and in order', async () => {
    await server.start();
    await phone.syncNow();
    await phone.expectUnsent(0);
    await phone.expectConnection('Online', 'Live');
    expect(await happened(world, second, beforeSecond)).toEqual(['status en_route', 'status started']);
    expect((await notesOf(world, first, 'Smoke')).sort()).toEqual(['Smoke: offline', 'Smoke: online']);
    expect((await photosOf(world, first)).sort()).toEqual(['smoke-1', 'smoke-2']);
  });
  await test.step('two tabs agree', async () => {
    await phone.openJob(first, 'notes');
    await phone.inSecondTab(async () => {
      await phone.openJob(first, 'notes');
      await phone.addNote('Smoke: second tab');
    });
    await phone.seeNote('Smoke: second tab');
    await phone.expectUnsent(0);
  });
  await test.step('what the office writes is here by itself, long before the next round', async () => {
    const streams = (): number => world.asked.filter((path) => path === '/api/v1/wake').length;
    const before = streams();
    await phone.openJob(first, 'notes');
    await expect.poll(streams).toBeGreaterThan(before);
    await (await world.office()).addNote(first.id, 'From the office, unasked');
    await phone.seeNote('From the office, unasked');
  });
  await test.step('pages are left and opened, and the next note is saved', async () => {
    for (let round = 0; round < NAVIGATIONS; round += 1) {
      await phone.go(round % 2 === 0 ? `/jobs/${first.id}` : '/today');
    }
    await phone.openJob(first, 'notes');
    await phone.addNote('Smoke: after all of them');
    await phone.expectUnsent(0);
  });
  await test.step('killed around the tap: what was called saved arrives, nothing arrives twice', async () => {
    const saved: string[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      await (round % 2 === 0 ? server.kill() : server.start());
      await phone.openJob(first, 'notes');
      const waits = round % 4 < 2;
      const words = `Round ${round}.`;
      await phone.addNoteAndDie(words, waits);
      saved.push(...(waits ? [words] : []));
    }
    await phone.openJob(first, 'notes');
    for (const words of saved) {
      await phone.seeNote(words);
    }
    await phone.syncNow();
    await phone.expectUnsent(0);
    const arrived = await notesOf(world, first, 'Round');
    expect(new Set(arrived).size, 'none twice').toBe(arrived.length);
    expect(arrived).toEqual(expect.arrayContaining(saved));
  });
  await test.step('another user neither sees nor sends it; its own user does', async () => {
    await server.kill();
    await phone.openJob(first, 'notes');
    await phone.addNote('Smoke: of Anna, unsent');
    await phone.expectUnsent(1);
    await server.start();
    await phone.signOut();
    await phone.signIn(BEN);
    await phone.expectUnsent(0);
    await phone.browser.click('.nav a', 'Sync');
    expect(await phone.browser.run(() => document.body.innerText.includes('of Anna'))).toBe(false);
    await phone.signOut();
    await phone.signIn(ANNA);
    await phone.expectUnsent(0);
    // The counter may be drawn before what was sealed is open again.
    await expect.poll(() => notesOf(world, first, 'Smoke: of Anna')).toEqual(['Smoke: of Anna, unsent']);
  });
});
