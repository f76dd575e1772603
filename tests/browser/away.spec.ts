// A page that was left, as browsers keep it for when its user comes back: it stands in nobody's way.
import { todaysJobs } from './support/jobs';
import { expect, test } from './support/world';

test('a page that is away keeps no other from saving, and is loaded again when it comes back', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  await app.page.evaluate(keepTransactionOpen);
  expect(await app.page.evaluate(leave)).toBe('InvalidStateError');

  const other = await phone.open(`/jobs/${job.id}`);
  await other.addNote('Written while the other page is away');

  const loaded = app.page.waitForEvent('load');
  await app.page.evaluate(comeBack).catch(() => {});
  await loaded;
  await app.goTo('Jobs');
  await app.openJob(job.number);
  await app.openNotes();
  await expect(app.note('Written while the other page is away')).toBeVisible();
});

test('what was typed right before the page was left is there again', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.page.goto(`/jobs/${job.id}`);
  await app.draftNote('Half a sentence');
  await app.leave();
  await app.page.goto(`/jobs/${job.id}`);
  await app.openNotes();
  await expect(app.noteField).toHaveValue('Half a sentence');
});

declare global {
  interface Window {
    /** The end of the transaction that never ends by itself. */
    afieldAborted?: Promise<unknown>;
  }
}

/** What a page in the middle of its work holds. */
async function keepTransactionOpen(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('afield-outbox');
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
  const store = transaction.objectStore('meta');
  const ask = (): void => {
    store.get('nothing').onsuccess = ask;
  };
  ask();
  window.afieldAborted = new Promise((resolve) => (transaction.onabort = resolve));
}

/** As the browser says it to a page that it keeps; what a new connection says then. */
async function leave(): Promise<string> {
  window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
  await window.afieldAborted;
  try {
    indexedDB.open('afield-outbox');
    return 'opened';
  } catch (error) {
    return error instanceof DOMException ? error.name : String(error);
  }
}

function comeBack(): void {
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
}
