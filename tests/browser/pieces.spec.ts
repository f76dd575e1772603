// The app comes in pieces: the sign-in first, the rest behind it. None of them may be missed.
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { todaysJobs } from './support/jobs';
import type { App } from './support/app';
import type { Match } from './support/proxy';
import { stopWorkers } from './support/stop-workers';
import { text } from './support/texts';
import { expect, test } from './support/world';

/** Where a piece may come from, or any of all but the first: by itself, and in the file of all. */
const piece = (name = '(engine|day|work|seldom)'): Match => {
  const pattern = new RegExp(`^/(${name}-[0-9a-f]+\\.wasm|pieces-[0-9a-f]+\\.bin)$`);
  return ({ path }) => pattern.test(path);
};

test('a first visit fetches all pieces in one file, and one by one where that does not come', async ({ world }) => {
  const asked = (start: string): number => world.line.log.filter(({ path }) => path.startsWith(`/${start}-`)).length;
  const phone = await world.phone();
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  await app.waitReady();
  expect(asked('pieces')).toBeGreaterThan(0);
  expect(['engine', 'day', 'work', 'seldom'].map(asked)).toEqual([0, 0, 0, 0]);

  world.line.rule(({ path }) => path.startsWith('/pieces-'), { kind: 'drop' });
  const other = await (await world.phone()).open();
  await other.signIn('anna@nordhaus.example');
  await other.waitReady();
  expect(asked('engine')).toBeGreaterThan(0);
});

test('the module is fetched once for a page and its worker, and not again for the next page', async ({ world }) => {
  const modules = (): string[] => world.line.log.filter(({ path }) => /^\/(afield_bg-.*\.wasm|pieces-.*\.bin)$/.test(path)).map(({ path }) => path);
  const phone = await world.phone();
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  await app.waitReady();
  // The worker brings the module in for this.
  await app.replay(true);
  const first = modules();
  expect(first.length, 'the main module and the pieces').toBe(2);
  expect(new Set(first).size, 'each once').toBe(2);
  await app.page.reload();
  await expect(app.heading(text('pages.today'))).toBeVisible();
  await app.replay(true);
  expect(modules()).toEqual(first);
});

test('the sign-in can be used before the rest of the app has come', async ({ world }) => {
  const phone = await world.phone();
  let release = (): void => {};
  world.line.rule(piece(), { kind: 'hold', until: new Promise<void>((resolve) => (release = resolve)) });
  const app = await phone.open();
  await world.line.seen(piece('engine'));
  await app.page.getByLabel(text('sign_in.email')).fill('anna@nordhaus.example');
  await app.page.getByLabel(text('sign_in.password')).fill('afield-demo');
  await app.page.getByRole('button', { name: text('sign_in.action') }).click();
  await expect(app.page.getByRole('button', { name: text('sign_in.busy') })).toBeVisible();
  expect(world.line.log.filter(({ method, path }) => method === 'POST' && path === '/api/v1/session')).toEqual([]);

  release();
  await expect(app.heading(text('pages.today'))).toBeVisible();
});

test('a piece that does not come says so, and a tap asks for it again', async ({ world }) => {
  const phone = await world.phone();
  const end = world.line.rule(piece('work'), { kind: 'drop' });
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  await expect(app.heading(text('pages.today'))).toBeVisible();
  await app.page.getByRole('navigation').getByRole('link', { name: text('pages.settings'), exact: true }).click();
  await expect(app.heading(text('shell.part_missing'))).toBeVisible();
  await expect(app.page.getByRole('alert').filter({ hasText: text('trouble.not_loaded') })).toBeVisible();
  // The rest goes on.
  await app.goTo(text('pages.jobs'));
  await app.page.getByRole('navigation').getByRole('link', { name: text('pages.settings'), exact: true }).click();
  await expect(app.heading(text('shell.part_missing'))).toBeVisible();

  end();
  await app.page.getByRole('button', { name: text('common.retry') }).click();
  await expect(app.heading(text('pages.settings'))).toBeVisible();
});

test('after one visit every page opens without a network, in a browser that was killed', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone } = await world.primedPhone();
  await phone.kill();
  await world.server.kill();
  await world.line.refuse();
  await phone.start();
  for (const [address, heading] of [
    ['/today', text('pages.today')],
    ['/jobs', text('pages.jobs')],
    [`/jobs/${job.id}`, job.title],
    ['/jobs/new', text('pages.new_job')],
    ['/share', text('pages.share')],
    ['/sync', text('pages.sync')],
    ['/settings', text('pages.settings')],
  ]) {
    const app = await phone.open(address);
    await expect(app.heading(heading)).toBeVisible();
    await app.page.close();
  }
});

