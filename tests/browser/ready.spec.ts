// The departure check: one tap for each thing that is not in order, besides the files of centre.spec.ts.
import http from 'node:http';
import type { Locator } from '@playwright/test';
import { RECENT, type App } from './support/app';
import type { Phone } from './support/browser';
import { todaysJobs } from './support/jobs';
import { isPull, type Match } from './support/proxy';
import { text } from './support/texts';
import { expect, MODES, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const BEN = 'ben@nordhaus.example';
const HOUR_MS = 3_600_000;

/** A line of the list of checks. */
function check(app: App, name: string) {
  const lines = app.page.getByRole('list', { name: text('ready.checks') }).getByRole('listitem');
  return lines.filter({ has: app.page.getByText(text(`ready.${name}`), { exact: true }) });
}

/** The button of that line. */
function mend(app: App, name: string, key: string) {
  return check(app, name).getByRole('button', { name: text(key) });
}

/** Runs in the page before the app: what the app wants to try again by itself never comes. */
function noTries(): void {
  const later = globalThis.setTimeout;
  const without = (work: () => void, ms?: number) => ((ms ?? 0) > 500 ? 0 : later(work, ms));
  Object.assign(globalThis, { setTimeout: without, setInterval: () => 0 });
}

/** Runs in the page before the app: its clock is so wrong, until somebody sets it. */
function wrongClock(start: number): void {
  const right = Date.now.bind(Date);
  Date.now = () => right() + Number(sessionStorage.getItem('afield-test-wrong') ?? start);
}

/** Runs in the page before the app: nothing that it asks the server for goes out while it is told to be still. */
function stillWhenTold(): void {
  const ask = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const isStill = sessionStorage.getItem('afield-test-still') !== null && url.includes('/api/');
    return isStill ? Promise.reject(new TypeError('still')) : ask(input, init);
  };
}

/** Opens the departure check; what it asks for by itself as it opens, and later, does not go out until [`tap`]. */
async function openStill(app: App): Promise<void> {
  await app.page.evaluate(() => sessionStorage.setItem('afield-test-still', 'yes'));
  await app.page.goto('/ready');
}

/** Taps it; in one go with that, the page may ask the server again: nothing but the tap can have mended it. */
async function tap(button: Locator): Promise<void> {
  await button.evaluate((found: HTMLElement) => {
    sessionStorage.removeItem('afield-test-still');
    found.click();
  });
}

/** From the next page on nothing goes on by itself: neither the phone, nor its worker, nor the office gives a reason. */
async function keepStill(world: World, phone: Phone): Promise<void> {
  await phone.running.addInitScript(noTries);
  await phone.running.addInitScript(stillWhenTold);
  await phone.running.addInitScript(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  world.line.rule(({ path }) => path === '/api/v1/wake', { kind: 'drop' });
}

test('the storage and the installation are asked for from the departure check, and what came of it stands there', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const agreed = (): boolean => sessionStorage.getItem('agreed') !== null;
    const persist = (): Promise<boolean> => Promise.resolve(sessionStorage.setItem('agreed', 'yes')).then(agreed);
    Object.assign(navigator.storage, { persisted: () => Promise.resolve(agreed()), persist });
    Object.defineProperty(navigator, 'standalone', { get: () => sessionStorage.getItem('installed') !== null });
    // The browser's own offer would come at any time.
    addEventListener('beforeinstallprompt', (event) => event.isTrusted && event.stopImmediatePropagation());
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.page.goto('/ready');
  await mend(app, 'protected', 'settings.persist').click();
  await expect(check(app, 'protected')).toContainText(text('settings.persisted'));
  await expect(mend(app, 'protected', 'settings.persist')).toHaveCount(0);

  await expect(check(app, 'installed')).toContainText(text('ready.installed_bad'));
  await expect(mend(app, 'installed', 'install.action')).toHaveCount(0);
  await app.page.evaluate(() => {
    const prompt = (): void => {
      sessionStorage.setItem('installed', 'yes');
      dispatchEvent(new Event('appinstalled'));
    };
    dispatchEvent(Object.assign(new Event('beforeinstallprompt'), { prompt }));
  });
  await mend(app, 'installed', 'install.action').click();
  await expect(check(app, 'installed')).toContainText(text('ready.installed_good'));
  // The next time nothing asks any more.
  await app.page.reload();
  await expect(check(app, 'protected')).toContainText(text('settings.persisted'));
  await expect(check(app, 'installed')).toContainText(text('ready.installed_good'));
  await expect(check(app, 'protected').or(check(app, 'installed')).getByRole('button')).toHaveCount(0);
});

