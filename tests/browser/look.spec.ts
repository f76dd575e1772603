// Every screen for everybody: no violation that axe finds, light and dark, on a phone and on a desk. And it can be installed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { App } from './support/app';
import { DESK, PHONE } from './support/browser';
import { todaysJobs } from './support/jobs';
import { screens } from './support/screens';
import { eachState } from './support/states';
import { text } from './support/texts';
import { now } from './support/time';
import { expect, test, type World } from './support/world';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Manifest {
  icons: { src: string; sizes: string; purpose: string }[];
  screenshots: { src: string; sizes: string }[];
  shortcuts: { url: string }[];
}

interface Found {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

const LOOKS = [
  ['phone', PHONE, 'light'],
  ['phone', PHONE, 'dark'],
  ['desk', DESK, 'light'],
  ['desk', DESK, 'dark'],
] as const;
/** Both sizes and both schemes, each once. */
const HALF = [LOOKS[0], LOOKS[3]];

/** What axe finds on the page as it is now, in these looks. */
async function violations(app: App, screen: string, looks: readonly (typeof LOOKS)[number][] = LOOKS): Promise<string[]> {
  const found: string[] = [];
  for (const [device, viewport, colorScheme] of looks) {
    await app.page.setViewportSize(viewport);
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await app.page.evaluate(`if (!('axe' in window)) { ${axe} }`);
    const { violations } = (await app.page.evaluate('axe.run()')) as Found;
    for (const { id, help, nodes } of violations) {
      const where = nodes.map(({ html, failureSummary }) => `    ${html}\n      ${failureSummary ?? ''}`);
      found.push([`${screen}, ${device}, ${colorScheme}: ${id}: ${help}`, ...where].join('\n'));
    }
  }
  return found;
}

/** A phone with an unsent change, a refused one and a sent one. */
async function busyPhone(world: World): Promise<{ app: App; job: string }> {
  const office = await world.client();
  const [taken, kept] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(kept.number);
  await app.addNote('Sent');
  await app.expectUnsent(0);
  // The phone hears of it only when it sends: else the job would be gone before.
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await office.assign(taken.id, 'Ben Ito');
  await app.openJob(taken.number);
  await app.setStatus('En route');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await app.openJob(kept.number);
  await world.line.refuse();
  await app.addNote('Not sent');
  await expect(app.status).toHaveText('Working offline');
  return { app, job: `/jobs/${kept.id}` };
}

test('axe finds nothing on any screen of a technician', async ({ world }) => {
  const found: string[] = [];
  const stranger = await (await world.phone()).open();
  await expect(stranger.heading('Sign in')).toBeVisible();
  found.push(...(await violations(stranger, 'Sign in')));

  const { app } = await busyPhone(world);
  found.push(...(await violations(app, 'Job')));
  for (const screen of ['Today', 'Jobs', 'Sync', 'Settings']) {
    await app.goTo(screen);
    found.push(...(await violations(app, screen)));
  }
  await app.goTo('Sync');
  await app.page.getByRole('tab', { name: 'Log' }).click();
  await expect(app.page.getByText(text('sync.last_contact'))).toBeVisible();
  found.push(...(await violations(app, 'Sync, Log')));
  expect(found.join('\n')).toBe('');
});

test('axe finds nothing on any screen at its address', async ({ world }) => {
  test.setTimeout(600_000);
  const { app } = await world.primedPhone();
  const found: string[] = [];
  const all = await screens(world);
  for (const { name, path } of all) {
    await app.page.goto(path);
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(app.main.locator('.skeleton')).toHaveCount(0);
    found.push(...(await violations(app, name, HALF)));
  }
  expect(found.join('\n')).toBe('');
  // Every kind of screen: a demo that lacks one would make this test weaker.
  expect(all.length).toBeGreaterThanOrEqual(35);
});

test('axe finds nothing on what edits, conflicts, refusals and old data bring about', async ({ world }) => {
  test.setTimeout(600_000);
  const found: string[] = [];
  await eachState(world, async (app, screen) => {
    found.push(...(await violations(app, screen)));
  });
  expect(found.join('\n')).toBe('');
});

test('axe finds nothing on the page for an app that does not start', async ({ world }) => {
  const { phone, app } = await world.primedPhone();
  const [job] = await todaysJobs(world);
  await world.line.refuse();
  await app.openJob(job.number);
  await app.addNote('Not sent');
  const page = await phone.open('/rescue.html');
  await expect(page.page.getByRole('button')).toBeVisible();
  expect((await violations(page, 'Rescue page')).join('\n')).toBe('');
});

test('axe finds nothing on the board', async ({ world }) => {
  const board = await world.board();
  await expect(board.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  await expect(board.main.locator('.skeleton')).toHaveCount(0);
  expect((await violations(board, 'Board')).join('\n')).toBe('');
});

test('axe finds nothing on conflicts and on the export of the office', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const [dora, anna] = await Promise.all([world.client(), world.client('anna@nordhaus.example')]);
  await dora.edit(job.id, 'title', job.title, 'Dora: valve');
  await anna.edit(job.id, 'title', job.title, 'Anna: pump', now() - 60_000);
  const board = await world.board();
  const found: string[] = [];
  for (const path of ['/dispatch/conflicts', `/dispatch/job/${job.id}`]) {
    await board.page.goto(path);
    await expect(board.main.getByText('Anna: pump').first()).toBeVisible();
    found.push(...(await violations(board, path, HALF)));
  }
  await board.page.goto('/dispatch/export');
  await board.main.getByLabel(text('export.from')).fill('2031-05-05');
  await board.main.getByRole('button', { name: text('export.go') }).click();
  await expect(board.main.getByText(text('export.wrong_days'))).toBeVisible();
  found.push(...(await violations(board, 'Export', HALF)));
  expect(found.join('\n')).toBe('');
});

test('the app can be installed', async ({ world }) => {
  const { phone, app } = await world.primedPhone();
  const protocol = await phone.protocol(app.page);
  // The browser fetches manifest and icons behind the page.
  const errors = async () => {
    const { installabilityErrors } = await protocol.send('Page.getInstallabilityErrors');
    return installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  };
  await expect.poll(errors).toEqual([]);
  const manifest = await protocol.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
  const said = JSON.parse(manifest.data ?? '{}') as Manifest;
  expect(said).toMatchObject({ id: '/', name: 'Afield', display: 'standalone', share_target: { action: '/share', method: 'POST' } });
  expect(said.icons.map(({ purpose }) => purpose)).toContain('maskable');
  // What it names is there, in the size that it says.
  for (const { src, sizes } of [...said.icons, ...said.screenshots]) {
    const size = await app.page.evaluate(async (src) => {
      const image = await createImageBitmap(await (await fetch(src)).blob());
      return `${image.width}x${image.height}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
  for (const { url } of said.shortcuts) {
    await app.page.goto(url);
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(app.page.getByRole('heading', { level: 1, name: text('pages.not_found') })).toBeHidden();
  }
});