test("the office's pieces and texts come to nobody else, and stay where the office works", async ({ world }) => {
  const offices = 'office|desk|house|texts-office';
  const office: Match = ({ path }) => new RegExp(`^/(${offices})-`).test(path);
  const { phone, app } = await world.primedPhone();
  expect(world.line.log.filter(office)).toEqual([]);
  expect(await keptOf(app, offices)).toEqual([]);
  await phone.close();

  const desk = await world.phone();
  const first = await desk.open();
  await first.signIn('dora@nordhaus.example');
  await first.goTo('Board');
  await expect(first.page.getByText('Live', { exact: true })).toBeVisible();
  await expect.poll(() => keptOf(first, offices)).toHaveLength(4);
  // Closed and not killed: of what the worker has only just kept, the browser may still write the end.
  await desk.close();
  await world.line.refuse();
  await desk.start();
  const board = await desk.open('/board');
  await expect(board.heading('Board')).toBeVisible();
  await expect(board.page.getByRole('heading', { name: text('board.feed') })).toBeVisible();
});

test("the office's texts that do not come say so, and a tap asks for them again", async ({ world }) => {
  const end = world.line.rule(({ path }) => path.startsWith('/texts-office-'), { kind: 'drop' });
  const desk = await world.phone();
  const app = await desk.open();
  await app.signIn('dora@nordhaus.example');
  await expect(app.heading(text('shell.part_missing'))).toBeVisible();
  await expect(app.page.getByRole('alert').filter({ hasText: text('trouble.not_loaded') })).toBeVisible();

  end();
  await app.page.getByRole('button', { name: text('common.retry') }).click();
  await expect(app.page.getByRole('heading', { name: text('board.feed') })).toBeVisible();
});

/** The pieces of these names that the worker of this browser keeps. */
const keptOf = (app: App, names: string): Promise<string[]> =>
  app.page.evaluate(async (start) => {
    const shells = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(shells.map((cache) => cache.keys()));
    const pattern = new RegExp(`^/(${start})-`);
    return requests.flat().map(({ url }) => new URL(url).pathname).filter((path) => pattern.test(path));
  }, names);

test('a worker whose module is gone answers files and says what it cannot do, and fetches it again', async ({ world }) => {
  const { phone, app } = await world.primedPhone();
  const protocol = await phone.protocol(app.page);
  const gone = await app.page.evaluate(async () => {
    const removed: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (new URL(request.url).pathname.endsWith('.wasm') && (await cache.delete(request))) {
          removed.push(new URL(request.url).pathname);
        }
      }
    }
    return removed;
  });
  expect(gone).toHaveLength(5);
  await world.line.refuse();
  await protocol.send('Network.clearBrowserCache');
  await stopWorkers(protocol);
  expect(await app.tellWorker({ type: 'replay', asked: true })).toMatchObject({ type: 'failed' });
  expect(await app.page.evaluate(async () => (await fetch('/manifest.webmanifest')).ok)).toBe(true);

  await world.line.accept();
  await app.replay(true);
});

test.describe('with a newer build', () => {
  test.use({ ownAssets: true });

  test('a page of the old build finds its pieces until it is loaded again, and then those of the new one', async ({ world }) => {
    const phone = await world.phone();
    const { app } = await signedIn(phone);
    await app.waitReady();
    const page = await phone.open('/jobs');
    await expect(page.heading(text('pages.jobs'))).toBeVisible();
    // The page brings its pieces behind that; after the update this one is gone.
    await expect.poll(() => loadedPieces(page.page)).toHaveLength(1);
    const old = await loadedPieces(page.page);
    const piece = await publishWithNewName(world.assets, 'work');

    await app.replay(true);
    const action = app.page.getByRole('button', { name: text('banners.update_action') });
    await expect(action).toBeVisible();
    // Of the old build, with a newer one waiting: the worker in charge still has what the old pages need.
    const settings = await phone.open('/settings');
    await expect(settings.heading(text('pages.settings'))).toBeVisible();
    await expect.poll(() => loadedPieces(settings.page)).toEqual(old);
    const loaded = app.page.waitForEvent('load');
    await action.click();
    await loaded;
    await expect(action).toBeHidden();
    // The old build's pages live on with what they have.
    await page.goTo(text('pages.settings'));
    await app.goTo(text('pages.settings'));
    await expect.poll(() => loadedPieces(app.page)).toEqual([`/${piece}`]);
  });

  test('a page of the old build that first asks for a piece after the update says that it is gone, and can be loaded again', async ({ world }) => {
    const phone = await world.phone();
    await phone.running.addInitScript(loseWork);
    const old = await phone.open();
    await old.signIn('anna@nordhaus.example');
    await old.waitReady();
    const other = await phone.open('/jobs');
    await hearsOfUpdates(other.page);
    const piece = await publishWithNewName(world.assets, 'work');
    await other.replay(true);
    const action = other.page.getByRole('button', { name: text('banners.update_action') });
    const loaded = other.page.waitForEvent('load');
    await action.click();
    await loaded;
    await expect(action).toBeHidden();

    // From now on the page gets whatever is still there: the browser's own cache may have lost it too.
    await (await phone.protocol(old.page)).send('Network.clearBrowserCache');
    await old.page.evaluate(() => sessionStorage.setItem('found', 'yes'));
    await old.page.getByRole('navigation').getByRole('link', { name: text('pages.settings'), exact: true }).click();
    await expect(old.heading(text('shell.part_missing'))).toBeVisible();
    await old.page.getByRole('button', { name: text('common.retry') }).click();
    const again = old.page.getByRole('button', { name: text('shell.load_again') });
    await expect(again).toBeVisible();
    await again.click();
    await expect(old.heading(text('pages.settings'))).toBeVisible();
    await expect.poll(() => loadedPieces(old.page)).toEqual([`/${piece}`]);
  });
});

