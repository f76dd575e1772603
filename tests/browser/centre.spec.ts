// The Sync centre: what the status says, what the tabs hold, the departure check, and rounds while the app is closed.
import { randomBytes } from 'node:crypto';
import type { App } from './support/app';
import { notesOf, todaysJobs } from './support/jobs';
import { isPull, type Match } from './support/proxy';
import { syncEvents, until } from './support/rounds';
import { text } from './support/texts';
import { hurryClock } from './support/time';
import { expect, MODES, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const isFile: Match = ({ method, path }) => method === 'GET' && path.startsWith('/api/v1/files/');

for (const [mode, name] of MODES) {
  test(`the status is live while the server tells and nothing waits, else it says from when its picture is${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const { phone, app } = await world.primedPhone();
    await expect(app.status).toHaveText('Live');
    const asOf = app.page.getByText(text('connection.as_of', { time: '|' }).split('|')[0], { exact: false });
    await expect(asOf).toHaveCount(0);
    await phone.setOffline(true);
    await expect(app.status).toHaveText('Working offline');
    await expect(asOf).toBeVisible();
    await app.openJob(job.number);
    await app.addNote('Counted beside it');
    await expect(asOf).toContainText(text('counts.change'));
    await phone.setOffline(false);
    await app.expectUnsent(0);
    await expect(app.status).toHaveText('Live');
    await expect(asOf).toHaveCount(0);
  });
}

/** Runs in the page before the app: the browser wakes no worker. A page without an origin has none. */
function noWorkerSync(): void {
  if ('ServiceWorkerRegistration' in globalThis) {
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
  }
}

for (const [mode, name] of MODES) {
  test(`while something is on its way the status says so, and the log from when its picture is${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const { phone, app } = await world.primedPhone();
    // The worker has a clock of its own, which nobody hurries: it must not be asked to send.
    await phone.running.addInitScript(noWorkerSync);
    await hurryClock(app.page);
    await app.expectOnline();
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    const through = world.line.rule(isPull, { kind: 'hold', until: held });
    await app.syncNow();
    await expect(app.status).toHaveText('Syncing…');
    answer();
    await app.expectOnline();
    through();

    // Minutes later the server takes what waits and is cut off before it says what is new: a contact, and no sync.
    const cut = world.line.rule(isPull, { kind: 'drop' });
    await app.syncNow();
    // No pass that began before is still to end.
    await expect(app.status).toHaveText('Working offline');
    const fact = (key: string) =>
      app.main.locator('.fact').filter({ has: app.page.getByText(text(key), { exact: true }) }).getByRole('definition');
    await app.openLog();
    await expect(fact('sync.last_sync')).toHaveText(/\d/);
    const first = (await fact('sync.last_sync').textContent()) ?? '';
    await app.openJob(job.number);
    await app.page.clock.fastForward('00:05:00');
    await app.addNote('Taken without news');
    await app.expectUnsent(0);
    await app.openLog();
    await expect(fact('sync.last_sync')).toHaveText(first);
    await expect(fact('sync.last_contact')).not.toHaveText(first);
    cut();
    await app.page.getByRole('button', { name: 'Sync now' }).click();
    await expect(fact('sync.last_sync')).not.toHaveText(first);
  });
}

for (const [mode, name] of MODES) {
  test(`what waits says why, how large it is and how often it was tried, and what was left behind stands apart${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const { phone, app } = await world.primedPhone();
    const tab = (name: string) => app.page.getByRole('tab', { name: text(name) });
    await phone.setOffline(true);
    await app.openJob(job.number);
    await app.addNote('Waits for a network');
    await app.goTo('Sync');
    const row = app.main.getByRole('listitem').filter({ hasText: 'Waits for a network' });
    await expect(row).toContainText(text('sync.why_no_network'));
    await expect(row).toContainText(/\d kB · /);
    await expect(app.main.getByText(text('sync.closed_rounds')).or(app.main.getByText(text('sync.closed_sends')))).toBeVisible();
    // The arrow keys go around.
    await tab('sync.tab_unsent').focus();
    await app.page.keyboard.press('ArrowLeft');
    await expect(tab('sync.tab_log')).toBeFocused();
    await app.page.keyboard.press('ArrowLeft');
    await expect(tab('sync.tab_pending')).toHaveAttribute('aria-selected', 'true');
    await world.line.refuse();
    await phone.setOffline(false);
    await expect(row).toContainText(/tried (once|\d+ times)/);
    await expect(app.main.getByRole('heading', { name: text('sync.left_behind') })).toBeVisible();
    await world.line.accept();
    await app.page.getByRole('button', { name: 'Sync now' }).click();
    await app.expectUnsent(0);
    await expect(app.main.getByText(text('sync.none_left'), { exact: true })).toBeVisible();
    expect(await notesOf(world, job, 'Waits')).toEqual(['Waits for a network']);
  });
}

/** Takes notes on jobs that are given away meanwhile: as many refusals. */
async function refusals(world: World, app: App, count: number): Promise<string[]> {
  const office = await world.client();
  const jobs = (await todaysJobs(world)).slice(0, count);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  for (const [at, job] of jobs.entries()) {
    await app.openJob(job.number);
    await app.addNote(`Refused ${at + 1}`);
  }
  for (const job of jobs) {
    await office.assign(job.id, 'Ben Ito');
  }
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(jobs.length);
  return jobs.map(({ number }) => number);
}

for (const [mode, name] of MODES) {
  test(`reverted changes can be brought back for a while, also without a network${name}`, async ({ world }) => {
    await world.hold(mode);
    const { phone, app } = await world.primedPhone();
    await refusals(world, app, 1);
    await phone.setOffline(true);
    await app.revert();
    await expect(app.refused).toHaveCount(0);
    await app.expectUnsent(0);
    const taken = app.page.getByRole('list', { name: text('sync.reverted_title') }).getByRole('listitem');
    await expect(taken).toContainText('Refused 1');
    await app.goTo('Today');
    await app.goTo('Sync');
    await taken.getByRole('button', { name: text('sync.bring_back') }).click();
    await expect(app.refused).toContainText('Refused 1');
    await expect(taken).toHaveCount(0);
    await app.expectUnsent(1);
  });
}

for (const [mode, name] of MODES) {
  test(`what became of refused changes stays in the log over a reload, and what was reverted can be brought back from there for a while${name}`, async ({ world }) => {
    await world.hold(mode);
    const [, job] = await todaysJobs(world);
    const office = await world.client();
    const { phone, app } = await world.primedPhone();
    await refusals(world, app, 2);
    // The second job is given back: its note goes without a tap.
    await office.assign(job.id, 'Anna Berg');
    await app.syncNow();
    await app.expectUnsent(1);
    await expect(app.refused).toContainText('Refused 1');
    await phone.setOffline(true);
    await app.revert();
    await app.expectUnsent(0);

    await app.page.reload();
    await app.openLog();
    const line = (words: string) =>
      app.main.getByRole('list', { name: text('sync.refused_count') }).getByRole('listitem').filter({ hasText: words });
    const [released] = text('sync.log_released', { time: '|' }).split(' |');
    const reverted = text('sync.log_reverted', { time: '' }).trim();
    const bring = line('Refused 1').getByRole('button', { name: text('sync.bring_back') });
    await expect(line('Refused 2')).toContainText(released);
    await expect(line('Refused 2')).toContainText(text('reason.not_yours'));
    await expect(line('Refused 2').getByRole('button')).toHaveCount(0);
    await expect(line('Refused 1')).toContainText(reverted);
    await bring.click();
    await expect(line('Refused 1')).toContainText(text('sync.log_undecided'));
    await app.goTo('Today');
    await app.goTo('Sync');
    await expect(app.refused).toContainText('Refused 1');
    await app.expectUnsent(1);

    await test.step('its time ends', async () => {
      await app.revert();
      await app.expectUnsent(0);
      await app.openLog();
      await hurryClock(app.page);
      await expect(bring).toBeVisible();
      await app.page.clock.fastForward('00:10:01');
      await expect(bring).toHaveCount(0);
      await expect(line('Refused 1')).toContainText(reverted);
    });
  });
}

for (const [mode, name] of MODES) {
  test(`a log that is long is searched and cut down to one kind${name}`, async ({ world }) => {
    await world.hold(mode);
    const { app } = await world.primedPhone();
    const office = await world.client();
    const jobs = await todaysJobs(world);
    const [met] = jobs.slice(-1);
    const numbers = await refusals(world, app, 3);
    await world.line.refuse();
    await app.openJob(met.number);
    await app.edit('title', 'Anna: the pump is loud');
    await app.edit('description', 'Anna: ring twice');
    await office.edit(met.id, 'title', met.title, 'Dora: the valve is stuck');
    await office.edit(met.id, 'description', met.description ?? '', 'Dora: use the back door');
    await world.line.accept();
    await app.openLog();
    await app.page.getByRole('button', { name: 'Sync now' }).click();
    await expect(app.conflicts).toHaveCount(2);
    const refused = app.main.getByRole('list', { name: text('sync.refused_count') }).getByRole('listitem');
    await expect(refused).toHaveCount(3);
    const search = app.main.getByRole('searchbox', { name: text('sync.log_search') });
    await search.fill(`${numbers[1]} refused`);
    await expect(refused).toHaveCount(1);
    await expect(refused).toContainText(numbers[1]);
    await expect(app.conflicts).toHaveCount(0);
    // The job is called by its new title by now, so that both of its entries have that.
    await search.fill('BACK DOOR');
    await expect(app.conflicts).toHaveCount(1);
    await expect(refused).toHaveCount(0);
    await search.fill('nowhere at all');
    await expect(app.main.getByText(text('sync.log_none_hint'))).toBeVisible();
    await search.fill('');
    await app.main.getByRole('button', { name: text('sync.refused_count'), exact: true }).click();
    await expect(refused).toHaveCount(3);
    await expect(app.conflicts).toHaveCount(0);
    await expect(app.main.getByText(text('sync.log_found', { count: 3, all: 5 }))).toBeVisible();
  });
}

for (const [mode, name] of MODES) {
  test(`what the office decided and a technician may not change is dismissed, without a network, and the office knows${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job] = await todaysJobs(world);
    const office = await world.client();
    const { phone, app } = await world.primedPhone();
    await world.line.refuse();
    await app.openJob(job.number);
    await app.editJob();
    await expect(app.field('ends')).not.toHaveValue('');
    const ends = await app.field('ends').inputValue();
    await app.field('ends').fill(ends.replace(/T.*/, 'T23:45'));
    await app.saving(() => app.saveButton.click());
    const span = { from: job.starts, until: job.ends };
    await office.edit(job.id, 'schedule', span, { from: job.starts, until: job.ends + 600_000 });
    await world.line.accept();
    await app.openLog();
    await app.page.getByRole('button', { name: 'Sync now' }).click();
    await expect(app.conflicts).toHaveCount(1);
    await expect(app.conflicts.getByRole('button', { name: 'Keep mine' })).toHaveCount(0);
    await app.expectUnsent(0);
    await phone.setOffline(true);
    await app.saving(() => app.conflicts.getByRole('button', { name: text('conflict.dismiss') }).click());
    await expect(app.conflicts.getByText(text('conflict.chosen'))).toBeVisible();
    await expect(app.conflicts.getByRole('button', { name: text('conflict.dismiss') })).toHaveCount(0);
    await phone.setOffline(false);
    await app.expectUnsent(0);
    await expect(app.conflicts).toContainText(text('conflict.settled', { name: 'Anna Berg', time: '|', value: '' }).split('|')[0]);
    expect((await (await world.client(ANNA)).job(job.id)).ends).toBe(job.ends + 600_000);
  });
}

