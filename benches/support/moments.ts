// What a page's script notes for us: when something was first seen, by the page's own clock.
//
// Both sides are looked at in the same way: by what stands in the page, and then the frame that draws it.
import type { Page } from 'playwright';

export type Moment = 'form' | 'firstJob' | 'ready' | 'click' | 'drained';

declare global {
  interface Window {
    /** Milliseconds since the navigation began. */
    benchMoments: Partial<Record<Moment, number>>;
    /** When each message "Saved on this phone" was seen. */
    benchSaved: number[];
    /** The transactions of IndexedDB that wrote: when each was begun and when it was complete, and where. */
    benchWrites: { began: number; done: number; database: string; stores: string[] }[];
    /** Forgets the moments that may come again. */
    benchForget: (moment: Moment) => void;
  }
}

/** Runs in every page before the app. */
export function watchMoments(): void {
  window.benchMoments = {};
  window.benchSaved = [];
  window.benchWrites = [];
  window.benchForget = (moment) => {
    delete window.benchMoments[moment];
  };
  const afterFrame = (then: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(undefined);
    });
  };
  const pending = new Set<Moment>();
  const seen = (moment: Moment): void => {
    if (window.benchMoments[moment] === undefined && !pending.has(moment)) {
      pending.add(moment);
      afterFrame(() => {
        pending.delete(moment);
        window.benchMoments[moment] = performance.now();
      });
    }
  };
  const look = (record: MutationRecord): void => {
    for (const node of record.addedNodes) {
      const text = node.textContent ?? '';
      if (text.includes('Saved on this phone')) {
        window.benchSaved.push(performance.now());
      }
      if (window.benchMoments.ready === undefined && text.includes('Ready for offline use')) {
        seen('ready');
      }
    }
  };
  new MutationObserver((records) => {
    records.forEach(look);
    if (window.benchMoments.form === undefined && document.querySelector('input[type=password]') !== null) {
      seen('form');
    }
    if (window.benchMoments.firstJob === undefined && document.querySelector('main a[href^="/jobs/"]') !== null) {
      seen('firstJob');
    }
    if (window.benchMoments.drained === undefined && document.querySelector('[aria-label="Unsent changes"]')?.textContent?.trim() === '0') {
      seen('drained');
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
  document.addEventListener('click', () => (window.benchMoments.click = performance.now()), true);

  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const began = performance.now();
    const transaction = begin.call(this, stores, mode, options);
    if (mode === 'readwrite') {
      transaction.addEventListener('complete', () => {
        const names = typeof stores === 'string' ? [stores] : [...stores];
        window.benchWrites.push({ began, done: performance.now(), database: this.name, stores: names });
      });
    }
    return transaction;
  };
}

/** Waits for a moment and gives it back. */
export async function moment(page: Page, which: Moment, patience = 180_000): Promise<number> {
  const found = await page.waitForFunction((name) => window.benchMoments?.[name], which, { timeout: patience, polling: 50 });
  return (await found.jsonValue()) as number;
}