/** Runs in every page before the app: a page that has not been told that the line is good does not get the piece. */
function loseWork(): void {
  let app: { bring: (url: string) => Promise<Response> } | undefined;
  Object.defineProperty(window, 'afield', {
    get: () => app,
    set: (value: NonNullable<typeof app>) => {
      const { bring } = value;
      value.bring = (url) =>
        /^\/(work|pieces)-/.test(url) && sessionStorage.getItem('found') === null ? Promise.reject(new Error('lost')) : bring(url);
      app = value;
    },
  });
}

async function signedIn(phone: Awaited<ReturnType<import('./support/world').World['phone']>>) {
  const app = await phone.open();
  await app.signIn('anna@nordhaus.example');
  return { app };
}

/** The page listens for newer workers: one that is being installed before that it does not hear of. */
async function hearsOfUpdates(page: Page): Promise<void> {
  const listens = (): Promise<boolean> =>
    page.evaluate(async () => typeof (await navigator.serviceWorker.getRegistration())?.onupdatefound === 'function');
  await expect.poll(listens).toBe(true);
}

const loadedPieces = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.startsWith('/work-')),
  );

/** A newer build in which a piece has another name, which is given back, and the old file is gone. */
async function publishWithNewName(folder: string, name: string): Promise<string> {
  const files = await readdir(folder);
  const find = (start: RegExp): string => files.find((file) => start.test(file)) ?? '';
  const old = find(new RegExp(`^${name}-[0-9a-f]+\\.wasm$`));
  const changed = old.replace(/[0-9a-f]\.wasm$/, (end) => (end.startsWith('0') ? '1.wasm' : '0.wasm'));
  await copyFile(path.join(folder, old), path.join(folder, changed));
  await rm(path.join(folder, old));
  await rm(path.join(folder, `${old}.br`));
  const renamed: [string, string][] = [[old, changed]];
  // Whatever names a file that has changed has changed itself.
  for (const pattern of [/^afield-[0-9a-f]+\.js$/, /^index\.html$/]) {
    const file = find(pattern);
    let words = await readFile(path.join(folder, file), 'utf8');
    for (const [from, to] of renamed) {
      words = words.replaceAll(from, to);
    }
    const to = file.replace(/[0-9a-f]\.js$/, (end) => (end.startsWith('0') ? '1.js' : '0.js'));
    await rm(path.join(folder, file));
    await rm(path.join(folder, `${file}.br`));
    await writeFile(path.join(folder, to), words);
    renamed.push([file, to]);
  }
  const script = path.join(folder, 'sw.js');
  let words = await readFile(script, 'utf8');
  for (const [from, to] of renamed) {
    const hash = createHash('sha256').update(await readFile(path.join(folder, to))).digest('base64');
    const url = (file: string): string => (file === 'index.html' ? '/' : `/${file}`);
    const entry = new RegExp(`"integrity":"[^"]+","url":"${url(from).replaceAll('.', '\\.')}"`);
    words = words.replace(entry, `"integrity":"sha256-${hash}","url":"${url(to)}"`).replaceAll(`"/${from}"`, `"/${to}"`);
  }
  words = words.replace(/"build":"([0-9a-f]+)"/, (_, build: string) => `"build":"${build.slice(0, -1)}${build.endsWith('0') ? '1' : '0'}"`);
  await rm(`${script}.br`);
  // All of it at once: browser and server may look at any moment.
  await writeFile(`${script}.new`, words);
  await rename(`${script}.new`, script);
  return changed;
}
