// What the browser tells the worker with the app closed: that it may sync.
import type { App } from './app';
import type { Phone } from './browser';

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