for (const [how, wrongBy, key] of [
  ['behind', -HOUR_MS, 'sync.clock_behind'],
  ['ahead', HOUR_MS, 'sync.clock_ahead'],
] as const) {
  test(`a clock that is an hour ${how} is said, and looked at again when it was set`, async ({ world }) => {
    const phone = await world.phone();
    await keepStill(world, phone);
    await phone.running.addInitScript(wrongClock, wrongBy);
    const app = await phone.open();
    await app.signIn(ANNA);
    await app.waitReady();
    let from = world.line.now();
    await app.page.goto('/ready');
    // The page looks by itself as it opens; what is looked at below is asked for by a tap.
    await world.line.ended(isPull, from);
    const [said, hint] = text(key, { minutes: '|' }).split('|');
    await expect(check(app, 'clock')).toContainText(said);
    await expect(check(app, 'clock')).toContainText(hint);
    // Nobody has set it yet: it stays as it is.
    from = world.line.now();
    await mend(app, 'clock', 'ready.check_again').click();
    await world.line.ended(isPull, from);
    await expect(check(app, 'clock')).toContainText(said);

    from = world.line.now();
    // In one go: the answer to the tap before may only now be read, and with a clock that is right the button is gone.
    await mend(app, 'clock', 'ready.check_again').evaluate((button: HTMLElement) => {
      sessionStorage.setItem('afield-test-wrong', '0');
      button.click();
    });
    await world.line.ended(isPull, from);
    await expect(check(app, 'clock')).toContainText(text('ready.clock_good'));
    await expect(check(app, 'clock').getByRole('button')).toHaveCount(0);
  });
}

/** Every page of the load but the first. */
const isFurther: Match = (exchange) => isPull(exchange) && exchange.path.includes('cursor=');

interface Load {
  changes: { record: { module: string; id: string; template?: string } }[];
}

