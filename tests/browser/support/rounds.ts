// What a browser tells by itself: the worker, with the app closed, that it may sync; a page, that the network is back.
import { expect, type Locator } from '@playwright/test';
import type { App } from './app';
import type { Phone } from './browser';
import type { Proxy } from './proxy';

/** The worker's own events of Background Sync, at will; made while a page of the app is open. */
export async function syncEvents(phone: Phone, app: App): Promise<{ once: () => Promise<unknown>; round: () => Promise<unknown> }> {
  const protocol = await phone.protocol(app.page);
  const found = new Promise<string>((resolve) => {
    protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrations.filter(({ isDeleted }) => !isDeleted).forEach(({ registrationId }) => resolve(registrationId));
    });
  });
  await protocol.send('ServiceWorker.enable');
  const registrationId = await found;
  const { origin } = new URL(app.page.url());
  return {
    once: () => protocol.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag: 'afield-replay', lastChance: false }),
    round: () => protocol.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin, registrationId, tag: 'afield-round' }),
  };
}

/**
 * Sends `event` until `came`: the worker goes without where a page that was left is still at it. Each once the one before
 * is over, for of two at once what they tell of this phone could arrive in either order.
 */
export async function until(line: Proxy, event: () => Promise<unknown>, came: () => boolean): Promise<void> {
  await expect(async () => {
    const from = line.now();
    await event();
    // What the worker does last.
    await line.ended(({ path }) => path === '/api/v1/device', from);
    expect(came()).toBe(true);
  }).toPass({ intervals: [2_000, 10_000] });
}

/**
 * Tells the page that the network is back until it shows `sign`. After tries that failed the next one waits, by chance for
 * minutes, and after a cut no stream says anything for two: neither is waited for then. A page that has just been loaded
 * may not listen yet.
 */
export async function tellOnline({ page }: App, sign: Locator): Promise<void> {
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect(sign).toBeVisible({ timeout: 10_000 });
  }).toPass();
}