/** In the page: no file is asked for before the next tap. */
function stillUntilTap(): void {
  const ask = globalThis.fetch;
  let isStill = true;
  addEventListener('click', () => (isStill = false), { capture: true, once: true });
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return isStill && url.includes('/api/v1/files/') ? Promise.reject(new TypeError('still')) : ask(input, init);
  };
}

test('the departure check says what is missing and how much it is, fetches it with one tap, and works without a network', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const client = await world.client(ANNA);
  const { phone, app } = await world.primedPhone();
  const through = world.line.rule(isFile, { kind: 'drop' });
  const bytes = randomBytes(1_500_000);
  await client.sendFile(await client.addAttachment(job.id, bytes), bytes);
  await app.syncNow();
  await app.goTo('Today');
  await app.main.getByRole('link', { name: text('pages.ready') }).click();
  await expect(app.heading(text('pages.ready'))).toBeVisible();
  const check = (name: string) =>
    app.page.getByRole('list', { name: text('ready.checks') }).getByRole('listitem').filter({ has: app.page.getByText(text(`ready.${name}`), { exact: true }) });
  await expect(check('files')).toContainText('1.5 MB');
  await expect(check('files')).toContainText(/time unknown|less than a minute|about \d+ min/);
  await expect(app.main.getByText(text('ready.no_one'))).toBeVisible();
  const row = app.page.getByRole('list', { name: text('ready.of_day') }).getByRole('listitem').filter({ hasText: job.number });
  await expect(row).toContainText(text('ready.job_bad', { count: 1 }));
  const day = (key: string) => app.page.getByRole('group', { name: text('ready.day') }).getByRole('button', { name: text(key, { date: '' }) });
  const fetch = check('files').getByRole('button', { name: text('ready.fetch') });
  await fetch.click();
  await expect(check('files')).toContainText(text('ready.fetch_cut'));
  // The app fetches by itself after each pass too, and the button would be gone: no file is asked for before the tap.
  await app.page.evaluate(stillUntilTap);
  through();
  await fetch.click();
  await expect(check('files')).not.toContainText('1.5 MB');
  await expect(row).toContainText(text('ready.job_good'));
  await expect(app.main.getByText(text('ready.no_one'))).toBeHidden();
  await expect(check('app')).toContainText(text('ready.app_good'));
  await expect(check('clock')).toContainText(text('ready.clock_good'));
  await expect(check('installed')).toContainText(text('ready.installed_bad'));

  await test.step('offline, after a reload, for another day, with something unsent', async () => {
    await phone.setOffline(true);
    await app.openJob(job.number);
    await app.addNote('Not sent before leaving');
    await app.page.goto('/ready?day=1');
    await expect(day('days.tomorrow')).toHaveAttribute('aria-pressed', 'true');
    await expect(check('sent')).toContainText(text('counts.change'));
    await day('days.today').click();
    await expect(row).toContainText(text('ready.job_good'));
    await phone.setOffline(false);
    await app.expectUnsent(0);
    await expect(check('sent')).toContainText(text('ready.sent_good'));
  });
});

