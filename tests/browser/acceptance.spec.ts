// Accept and Reject need a connection and say so; Undo takes back what was never sent; the way to install on an iPhone.
import type { App } from './support/app';
import { of, type Job } from './support/office';
import { todaysJobs } from './support/jobs';
import { isPull } from './support/proxy';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';

async function asked(world: World): Promise<Job[]> {
  const all = await (await world.client(ANNA)).scope();
  return of<Job>(all, 'job').filter((job) => job.acceptance === 'asked');
}

test('a job is accepted or rejected with a connection, and without one both say what is missing', async ({ world }) => {
  const [first, second] = await asked(world);
  const board = await world.board();
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.openJob(first.number);
  const accept = app.page.getByRole('button', { name: text('acceptance.accept') });
  await app.syncNow();
  await expect(app.status).toHaveText('Working offline');
  await app.openJob(first.number);
  await expect(accept).toHaveAttribute('aria-disabled', 'true');
  await expect(accept).toHaveAccessibleDescription(text('acceptance.needs_connection'));
  expect((await asked(world)).map(({ id }) => id)).toContain(first.id);

  await world.line.accept();
  await app.syncNow();
  await app.expectOnline();
  await app.openJob(first.number);
  await accept.click();
  await expect(app.page.getByText(text('acceptance.asked'))).toBeHidden();
  expect((await (await world.client(ANNA)).job(first.id)).acceptance).toBe('accepted');
  await expect(board.feed.first()).toContainText(text('board.accepted'));

  await app.openJob(second.number);
  await app.page.getByRole('button', { name: text('acceptance.reject'), exact: true }).click();
  await app.page.getByLabel(text('acceptance.reason')).fill('On leave that day');
  await app.page.getByRole('button', { name: text('acceptance.send_reject') }).click();
  await expect(board.feed.first()).toContainText('On leave that day');
  // The job is gone from this phone: the technician is back at the day.
  await expect(app.heading('Today')).toBeVisible();
  await app.goTo('Jobs');
  await app.page.getByRole('searchbox').fill(second.number);
  await expect(app.page.getByText(text('jobs.no_match'))).toBeVisible();
});

/** Runs in the page before the app: no round of two minutes comes, no time for Undo ends, and no message leaves. */
function standStill(): void {
  const { setInterval: every, setTimeout: after } = globalThis;
  Object.assign(globalThis, {
    setInterval: (work: () => void, ms?: number) => (ms === 120_000 ? 0 : every(work, ms)),
    setTimeout: (work: () => void, ms?: number) => (ms === 4_000 || ms === 5_000 ? 0 : after(work, ms)),
  });
}

/** A phone that makes no pass by itself, however long a busy machine is away: any would take along what can be taken back. */
async function quietPhone(world: World): Promise<App> {
  world.line.rule(({ path }) => path === '/api/v1/wake', { kind: 'answer', status: 404 });
  const phone = await world.phone();
  await phone.running.addInitScript(standStill);
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  // The first pass is over when the phone has told the office of itself.
  await world.line.ended(({ path }) => path === '/api/v1/device');
  return app;
}

for (const network of ['with a network', 'without one']) {
  test(`undo takes back a step before it is sent, as if it had never been, ${network}`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const app = await quietPhone(world);
    await (network === 'without one' ? world.line.refuse() : world.line.accept());
    await app.openJob(job.number);
    await app.setStatus('En route');
    await app.page.getByRole('button', { name: text('common.undo') }).click();
    await expect(app.badge('Scheduled')).toBeVisible();
    await app.expectUnsent(0);
    await world.line.accept();
    const from = world.line.now();
    await app.syncNow();
    await world.line.ended(isPull, from);
    expect((await (await world.client(ANNA)).job(job.id)).steps ?? []).toEqual([]);
  });
}

test('a step that is not taken back is sent when the page is left', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await quietPhone(world);
  await app.openJob(job.number);
  await app.setStatus('En route');
  await app.leave();
  const client = await world.client(ANNA);
  await expect.poll(async () => (await client.job(job.id)).status).toBe('en_route');
});

test('on an iPhone the settings say how to install', async ({ world }) => {
  const { phone } = await world.primedPhone();
  await phone.running.addInitScript(() => {
    const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
    Object.defineProperty(navigator, 'userAgent', { get: () => agent });
    // Safari offers nothing.
    window.addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation());
  });
  const app = await phone.open('/settings');
  for (const step of ['apple_share', 'apple_add', 'apple_open', 'apple_note']) {
    await expect(app.page.getByText(text(`install.${step}`))).toBeVisible();
  }
});

test('the route of the day lists its stops in order and leads to the phone’s navigation', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.goTo('Today');
  await app.main.getByRole('link', { name: /Anna Berg/ }).click();
  await expect(app.page).toHaveURL(/\/routes\//);
  const stops = app.page.getByRole('list', { name: text('route.stops') }).getByRole('listitem');
  await expect(stops).not.toHaveCount(0);
  const spans = stops.getByText(/^\d\d:\d\d – \d\d:\d\d$/);
  await expect.poll(() => spans.count()).toBeGreaterThan(2);
  const times = await spans.allTextContents();
  expect(times).toEqual([...times].sort());
  const ways = app.page.getByRole('link', { name: new RegExp(`^${text('route.navigate')}`) });
  await expect(ways).not.toHaveCount(0);
  for (const way of await ways.all()) {
    await expect(way).toHaveAttribute('href', /openstreetmap|geo:|maps\.apple/);
  }
  await expect(app.page.getByRole('img', { name: text('route.map') })).toBeVisible();
});
