// A phone that has no room, fails, protects nothing, or is too old: what it says, and what it never offers or hides.
import type { Browser, Page } from '@playwright/test';
import { App, SAVED, watchMoments } from './support/app';
import { PHONE } from './support/browser';
import * as environment from './support/environment';
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { text } from './support/texts';
import { ahead, moveClock } from './support/time';
import { expect, test, type World } from './support/world';

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
  // There is room from the tap on: a pass that comes by itself before it would leave nothing to tap.
  await app.page.evaluate(() => addEventListener('click', () => Object.assign(window, { room: true }), { capture: true, once: true }));
  await app.main.getByRole('button', { name: text('common.retry') }).click();
  await app.waitReady();
  await expect(said).toBeHidden();
});

/** In the page, before the app: one record cannot be read while `window.fails` is set, and it is told again and again that it has changed. */
function noRecord(job: string): void {
  const fails = (): boolean => (window as { fails?: boolean }).fails === true;
  const get = IDBObjectStore.prototype.get;
  IDBObjectStore.prototype.get = function (...row) {
    const { db, mode } = this.transaction;
    // All of them at once are read otherwise.
    if (fails() && db.name === 'afield-cache' && this.name === 'pages' && mode === 'readonly') {
      throw new DOMException('cannot be read', 'DataError');
    }
    return get.apply(this, row);
  };
  // As another window does.
  const channel = new BroadcastChannel('afield');
  const changed = JSON.stringify({ notice: 'records', keys: [{ module: 'job', id: job }] });
  // Again and again, for whatever else is read meanwhile counts as the end of the trouble; once more when it is over.
  let told = false;
  setInterval(() => {
    if (fails() || told) {
      channel.postMessage(changed);
      told = fails();
    }
  }, 200);
}

test('a storage that fails while the app runs hides no count of what is unsent', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.usedPhone();
  await phone.running.addInitScript(noRecord, job.id);
  const app = await phone.open();
  await app.waitReady();
  await phone.setOffline(true);
  await app.openJob(job.number);
  await app.addNote('Only here');
  await app.expectUnsent(1);
  await app.page.evaluate(() => Object.assign(window, { fails: true }));
  const [before] = text('trouble.storage', { detail: '|' }).split('|');
  const said = app.main.getByRole('alert').filter({ hasText: before });
  // Both at once.
  const counted = app.page.locator('body').filter({ has: said }).getByRole('group', { name: text('shell.unsent') }).getByText('1', { exact: true });
  await expect(counted).toBeVisible();
  for (const page of ['Today', 'Jobs', 'Settings', 'Sync']) {
    await app.goTo(page);
    await expect(counted).toBeVisible();
  }
  await expect(app.main.getByText(text('sync.standing_waiting'), { exact: true })).toBeVisible();

  await app.page.evaluate(() => Object.assign(window, { fails: false }));
  await expect(said).toBeHidden();
  await app.expectUnsent(1);
  await phone.setOffline(false);
  await app.syncNow();
  await app.expectUnsent(0);
  expect(await notesOf(world, job, 'Only')).toEqual(['Only here']);
});

test('an app that starts without a network and cannot read its records knows whose it is and what is unsent', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await phone.setOffline(true);
  await app.openJob(job.number);
  await app.addNote('Only here');
  await app.expectUnsent(1);
  await phone.running.addInitScript(() => {
    const getAll = IDBObjectStore.prototype.getAll;
    IDBObjectStore.prototype.getAll = function (...row) {
      if (this.transaction.db.name === 'afield-cache') {
        throw new DOMException('cannot be read', 'DataError');
      }
      return getAll.apply(this, row);
    };
  });
  await app.page.goto('/sync');
  const [before] = text('trouble.storage', { detail: '|' }).split('|');
  await expect(app.main.getByRole('alert').filter({ hasText: before })).toBeVisible();
  // What is read afterwards and can be read does not say that all is well.
  const tried = app.main.getByRole('listitem').filter({ hasText: 'Only here' }).getByText(/tried/);
  const shown = await tried.innerText();
  await app.page.getByRole('button', { name: text('common.sync_now') }).click();
  await expect(tried).not.toHaveText(shown);
  await expect(app.main.getByRole('alert').filter({ hasText: before })).toBeVisible();
  await app.expectUnsent(1);
  await expect(app.main.getByText(text('sync.standing_waiting'), { exact: true })).toBeVisible();
  await expect(app.page.getByLabel(text('sign_in.password'))).toHaveCount(0);
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

/** The app in a window that forgets everything when it is closed, or that protects nothing. */
const unprotected: Record<string, (world: World, browser: Browser) => Promise<App>> = {
  'in a private window': async (world, browser) => {
    const look = { viewport: PHONE, locale: 'en-US', timezoneId: environment.zone() };
    const context = await browser.newContext({ baseURL: world.line.address, ...look });
    if (ahead() !== 0) {
      await context.addInitScript(moveClock, ahead());
    }
    await context.exposeBinding('afieldSaid', () => {});
    await context.addInitScript(watchMoments, SAVED);
    const page = await context.newPage();
    await page.goto('/');
    return new App(page);
  },
  'where the browser refuses to protect it': async (world) => {
    const phone = await world.phone();
    await phone.running.addInitScript(() => {
      const never = (): Promise<boolean> => Promise.resolve(false);
      Object.assign(navigator.storage, { persisted: never, persist: never });
    });
    return phone.open();
  },
};

for (const [where, open] of Object.entries(unprotected)) {
  test(`${where} the work that is only here is said to be in danger, where that work is`, async ({ world, browser }) => {
    const [job] = await todaysJobs(world);
    const app = await open(world, browser);
    await app.signIn(ANNA);
    await app.waitReady();
    await world.line.refuse();
    await app.openJob(job.number);
    await app.addNote('Only here');
    await app.goTo('Sync');
    const said = app.main.getByText(text('sync.may_be_cleared', { what: text('counts.change') }));
    await expect(said).toBeVisible();
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);
    await expect(said).toBeHidden();
  });
}