test('rounds are asked for once somebody works here, made by the worker with no page, and given up at signing out', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const asked: string[] = [];
    const note = (what: string) => (tag: string) => Promise.resolve(void asked.push(`${what} ${tag}`));
    Object.defineProperty(ServiceWorkerRegistration.prototype, 'periodicSync', {
      configurable: true,
      get: () => ({ register: note('register'), unregister: note('unregister') }),
    });
    Object.assign(window, { asked });
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  const asked = () => app.page.evaluate(() => (window as unknown as { asked: string[] }).asked);
  await expect.poll(asked).toEqual(['register afield-round']);
  const { round } = await syncEvents(phone, app);
  // Another page of this address: the app itself would pull.
  await app.leave();
  const from = world.line.now();
  await until(world.line, round, () => world.line.log.slice(from).some(isPull));
  await world.line.ended(isPull, from);

  await app.page.goto('/settings');
  await app.signOut();
  await expect.poll(asked).toContain('unregister afield-round');
});

for (const [mode, name] of MODES) {
  test(`an open phone syncs every two minutes, in sight or not, and at once when it is seen, has a network, is asked or pulled down${name}`, async ({ world }) => {
    await world.hold(mode);
    const { phone, app } = await world.primedPhone();
    // No stream from the next page on: nothing but the phone itself is a reason to pull.
    world.line.rule(({ path }) => path === '/api/v1/wake', { kind: 'drop' });
    let from = world.line.now();
    await hurryClock(app.page);
    await world.line.ended(isPull, from);
    await app.expectOnline();
    const pulls = async (cause: () => Promise<unknown>): Promise<void> => {
      from = world.line.now();
      await cause();
      await world.line.ended(isPull, from);
      await app.expectOnline();
    };
    const see = (state: string) =>
      app.page.evaluate((state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await pulls(() => app.page.clock.fastForward('00:02:01'));
    await see('hidden');
    await pulls(() => app.page.clock.fastForward('00:02:01'));
    await pulls(() => see('visible'));
    await phone.setOffline(true);
    await expect(app.status).toHaveText('Working offline');
    await pulls(() => phone.setOffline(false));
    await app.goTo('Sync');
    await pulls(() => app.page.getByRole('button', { name: 'Sync now' }).click());
    await app.goTo('Jobs');
    const protocol = await phone.protocol(app.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...heights: number[]) =>
      protocol.send('Input.dispatchTouchEvent', { type, touchPoints: heights.map((y) => ({ x: 40, y })) });
    await expect(app.main.getByRole('link').first()).toBeVisible();
    await pulls(async () => {
      await touch('touchStart', 300);
      await touch('touchMove', 330);
      await touch('touchMove', 400);
      await touch('touchMove', 480);
      await touch('touchEnd');
    });
  });
}
