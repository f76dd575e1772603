// The office looks through a technician's app: the same app with what that phone would hold, which can do nothing.
import type { FrameLocator, Page } from '@playwright/test';
import { axe } from './support/axe';
import { DESK, PHONE, type Look } from './support/browser';
import { todaysJobs } from './support/jobs';
import { isPull, isPush } from './support/proxy';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'Anna Berg';

/** Opens the preview of Anna's phone from the board. */
async function openPreview(world: World, look: Look = {}): Promise<{ page: Page; phone: FrameLocator }> {
  const board = await world.board(undefined, look);
  await board.page.goto('/dispatch/preview');
  await expect(board.heading(text('pages.preview'))).toBeVisible();
  await board.page.getByLabel(text('preview.whose')).selectOption({ label: ANNA });
  const phone = board.page.frameLocator('iframe');
  await expect(phone.getByRole('heading', { level: 1, name: text('pages.today') })).toBeVisible();
  return { page: board.page, phone };
}

test("the preview shows what the technician's phone shows, and says what that phone holds and leaves out", async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const { page, phone } = await openPreview(world);
  await expect(phone.getByText('Ready for offline use', { exact: true })).toBeVisible();
  await expect(phone.getByRole('main').getByText(job.title).first()).toBeVisible();
  await expect(app.main.getByText(job.title).first()).toBeVisible();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.filter({ hasText: text('modules.jobs') })).toContainText(/\d+/);
  await expect(page.getByText(text('preview.others'))).toBeVisible();
  // Another one of the same app at work: what it holds is the same.
  const { jobs } = await (await world.client('anna@nordhaus.example')).records();
  await expect(rows.filter({ hasText: text('modules.jobs') }).getByRole('cell').first()).toHaveText(String(jobs.length));
  expect(await axe({ page })).toEqual([]);
});

/** What the server knows of when Anna was here, and with what. */
async function contact(world: World): Promise<unknown> {
  interface Person {
    user: { name: string };
    seen_at?: number;
    devices: unknown[];
  }
  const { people } = await (await world.client('ada@nordhaus.example')).request<{ people: Person[] }>('GET', '/api/v1/people');
  const anna = people.find(({ user }) => user.name === ANNA);
  return [anna?.seen_at, anna?.devices];
}

test('nothing can be done through the preview: nothing is saved, sent, or noted', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const before = await contact(world);
  const { page, phone } = await openPreview(world, { staysSaid: true });
  await expect(phone.getByText('Ready for offline use', { exact: true })).toBeVisible();
  await phone.getByRole('link', { name: new RegExp(job.title) }).first().click();
  await expect(phone.getByRole('heading', { level: 1, name: job.title })).toBeVisible();
  await phone.getByRole('navigation', { name: text('job.parts') }).getByRole('link', { name: text('job.notes') }).click();
  await phone.getByRole('textbox', { name: text('job.note') }).fill('Not from Anna');
  await phone.getByRole('button', { name: text('job.add_note') }).click();
  await expect(phone.getByText(text('preview.nothing_saved'))).toBeVisible();
  await expect(phone.getByLabel(text('shell.unsent'))).toHaveText('0');
  expect(world.officeLine.log.filter(isPush)).toEqual([]);
  expect(await contact(world)).toEqual(before);
  // Whoever looks is still who they are, in this tab and in the next.
  await page.goto('/board');
  await expect(page.getByText(text('board.live'), { exact: true })).toBeVisible();
});

