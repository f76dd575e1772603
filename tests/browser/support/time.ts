// What time it is in the tests: the machine's time, or another day that AFIELD_TODAY names.
//
// Server, pages, workers and tests then agree: each is as far ahead of the machine's clock as `prepare` has found out.

import type { Page } from '@playwright/test';

/** How far the clocks of the tests are ahead of the machine's, in milliseconds. */
export function ahead(): number {
  return Number(process.env.AFIELD_AHEAD_MS ?? 0);
}

/** The time, in milliseconds since 1970. */
export function now(): number {
  return Date.now() + ahead();
}

/** The day at the company whose file is imported. */
export function day(zone = 'America/New_York'): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now());
}

/** For the server: from when its clock goes on; nothing where that is the machine's. */
export function today(): string[] {
  return ahead() === 0 ? [] : ['--today', new Date(now()).toISOString()];
}

/** Runs in every page before the app, and at the top of its worker: the app asks for the time with `Date.now` only. */
export function moveClock(ahead: number): void {
  const machine = Date.now.bind(Date);
  try {
    // Playwright's clock is right by itself (see `hurryClock`): after a reload it would be moved twice.
    if (typeof sessionStorage !== 'undefined' && sessionStorage.getItem('afield-test-clock') !== null) {
      return;
    }
  } catch {
    // A page without an origin has no storage.
  }
  Date.now = () => machine() + ahead;
}

/**
 * Opens the page again with a clock that can be hurried (`page.clock`); its time and timers go on as they did.
 * A page that runs keeps real timers, which a clock put in under it can't end: they would ring for what is gone.
 */
export async function hurryClock(page: Page): Promise<void> {
  const address = page.url();
  await page.evaluate(() => sessionStorage.setItem('afield-test-clock', 'hurried'));
  await page.goto('about:blank');
  await page.clock.install({ time: now() });
  await page.goto(address);
}

/** The same, as the text of a script; empty where there is nothing to move. */
export function clockScript(): string {
  return ahead() === 0 ? '' : `(${moveClock.toString()})(${ahead()});`;
}
