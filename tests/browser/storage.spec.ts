// A phone that has no room, protects nothing, or is too old: what it says, and what it never offers.
import type { Page } from '@playwright/test';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

/** In the page, before the app: the database of primed records notes who it is for, and takes no record until `window.room` is set. */
function noRoom(): void {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...row) {
    if (this.transaction.db.name === 'afield-cache' && this.name !== 'state' && !(window as { room?: boolean }).room) {
      throw new DOMException('no room', 'QuotaExceededError');
    }
    return put.apply(this, row);
  };
}

test('a phone that fills up while it loads says what is missing and what helps, and goes on', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(noRoom);
  const app = await phone.open();
  await app.signIn(ANNA);
  const [before, after] = text('today.priming_full', { size: '|' }).split('|');
  const unknown = text('today.priming_full_unknown');
  const said = app.main.getByText(before).and(app.main.getByText(after)).or(app.main.getByText(unknown, { exact: true }));
  await expect(said).toBeVisible();
  await app.page.evaluate(() => Object.assign(window, { room: true }));
  await app.main.getByRole('button', { name: text('common.retry') }).click();
  await app.waitReady();
  await expect(said).toBeHidden();
});

test('where the browser protects nothing, that is said, and so is its no', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const never = (): Promise<boolean> => Promise.resolve(false);
    Object.assign(navigator.storage, { persisted: never, persist: never });
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.goTo('Settings');
  await expect(app.main.getByText(text('settings.not_persisted'))).toBeVisible();
  await app.main.getByRole('button', { name: text('settings.persist') }).click();
  await expect(app.main.getByText(text('settings.persist_refused'))).toBeFocused();
});

test('where the browser cannot be asked to protect anything, no button asks', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => Object.defineProperty(Navigator.prototype, 'storage', { get: () => undefined }));
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.goTo('Settings');
  await expect(app.main.getByText(text('settings.unknown')).first()).toBeVisible();
  await expect(app.main.getByRole('button', { name: text('settings.persist') })).toHaveCount(0);
});

test('a browser that is too old is told which one is needed, and nothing starts', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => Reflect.deleteProperty(globalThis, 'CompressionStream'));
  const app = await phone.open();
  await expect(app.page.getByRole('alert')).toContainText('iOS 16.4');
  await expect(app.page.getByRole('button', { name: text('common.retry') })).toBeVisible();
  await expect(app.page.locator('input[type=password]')).toHaveCount(0);
});

test('the worker counts on the icon too what is unsent', async ({ world }) => {
  world.line.prelude = COUNTS;
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.openJob(job.number);
  await app.addNote('In the cellar');
  await app.expectUnsent(1);
  const counted = (page: Page): Promise<string | undefined> =>
    page.evaluate(async () => (await (await caches.open('icon')).match('/icon'))?.text());
  await expect.poll(() => counted(app.page), 'the worker has counted').toBe('1');
});

/** In front of the worker's script: what it puts on the icon is written down. */
const COUNTS = `Object.defineProperty(navigator, "setAppBadge", {
  value: async (count) => (await caches.open("icon")).put("/icon", new Response(String(count))),
});
`;
