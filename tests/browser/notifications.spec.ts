// Notifications: switched on in the settings; the worker syncs when one comes, shows it, and a tap opens the job.
//
// A browser here reaches no vendor's push service: what it says of its subscription is the test's, whose service takes
// the server's own messages, and the browser's protocol delivers them to the worker.
import type { CDPSession, Page, Worker } from '@playwright/test';
import type { App } from './support/app';
import { axe } from './support/axe';
import type { Phone } from './support/browser';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { isPull, type Match } from './support/proxy';
import { PushService, TO_THIS_MACHINE, type Message } from './support/push-service';
import { stopWorkers } from './support/stop-workers';
import { text } from './support/texts';
import { expect, test as base, type World } from './support/world';

const test = base.extend<{ service: PushService }>({
  service: async ({}, use) => {
    const service = await PushService.start();
    await use(service);
    await service.end();
  },
});
test.use({ serverFlags: TO_THIS_MACHINE });

const ANNA = 'anna@nordhaus.example';
const isSet: Match = ({ method, path }) => method === 'PUT' && path === '/api/v1/notifications';
const isEnd: Match = ({ method, path }) => method === 'DELETE' && path === '/api/v1/notifications';

/** In front of the worker's script: it waits for the pass, its words and a page's answer for as long as a slow machine takes. */
const PATIENT = `{
  const later = self.setTimeout;
  self.setTimeout = (work, ms, ...rest) => later(work, ms === 4000 || ms === 1500 ? 600000 : ms, ...rest);
}
`;

test('the settings ask the browser after a tap, and the server is told what is wanted', async ({ world, service }) => {
  const { phone, app } = await primed(world, service);
  await app.goTo('Settings');
  const all = app.page.getByRole('switch', { name: text('notifications.label') });
  await expect(all).not.toBeChecked();
  await expect(app.page.getByText(text('notifications.of'))).toBeHidden();
  expect(world.line.log.filter(isSet), 'nothing is said without a tap').toEqual([]);

  await all.check();
  const kind = (key: string) => app.page.getByRole('switch', { name: text(`notifications.${key}`) });
  await expect(kind('status')).toBeChecked();
  const wanted = { assigned: true, status: true, changed: true };
  await expect.poll(() => kept(world, phone)).toEqual([{ endpoint: service.subscription.endpoint, language: 'en', wishes: wanted }]);

  await kind('status').uncheck();
  await kind('quiet_label').check();
  await app.page.getByLabel(text('notifications.from')).fill('21:30');
  await app.page.getByLabel(text('notifications.to'), { exact: true }).fill('06:15');
  const wishes = { ...wanted, status: false, quiet: { from: 21 * 60 + 30, to: 6 * 60 + 15 } };
  await expect.poll(() => kept(world, phone)).toEqual([{ endpoint: service.subscription.endpoint, language: 'en', wishes }]);
  expect(await axe(app)).toEqual([]);

  // Another page is told by the server.
  await app.page.reload();
  await expect(all).toBeChecked();
  await expect(kind('status')).not.toBeChecked();
  await expect(kind('changed')).toBeChecked();
  await expect(app.page.getByLabel(text('notifications.from'))).toHaveValue('21:30');

  await all.uncheck();
  await expect.poll(() => kept(world, phone)).toEqual([]);
  await expect.poll(() => subscribed(app.page)).toBe(false);
});

test('signing out ends it, on the phone and at the server', async ({ world, service }) => {
  const { phone, app } = await primed(world, service);
  await switchOn(world, phone, app);
  const thief = await world.thief(phone);
  await app.signOut();
  await world.line.ended((exchange) => isEnd(exchange) && exchange.status === 200);
  await expect.poll(() => subscribed(app.page)).toBe(false);
  await expect(thief.request('GET', '/api/v1/notifications')).rejects.toThrow();
});

test('after its session has ended a phone is told again as soon as its user has signed in', async ({ world, service }) => {
  const { phone, app } = await primed(world, service);
  const { endpoint, wishes } = await switchedOn(world, phone, app, 'status');
  await (await world.thief(phone)).request('DELETE', '/api/v1/session');
  await app.syncNow();
  await app.page.getByRole('link', { name: text('banners.sign_in_action') }).click();
  await app.signIn(ANNA);
  await expect.poll(() => kept(world, phone)).toEqual([{ endpoint, language: 'en', wishes }]);

  // Who has signed out has ended it: the next sign-in sets nothing.
  await app.goTo('Settings');
  // What the page asks when it is opened is over.
  await expect(app.page.getByRole('switch', { name: text('notifications.label') })).toBeChecked();
  await app.signOut();
  expect(await remembered(app.page)).toEqual([]);
  const from = world.line.now();
  await app.signIn(ANNA);
  await world.line.ended((exchange) => isPull(exchange) && exchange.status === 200, from);
  await app.goTo('Settings');
  await expect(app.page.getByRole('switch', { name: text('notifications.label') })).not.toBeChecked();
  expect(world.line.log.slice(from).filter(isSet)).toEqual([]);
});

