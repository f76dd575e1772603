// The service worker: stopped, started by the browser, replaced by a newer one.
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { notesOf, todaysJobs } from './support/jobs';
import { isPull, isPush } from './support/proxy';
import { stopWorkers } from './support/stop-workers';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a stopped worker starts again with the server dead, and the shell opens', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  const protocol = await phone.protocol(app.page);
  await world.server.kill();
  await world.line.refuse();
  await stopWorkers(protocol);

  await app.page.goto(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await app.addNote('Written by a page of a worker that was asleep');
  await app.expectUnsent(1);
});

test('a stopped worker saves and sends by itself when it is asked', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await stopWorkers(await phone.protocol(app.page));
  const op = { op: 'add_note', note: randomUUID(), job: job.id, text: 'From the worker' };
  expect(await app.tellWorker({ type: 'enqueue', ops: [op] })).toEqual({ type: 'enqueued', count: 1 });
  // A pass was made: whether its push was answered in time is not said by that. Else it is asked for another.
  const arrived = async (): Promise<string[]> => {
    await app.replay(false);
    return notesOf(world, job, 'From the worker');
  };
  await expect.poll(arrived).toEqual(['From the worker']);
});

test('a note written offline is delivered with no page open when the network is back', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.usedPhone();
  const app = await phone.open();
  await app.openJob(job.number);
  await phone.setOffline(true);
  await app.addNote('The tab is closed now');
  await app.expectUnsent(1);
  // The browser is asked to wake the worker behind the save; a page that is closed before that asks for nothing.
  await expect.poll(() => syncTags(app.page)).toContain('afield-replay');
  const from = world.line.now();
  await app.page.close();
  expect(phone.running.pages()).toEqual([]);

  await phone.setOffline(false);
  await world.line.ended((exchange) => isPush(exchange) && exchange.status === 200, from);
  expect(await notesOf(world, job, 'The tab')).toEqual(['The tab is closed now']);
  await (await phone.open()).expectUnsent(0);
});

test('ready for offline use is not said before the shell is kept', async ({ world }) => {
  const phone = await world.phone();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  world.line.rule(({ path }) => path === '/sw.js', { kind: 'hold', until: held });
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  await expect(app.main.getByRole('listitem').first()).toBeVisible();
  await app.expectOnline();
  expect(await app.page.getByText('Ready for offline use', { exact: true }).count()).toBe(0);

  release();
  await app.waitReady();
  // It has all files when it is in charge, which is a moment before that.
  const state = (): Promise<string | undefined> =>
    app.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state);
  await expect.poll(state).toBe('activated');
});

test('an address that is not secure says why the app never gets ready', async ({ world }) => {
  const phone = await world.phone();
  // What a plain http address on a local network looks like to the page: no secure context, no worker.
  await phone.running.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }));
  world.line.rule(({ path }) => path === '/sw.js', { kind: 'drop' });
  const app = await phone.open();
  await expect(app.page.getByText(text('common.insecure'))).toBeVisible();
  await app.signIn('anna@nordhaus.example');
  await expect(app.main.getByRole('region', { name: text('today.priming') }).getByText(text('common.insecure'))).toBeVisible();
});

test('a server that needs a newer app is told as such, and nothing is lost', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const envelope = await app.page.evaluate(async () => (await fetch('/api/v1/session')).json());
  const reply = { error: { code: 'upgrade_required', message: 'too old' } };
  const body = JSON.stringify({ ...envelope, reply });
  const headers = { 'content-type': 'application/json' };
  await app.openJob(job.number);
  const end = world.line.rule((exchange) => isPush(exchange) || isPull(exchange), { kind: 'answer', status: 426, headers, body });
  await app.addNote('For the newer app');
  await expect(app.page.getByText(text('banners.update_needed'))).toBeVisible();
  await app.expectUnsent(1);

  end();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect(app.page.getByText(text('banners.update_needed'))).toBeHidden();
  expect(await notesOf(world, job, 'For the')).toEqual(['For the newer app']);
});

test('requests of the API do not come to the worker, where the browser can be told', async ({ world }) => {
  const { app } = await world.primedPhone();
  /** Who the browser says has answered a request past the worker's events: `network`, or nobody. */
  const past = (address: string) =>
    app.page.evaluate(async (address) => {
      await (await fetch(address)).text();
      const [entry] = performance.getEntriesByName(new URL(address, location.href).href);
      return (entry as unknown as { workerFinalSourceType: string }).workerFinalSourceType;
    }, address);
  expect(await past('/manifest.webmanifest?asked'), 'the worker answers').toBe('');
  expect(await past('/api/v1/health?asked'), 'not of the API').toBe('network');
});

test('nothing of the API is in any cache', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.goTo('Sync');
  await app.page.reload();
  const kept = await app.page.evaluate(async () => {
    const names = await caches.keys();
    const paths = await Promise.all(
      names.map(async (name) => (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)),
    );
    return { names, paths: paths.flat() };
  });
  expect(kept.names).toHaveLength(1);
  expect(kept.names[0]).toMatch(/^afield-shell-/);
  expect(kept.paths).toContain('/');
  expect(kept.paths.filter((path) => path.startsWith('/api'))).toEqual([]);
});

