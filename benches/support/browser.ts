// One Chromium for both sides: the same program, the same flags, a profile for each.
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright';
import * as environment from '../../tests/browser/support/environment';
import { watchMoments } from './moments';

/** A line of 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back: what Lighthouse calls slow 4G. */
export const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

// How long anything may take on a loaded machine before it counts as broken.
const PATIENCE_MS = 180_000;

const open = new Set<BrowserContext>();

export async function launch(profile: string, offline = false): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: environment.chromium(),
    viewport: { width: 390, height: 844 },
    locale: 'en-US',
    // The company's: "today" is the same day on both sides.
    timezoneId: 'America/New_York',
    hasTouch: true,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--hide-crash-restore-bubble',
      // Collecting garbage before memory is looked at.
      '--js-flags=--expose-gc',
    ],
  });
  // Nothing here is about whether it is fast enough.
  context.setDefaultTimeout(PATIENCE_MS);
  open.add(context);
  context.on('close', () => open.delete(context));
  // tsx wraps functions into calls of this, also those that are sent to a page.
  await context.addInitScript('globalThis.__name = (work) => work');
  await context.addInitScript(watchMoments);
  if (offline) {
    await context.setOffline(true);
  }
  return context;
}

/** Closes what a measure that failed left open. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled([...open].map((context) => context.close()));
}

export interface Conditions {
  /** How many times slower than this machine. */
  cpu?: number;
  line?: typeof SLOW_LINE;
}

/** An empty tab under these conditions. */
export async function tab(context: BrowserContext, conditions: Conditions = {}): Promise<{ page: Page; protocol: CDPSession }> {
  const page = context.pages().find((page) => page.url() === 'about:blank') ?? (await context.newPage());
  const protocol = await context.newCDPSession(page);
  if (conditions.line !== undefined) {
    await protocol.send('Network.enable');
    await protocol.send('Network.emulateNetworkConditions', conditions.line);
  }
  if (conditions.cpu !== undefined) {
    await protocol.send('Emulation.setCPUThrottlingRate', { rate: conditions.cpu });
  }
  return { page, protocol };
}