test('a page finds at its start that the browser has another address, and has it told of the same', async ({ world, service }) => {
  const { phone, app } = await primed(world, service);
  const { endpoint, wishes } = await switchedOn(world, phone, app, 'changed');
  await app.page.evaluate((to) => localStorage.setItem('test-endpoint', to), `${endpoint}-anew`);
  await app.page.reload();
  // The one before goes when its push service says that it is gone.
  const both = [endpoint, `${endpoint}-anew`].map((endpoint) => ({ endpoint, language: 'en', wishes }));
  await expect.poll(async () => new Set(await kept(world, phone))).toEqual(new Set(both));
});

test('a job that the office gives while the app is closed is on the phone before it is told of', async ({ world, service }) => {
  const [job] = await todaysJobs(world, 'ben@nordhaus.example');
  world.line.prelude = PATIENT;
  const { phone, app } = await primed(world, service);
  await switchOn(world, phone, app);
  await app.leave();
  const { deliver } = await delivery(phone, app.page);
  const from = world.line.now();

  await (await world.client()).assign(job.id, 'Anna Berg');
  await expect.poll(() => service.messages.length).toBe(1);
  const [message] = service.messages;
  const { web_push, notification } = JSON.parse(message) as Message;
  expect([web_push, notification.tag, notification.data]).toEqual([8030, job.id, { kind: 'assigned', job: job.id }]);
  expect(message, 'what travels names nothing of the job').not.toContain(job.title);
  await deliver(message);

  await world.line.ended((exchange) => isPull(exchange) && exchange.status === 200, from);
  await expect.poll(() => shown(app.page)).toHaveLength(1);
  const [{ title, body, tag }] = await shown(app.page);
  expect([title, tag]).toEqual([notification.title, job.id]);
  expect(body).toContain(`${job.number} ${job.title}\n`);
  expect(body).toMatch(/\d\d:\d\d – /);

  // The pass has brought it: nothing else can.
  await phone.setOffline(true);
  await app.page.goto(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
});

test('a tap leads the open app to the job, without loading it again', async ({ world, service }) => {
  const [job] = await todaysJobs(world);
  world.line.prelude = PATIENT;
  const { phone, app } = await primed(world, service);
  await app.goTo('Settings');
  const { deliver } = await delivery(phone, app.page);
  await app.page.evaluate(() => Object.assign(window, { isTheSame: true }));
  await deliver(said(job));
  await expect.poll(() => shown(app.page)).toHaveLength(1);
  await tap(phone);
  await expect(app.heading(job.title)).toBeVisible();
  expect(new URL(app.page.url()).pathname).toBe(`/jobs/${job.id}`);
  expect(await app.page.evaluate(() => 'isTheSame' in window)).toBe(true);
  await expect.poll(() => shown(app.page)).toEqual([]);
});

test('a tap loads an open page that does not answer, and opens one where there is none', async ({ world, service }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await primed(world, service);
  const { deliver } = await delivery(phone, app.page);
  await app.page.evaluate(() => (navigator.serviceWorker.onmessage = null));
  await deliver(said(job, 'https://elsewhere.example'));
  await expect.poll(() => shown(app.page)).toHaveLength(1);
  await tap(phone);
  await expect(app.heading(job.title)).toBeVisible();
  expect(new URL(app.page.url()).origin, 'the app stays where it is').toBe(world.line.address);

  await deliver(said(job));
  await expect.poll(() => shown(app.page)).toHaveLength(1);
  const opened = await tap(phone, 'no windows');
  expect(opened).toEqual([`/jobs/${job.id}`]);
});

test('a network that does not answer keeps no notification back', async ({ world, service }) => {
  const [job] = await todaysJobs(world, 'ben@nordhaus.example');
  const { phone, app } = await primed(world, service);
  await app.leave();
  const { deliver } = await delivery(phone, app.page);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  world.line.rule(isPull, { kind: 'hold', until: held });
  const from = world.line.now();
  await (await world.client()).assign(job.id, 'Anna Berg');
  await deliver(said(job));
  await world.line.seen(isPull, from);
  await expect.poll(() => shown(app.page)).toEqual([{ title: 'A job was assigned to you', body: '', tag: job.id }]);
  release();
});

test('without the app, and of a message that cannot be read, something is shown', async ({ world, service }) => {
  const { phone, app } = await primed(world, service);
  await app.leave();
  const { deliver } = await delivery(phone, app.page);
  await app.page.evaluate(async () => Promise.all((await caches.keys()).map((name) => caches.delete(name))));
  // First: whatever wakes the worker again finds no module either.
  await world.line.refuse();
  await phone.protocol(app.page).then(stopWorkers);
  await deliver('not what a server says');
  await expect.poll(() => shown(app.page)).toEqual([{ title: 'Something changed at the office', body: '', tag: '' }]);
});

test('a phone on which nobody is signed in says no more than the message', async ({ world, service }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await primed(world, service);
  const { deliver } = await delivery(phone, app.page);
  await app.signOut();
  await deliver(said(job));
  await expect.poll(() => shown(app.page)).toEqual([{ title: 'A job was assigned to you', body: '', tag: job.id }]);
});

test('another address of the browser is told to the server, with the same wishes', async ({ world, service }) => {
  world.line.prelude = `(${pretend.toString()})(${JSON.stringify({ ...service.subscription, endpoint: `${service.subscription.endpoint}-anew` })});\n`;
  const { phone, app } = await primed(world, service);
  const { endpoint, wishes } = await switchedOn(world, phone, app, 'changed');
  await (await worker(phone)).evaluate((endpoint) => {
    const event = new Event('pushsubscriptionchange');
    dispatchEvent(Object.assign(event, { oldSubscription: { endpoint }, waitUntil: () => undefined }));
  }, endpoint);
  await expect.poll(() => kept(world, phone)).toEqual([{ endpoint: `${endpoint}-anew`, language: 'en', wishes }]);
});

for (const [name, settle, key] of [
  ['has blocked them', block, 'blocked'],
  ['cannot', without, 'missing'],
  ['is an iPhone that has it not on its home screen', onApples, 'install_first'],
] as const) {
  test(`the settings say so where the browser ${name}`, async ({ world }) => {
    const phone = await world.phone();
    await phone.running.addInitScript(settle);
    const app = await phone.open();
    await app.signIn(ANNA);
    await app.waitReady();
    await app.goTo('Settings');
    await expect(app.page.getByText(text(`notifications.${key}`))).toBeVisible();
    await expect(app.page.getByRole('switch', { name: text('notifications.label') })).toBeHidden();
    expect(await axe(app)).toEqual([]);
  });
}

/** A phone with everything on it, whose browser may notify and says that it is reached by `service`. */
async function primed(world: World, service: PushService): Promise<{ phone: Phone; app: App }> {
  const phone = await world.phone();
  await phone.running.grantPermissions(['notifications']);
  await phone.running.addInitScript(pretend, service.subscription);
  const app = await phone.open();
  await app.signIn(ANNA);
  await app.waitReady();
  return { phone, app };
}

async function switchOn(world: World, phone: Phone, app: App): Promise<void> {
  await app.goTo('Settings');
  await app.page.getByRole('switch', { name: text('notifications.label') }).check();
  await expect.poll(async () => (await kept(world, phone)).length).toBe(1);
}

/** The same with one kind switched off again; gives back what the server and the page have agreed on. */
async function switchedOn(world: World, phone: Phone, app: App, without: 'status' | 'changed'): Promise<{ endpoint: string; wishes: Record<string, boolean> }> {
  await switchOn(world, phone, app);
  const [{ endpoint }] = (await kept(world, phone)) as { endpoint: string }[];
  await app.page.getByRole('switch', { name: text(`notifications.${without}`) }).uncheck();
  const wishes = { assigned: true, status: true, changed: true, [without]: false };
  await expect.poll(() => kept(world, phone)).toEqual([{ endpoint, language: 'en', wishes }]);
  // The server has it before the page has heard so, and only then is it written down.
  await expect.poll(() => remembered(app.page)).toEqual([wishes]);
  return { endpoint, wishes };
}

/** What the server has of the devices of whoever is signed in on this phone. */
async function kept(world: World, phone: Phone): Promise<unknown[]> {
  const client = await world.thief(phone);
  return (await client.request<{ subscriptions: unknown[] }>('GET', '/api/v1/notifications')).subscriptions;
}

/** What this browser remembers of it: written once the page has heard that the server agreed. */
function remembered(page: Page): Promise<unknown[]> {
  return page.evaluate(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith('afield-told-'));
    return keys.map((key) => JSON.parse(localStorage.getItem(key) ?? 'null') as unknown);
  });
}