test('the phone of the preview goes offline, is slow, is left for 25 hours, speaks German, and is small', async ({ world }) => {
  const { page, phone } = await openPreview(world);
  await expect(phone.getByText('Ready for offline use', { exact: true })).toBeVisible();
  const strip = phone.locator('.strip-word');
  await page.getByLabel(text('preview.slow')).check();
  await expect(strip).toHaveText(text('connection.slow'));
  await page.getByLabel(text('preview.slow')).uncheck();
  // An answer that came after the switch would be a contact of then: nothing is on its way.
  const isQuiet = () => world.officeLine.log.filter(isPull).every(({ status }) => status !== undefined);
  await expect.poll(isQuiet).toBe(true);
  await page.getByLabel(text('preview.offline')).check();
  await expect(strip).toHaveText('Working offline');
  // A pass of before the switch would note its answer as a contact of 25 hours later: it is over, and another one gets none.
  const isAtRest = () =>
    page.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      return !held.some(({ name = '' }) => name.startsWith('preview-') && name.endsWith('-afield-replay'));
    });
  await expect.poll(isAtRest).toBe(true);
  await page.getByLabel(text('preview.later')).check();
  await expect(phone.getByText(text('banners.expired'))).toBeVisible();
  await page.getByLabel(text('preview.later')).uncheck();
  await page.getByLabel(text('preview.offline')).uncheck();
  await expect(strip).not.toHaveText('Working offline');
  await page.getByLabel(text('preview.language')).selectOption({ label: 'Deutsch' });
  await expect(phone.getByRole('heading', { level: 1, name: text('pages.today', {}, 'de') })).toBeVisible();
  await page.getByLabel(text('preview.small')).check();
  await expect.poll(async () => (await page.locator('iframe').boundingBox())?.height).toBeLessThan(600);
});

test('a preview leaves nothing behind, and another one in a second tab stays', async ({ world }) => {
  // As high as the phone: what is fixed to its lower end cannot be scrolled to by a test.
  const { page, phone } = await openPreview(world, { viewport: { width: 1280, height: 1400 } });
  const ready = phone.getByText('Ready for offline use', { exact: true });
  await expect(ready).toBeVisible();
  const previews = () =>
    page.evaluate(async () => {
      const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
      return new Set(names.filter((name) => name.startsWith('preview-')).map((name) => name.slice(0, 'preview-'.length + 36))).size;
    });
  await expect.poll(previews).toBe(1);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(second.frameLocator('iframe').getByText('Ready for offline use', { exact: true })).toBeVisible();
  await expect.poll(previews).toBe(2);
  await phone.getByRole('navigation').getByRole('link', { name: text('pages.jobs'), exact: true }).click();
  await expect(phone.getByRole('heading', { level: 1, name: text('pages.jobs') })).toBeVisible();
  await page.getByRole('button', { name: text('preview.again') }).click();
  await expect(ready).toBeVisible();
  await expect.poll(previews, 'of the look before nothing is left').toBe(2);
  for (const [tab, left] of [[second, 1], [page, 0]] as const) {
    await tab.getByRole('link', { name: text('pages.board') }).first().click();
    await expect(tab.getByRole('heading', { level: 1, name: text('pages.board') })).toBeVisible();
    await expect.poll(previews).toBe(left);
  }
  expect(await page.evaluate(() => localStorage.getItem('afield-email'))).toBe('dora@nordhaus.example');
});

test('a link that leads out of the app leaves the preview as it is', async ({ world }) => {
  const { page, phone } = await openPreview(world, { staysSaid: true });
  await expect(phone.getByText('Ready for offline use', { exact: true })).toBeVisible();
  const out = phone.locator('a[href^="http"]:not([href*="127.0.0.1"]), a[href^="tel:"], a[href^="geo:"]').first();
  await out.click();
  await expect(phone.getByText(text('preview.nothing_saved'))).toBeVisible();
  await expect(phone.getByRole('heading', { level: 1, name: text('pages.today') })).toBeVisible();
  expect(page.context().pages()).toHaveLength(1);
});

for (const [name, viewport] of [
  ['a desk', DESK],
  ['a phone', PHONE],
  ['a small phone', { width: 320, height: 568 }],
] as const) {
  test(`the preview is no wider than ${name}`, async ({ world }) => {
    const { page } = await openPreview(world, { viewport });
    await expect(page.getByRole('table')).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}