/** Has the server's first page end behind the tasks and before the last of the forms that they need. */
async function endBeforeForms(world: World, email: string): Promise<http.Server> {
  const own = await world.client(email);
  let bytes = 10_000;
  for (let isFound = false; !isFound; bytes += 1_000) {
    const { changes } = await own.request<Load>('GET', `/api/v1/pull?bytes=${bytes}`);
    isFound = changes.some(({ record }) => record.module === 'form');
  }
  bytes -= 2_000;
  const port = () => world.server.port;
  const between = http.createServer((request, response) => {
    const path = (request.url ?? '').replace(/bytes=\d+/, isFirst(request.url) ? `bytes=${bytes}` : '$&');
    const asked = http.request({ host: '127.0.0.1', port: port(), method: request.method, path, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => request.socket.destroy());
    request.pipe(asked);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const address = between.address();
  world.line.upstream = () => (typeof address === 'object' && address !== null ? address.port : 0);
  return between;
}

const isFirst = (url = ''): boolean => url.startsWith('/api/v1/pull') && !url.includes('cursor=');

test('forms and records that are missing come with one tap, each at its own line', async ({ world }) => {
  const between = await endBeforeForms(world, BEN);
  const phone = await world.phone();
  await keepStill(world, phone);
  const heal = world.line.rule(isFurther, { kind: 'drop' });
  const app = await phone.open();
  await app.signIn(BEN);
  await expect(app.main.getByText(text('today.priming_cut'))).toBeVisible();
  await openStill(app);
  await expect(check(app, 'jobs')).toContainText(text('ready.jobs_priming'));
  await expect(check(app, 'forms')).toContainText(/\d forms? (is|are) missing/);
  await expect(mend(app, 'jobs', 'common.sync_now')).toBeVisible();
  heal();
  await tap(mend(app, 'forms', 'common.sync_now'));
  const [, here] = text('ready.forms_good', { count: '|' }).split('|');
  await expect(check(app, 'forms')).toContainText(here);
  await expect(check(app, 'jobs')).toContainText(text('ready.jobs_good', { jobs: '', records: '|' }).split('|')[1]);
  await expect(check(app, 'forms').or(check(app, 'jobs')).getByRole('button')).toHaveCount(0);
  world.line.upstream = () => world.server.port;
  between.closeAllConnections();
  between.close();
});

for (const [mode, name] of MODES) {
  test(`what is old, what waits and a session that ended are mended from the departure check; another phone is ready meanwhile${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const office = await world.client();
    const { phone, app } = await world.primedPhone();
    const { app: tablet } = await world.primedPhone();
    await keepStill(world, phone);
    await phone.running.addInitScript(wrongClock, 0);
    await app.page.reload();
    await app.openJob(job.number);
    await app.openNotes();
    await world.line.refuse();
    await app.addNote('Waits for the departure');
    await office.addNote(job.id, 'Key at the neighbour');
    await app.page.evaluate((later) => sessionStorage.setItem('afield-test-wrong', String(later)), 31 * 60_000);
    await openStill(app);
    await expect(check(app, 'fresh')).toContainText(text('ready.fresh_bad', { time: '|' }).split('|')[1]);
    await expect(check(app, 'sent')).toContainText(text('counts.change'));
    await world.line.accept();
    await tap(mend(app, 'sent', 'common.sync_now'));
    await expect(check(app, 'sent')).toContainText(text('ready.sent_good'));
    await expect(check(app, 'fresh')).toContainText(text('ready.fresh_good', { time: '|' }).split('|')[0]);
    await expect(check(app, 'fresh').or(check(app, 'sent')).getByRole('button')).toHaveCount(0);

    await (await world.thief(phone)).request('DELETE', '/api/v1/session');
    await app.syncNow();
    await expect(app.page.getByText(text('banners.sign_in'))).toBeVisible();
    await app.page.goto('/ready');
    await expect(check(app, 'signed_in')).toContainText(text('ready.signed_in_bad'));
    await check(app, 'signed_in').getByRole('link', { name: text('banners.sign_in_action') }).click();
    await app.signIn(ANNA);
    await app.page.goto('/ready');
    await expect(check(app, 'signed_in')).toContainText(text('ready.signed_in_good'));

    await tablet.page.goto('/ready');
    for (const [line, good] of [['signed_in', 'signed_in_good'], ['sent', 'sent_good'], ['app', 'app_good']]) {
      await expect(check(tablet, line)).toContainText(text(`ready.${good}`));
    }
  });
}

test('online, the departure check says which records of the day are not here; opened, they are, also without a network', async ({ world }) => {
  await world.hold('online');
  const { phone, app } = await world.primedPhone();
  await app.page.goto('/ready');
  const rows = app.page.getByRole('list', { name: text('ready.of_day') }).getByRole('listitem');
  const bad = rows.filter({ hasText: text('ready.job_bad', { count: '' }).trim() });
  await expect(rows.first()).toBeVisible();
  const [before, after] = text('ready.jobs_bad', { records: '|' }).split('|');
  await expect(check(app, 'jobs')).toContainText(before);
  await expect(check(app, 'jobs')).toContainText(after);
  const [job] = await todaysJobs(world);
  const row = rows.filter({ hasText: job.number });
  await expect(row).toContainText(text('ready.job_bad', { count: '' }).trim());
  const missing = await bad.count();
  expect(missing).toBeLessThanOrEqual(RECENT);
  await app.openJob(job.number);
  await app.openNotes();
  await app.addNote('Looked at before leaving');
  await app.expectUnsent(0);
  // What is sent goes first, and what hangs on the job may still be on its way.
  await app.page.goto('/ready');
  await expect(row).toContainText(text('ready.job_good'));
  await phone.setOffline(true);
  await app.page.goto('/ready');
  await expect(row).toContainText(text('ready.job_good'));
  await expect(bad).toHaveCount(missing - 1);
});