/** Whether the browser says that it is subscribed. */
function subscribed(page: Page): Promise<boolean> {
  return page.evaluate(async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription()) !== null);
}

/** What a server sends of a job that was assigned. */
function said(job: Job, origin = 'http://127.0.0.1'): string {
  const data = { kind: 'assigned', job: job.id };
  const notification = { title: 'A job was assigned to you', lang: 'en', navigate: `${origin}/jobs/${job.id}`, tag: job.id, data };
  return JSON.stringify({ web_push: 8030, notification });
}

/** Delivers messages to the worker as the browser's push service does. */
async function delivery(phone: Phone, page: Page): Promise<{ deliver: (data: string) => Promise<unknown> }> {
  const protocol: CDPSession = await phone.protocol(page);
  const origin = new URL(phone.address).origin;
  const found = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(origin) && !isDeleted);
      if (own !== undefined) {
        resolve(own.registrationId);
      }
    });
  });
  await protocol.send('ServiceWorker.enable');
  const registrationId = await found;
  const deliver = (data: string) => protocol.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  return { deliver };
}

/** The notifications that are there. */
function shown(page: Page): Promise<{ title: string; body: string; tag: string }[]> {
  return page.evaluate(async () => {
    const all = await (await navigator.serviceWorker.ready).getNotifications();
    return all.map(({ title, body, tag }) => ({ title, body, tag }));
  });
}