/** What the Sync page says of a browser, by whether it wakes the worker when the network is back. */
for (const [browser, wakes] of [
  ['sends only while the app is open', false],
  ['sends with the app closed as well', true],
] as const) {
  test(`a browser that ${browser}: the Sync page ${wakes ? 'asks for nothing' : 'asks to leave it open'}`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const phone = await world.phone();
    if (!wakes) {
      await phone.running.addInitScript(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
    }
    const app = await phone.open();
    await app.signIn(ANNA);
    await app.waitReady();
    const said = app.main.getByText(text('sync.keep_open'));
    await world.line.refuse();
    await app.openJob(job.number);
    await app.addNote('Waits for the network');
    await app.goTo('Sync');
    await expect(app.main.getByText(text('sync.standing_waiting'), { exact: true })).toBeVisible();
    await app.expectUnsent(1);
    await expect(said).toHaveCount(wakes ? 0 : 1);
    // What it does and does not do while it is closed stands there too.
    await expect(app.main.getByText(text('sync.closed_nothing'))).toHaveCount(wakes ? 0 : 1);
    await expect(app.main.getByText(text('sync.closed_rounds')).or(app.main.getByText(text('sync.closed_sends')))).toHaveCount(wakes ? 1 : 0);
    await world.line.accept();
    await app.syncNow();
    await app.expectUnsent(0);
    await expect(said).toHaveCount(0);
  });
}

test('on an iPhone what is unsent is to be sent before the app is installed, and photos stay in the browser', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Version/17.2 Mobile/15E148 Safari/604.1';
    Object.defineProperty(Navigator.prototype, 'userAgent', { get: () => agent });
    // No iPhone offers to install anything.
    addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation());
  });
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  await app.goTo('Settings');
  const first = app.main.getByText(text('install.apple_send_first', { changes: '' }).split(':')[0]);
  await expect(app.main.getByText(text('install.apple_add'))).toBeVisible();
  await expect(first).toHaveCount(0);

  await world.line.refuse();
  await app.openJob(job.number);
  await app.addNote('In the browser only');
  await app.expectUnsent(1);
  await app.goTo('Settings');
  await expect(app.main.getByText(text('install.apple_send_first', { changes: text('counts.change') }))).toBeVisible();
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await app.goTo('Settings');
  await expect(app.main.getByText(text('install.apple_add'))).toBeVisible();
  await expect(first).toHaveCount(0);
});

/** In the page, before the app: what older browsers lack. */
const lacking: Record<string, () => void> = {
  'throws at options of createImageBitmap': () => {
    const make = createImageBitmap;
    Object.assign(globalThis, {
      createImageBitmap: (...given: [Blob]) => {
        if (given.length > 1) {
          throw new TypeError('Type error');
        }
        return make(...given);
      },
    });
  },
  'refuses options of createImageBitmap': () => {
    const make = createImageBitmap;
    const refuse = (): Promise<never> => Promise.reject(new DOMException('no options', 'InvalidStateError'));
    Object.assign(globalThis, { createImageBitmap: (...given: [Blob]) => (given.length > 1 ? refuse() : make(...given)) });
  },
  'has no OffscreenCanvas': () => Reflect.deleteProperty(globalThis, 'OffscreenCanvas'),
  'has an OffscreenCanvas without anything to draw with': () => Object.assign(OffscreenCanvas.prototype, { getContext: () => null }),
};

const photosOf = async (world: World, job: Job): Promise<Attachment[]> =>
  of<Attachment>(await (await world.client(ANNA)).scope(), 'attachment').filter((file) => file.job === job.id);

for (const [what, take] of Object.entries(lacking)) {
  test(`a photo gets its thumbnail in a browser that ${what}`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const phone = await world.phone();
    await phone.running.addInitScript(take);
    const app = await phone.open();
    await app.signIn(ANNA);
    await app.waitReady();
    const before = (await photosOf(world, job)).length;
    await app.openJob(job.number);
    await app.openNotes();
    const group = app.page.getByRole('group', { name: text('job.add_photo') });
    await app.saving(() => group.getByLabel(text('files.choose')).setInputFiles(nextPicture('boiler.png')));
    await app.page.getByRole('button', { name: text('job.without_note') }).click();
    await app.expectUnsent(0);
    await expect.poll(async () => (await photosOf(world, job)).length).toBe(before + 1);
    const photo = (await photosOf(world, job)).find(({ name }) => name.startsWith('boiler'));
    expect(Buffer.from(photo?.thumbnail ?? '', 'base64').subarray(0, 2).toString('hex'), 'a JPEG').toBe('ffd8');
  });
}

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