test.describe('with a newer build', () => {
  test.use({ ownAssets: true });

  test('an update waits for the note that is being written and for a tap', async ({ world }) => {
    const [job] = await todaysJobs(world);
    const { app } = await world.primedPhone();
    await app.openJob(job.number);
    await app.draftNote('Half a sen');
    const before = await build(world.assets);
    await publishNewer(world.assets, before);

    // The next contact with the server tells.
    await app.replay(true);
    const action = app.page.getByRole('button', { name: text('banners.update_action') });
    await expect(app.page.getByText(text('banners.update'))).toBeVisible();
    await expect(app.page.getByText('Update ready')).toBeVisible();
    await expect(action).toBeDisabled();
    expect(await app.noteField.inputValue()).toBe('Half a sen');
    expect(await shells(app.page)).toContain(`afield-shell-${before}`);

    await app.noteButton.click();
    await expect(action).toBeEnabled();
    const loaded = app.page.waitForEvent('load');
    await action.click();
    await loaded;
    await app.openNotes();
    await expect(app.note('Half a sen')).toHaveCount(1);
    expect(await shells(app.page)).toEqual([`afield-shell-${await build(world.assets)}`]);
    await expect(action).toBeHidden();
  });

  test('an old worker whose work never ends is told to let go of it', async ({ world }) => {
    world.line.prelude = NEVER_ENDS;
    const { app } = await world.primedPhone();
    await publishNewer(world.assets, await build(world.assets));
    await app.syncNow();
    const action = app.page.getByRole('button', { name: text('banners.update_action') });
    await expect(action).toBeEnabled();
    // Asked again as long as the page was at a pass of its own: then the worker goes without.
    const isWorkerAtIt = (): Promise<boolean> => {
      void app.tellWorker({ type: 'replay', asked: true }).catch(() => undefined);
      return isHeldElsewhere(app.page, 'afield-replay');
    };
    await expect.poll(isWorkerAtIt, 'the worker is at it').toBe(true);
    const loaded = app.page.waitForEvent('load');
    await action.click();
    await loaded;
    await expect(action).toBeHidden();
    expect(await shells(app.page)).toEqual([`afield-shell-${await build(world.assets)}`]);
  });

  test('a tab in which nobody agreed comes to the newer build by a tap of its own', async ({ world }) => {
    const { phone, app: one } = await world.primedPhone();
    const two = await phone.open('/jobs');
    await hearsOfUpdates(two.page);
    await publishNewer(world.assets, await build(world.assets));
    await one.replay(true);
    for (const { page } of [one, two]) {
      const action = page.getByRole('button', { name: text('banners.update_action') });
      const loaded = page.waitForEvent('load');
      await action.click();
      await loaded;
      await expect(action).toBeHidden();
    }
    expect(await shells(two.page)).toEqual([`afield-shell-${await build(world.assets)}`]);
  });
});

/** In front of the worker's script: nothing that it asks the server for is ever answered, and it waits for ever. */
const NEVER_ENDS = `{
  const ask = self.fetch;
  const isOfApi = ({ url }) => new URL(url, location.href).pathname.startsWith("/api/");
  self.fetch = (what, how) => (what instanceof Request && isOfApi(what) ? new Promise(() => {}) : ask(what, how));
  self.setTimeout = () => 0;
}
`;

/** What the browser is to wake the worker for. */
const syncTags = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { sync } = (await navigator.serviceWorker.ready) as unknown as { sync: { getTags: () => Promise<string[]> } };
    return sync.getTags();
  });

/** Whether somebody else than this page has the lock. */
const isHeldElsewhere = (page: Page, name: string): Promise<boolean> =>
  page.evaluate(async (name) => {
    const holder = async (wanted: string) => (await navigator.locks.query()).held?.find((lock) => lock.name === wanted)?.clientId;
    const own = await navigator.locks.request('whose', () => holder('whose'));
    const other = await holder(name);
    return other !== undefined && other !== own;
  }, name);

/** The page listens for newer workers: one that is being installed before that it does not hear of. */
async function hearsOfUpdates(page: Page): Promise<void> {
  const listens = (): Promise<boolean> =>
    page.evaluate(async () => typeof (await navigator.serviceWorker.getRegistration())?.onupdatefound === 'function');
  await expect.poll(listens).toBe(true);
}

const shells = (page: { evaluate: <T>(work: () => Promise<T>) => Promise<T> }) => page.evaluate(() => caches.keys());

/** The name of the build in a folder. */
async function build(folder: string): Promise<string> {
  const script = await readFile(path.join(folder, 'sw.js'), 'utf8');
  const found = /^self\.AFIELD_BUILD=\{"build":"([^"]+)"/.exec(script);
  expect(found, 'sw.js begins with the name of its build').not.toBeNull();
  return found?.[1] ?? '';
}

/** The same build under another name. */
async function publishNewer(folder: string, before: string): Promise<void> {
  const file = path.join(folder, 'sw.js');
  const script = await readFile(file, 'utf8');
  const last = before.endsWith('0') ? '1' : '0';
  await rm(`${file}.br`, { force: true });
  // All of it at once: browser and server may look at any moment.
  await writeFile(`${file}.new`, script.replace(before, before.slice(0, -1) + last));
  await rename(`${file}.new`, file);
}