async function worker(phone: Phone): Promise<Worker> {
  const { running } = phone;
  return running.serviceWorkers()[0] ?? (await running.waitForEvent('serviceworker'));
}

/** Taps the one notification. `no windows`: as if the app were not open; gives back what is opened then. */
async function tap(phone: Phone, windows?: 'no windows'): Promise<string[]> {
  return (await worker(phone)).evaluate(async (isClosed) => {
    const scope = globalThis as unknown as {
      registration: { getNotifications(): Promise<Notification[]> };
      clients: { matchAll: unknown; openWindow: unknown };
    };
    const opened: string[] = [];
    if (isClosed) {
      Object.assign(scope.clients, { matchAll: async () => [], openWindow: async (to: string) => opened.push(to) });
    }
    const [notification] = await scope.registration.getNotifications();
    let work: unknown;
    // A script's own event holds no worker: this one is as if the browser had made it.
    const waitUntil = (promise: unknown) => (work = promise);
    dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil }));
    await work;
    return opened;
  }, windows === 'no windows');
}

/** Runs in the page, or in the worker, before the app: the browser is subscribed where the test says. */
function pretend(of: { endpoint: string; p256dh: string; auth: string }): void {
  const store = typeof localStorage === 'undefined' ? undefined : localStorage;
  const NAME = 'test-subscription';
  const endpoint = store?.getItem('test-endpoint') ?? of.endpoint;
  const made = (key: string) => ({
    endpoint,
    options: { applicationServerKey: Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0)).buffer },
    toJSON: () => ({ endpoint, keys: { p256dh: of.p256dh, auth: of.auth } }),
    unsubscribe: async () => {
      store?.removeItem(NAME);
      return true;
    },
  });
  Object.assign(PushManager.prototype, {
    getSubscription: async () => {
      const key = store?.getItem(NAME) ?? null;
      return key === null ? null : made(key);
    },
    subscribe: async ({ applicationServerKey, userVisibleOnly }: { applicationServerKey: string; userVisibleOnly: boolean }) => {
      if (!userVisibleOnly) {
        throw new DOMException('', 'NotAllowedError');
      }
      store?.setItem(NAME, applicationServerKey);
      return made(applicationServerKey);
    },
  });
}

/** Run in the page before the app. */
function block(): void {
  Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
}

function without(): void {
  Reflect.deleteProperty(window, 'PushManager');
}

function onApples(): void {
  // What those never offer.
  addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation(), true);
  Reflect.deleteProperty(window, 'PushManager');
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1';
  Object.defineProperty(navigator, 'userAgent', { get: () => agent });
}
