// A phone: a Chromium of its own on a profile of its own, which can be killed and started again.
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import * as environment from './environment';
import { App, SAVED, watchMoments } from './app';
import { isLeft, processesOf } from './processes';
import { ahead, moveClock } from './time';

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };
/** Between two looks at processes that end, in milliseconds. */
const BETWEEN = 20;

/** Runs in a page before the app: what it says for four seconds, or a preview for six, it says for ever. */
export function staySaid(): void {
  const later = globalThis.setTimeout;
  Object.assign(globalThis, { setTimeout: (work: () => void, ms?: number) => (ms === 4_000 || ms === 6_000 ? 0 : later(work, ms)) });
}

export interface Look {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  /** The browser's language. */
  locale?: string;
  /** What a page of the office says of a change, and the offer to take it back, does not go by itself. */
  staysSaid?: boolean;
  /** A film (.y4m) that the camera sees. */
  camera?: string;
}

export class Phone {
  /** What no page may ever say or do; a test that finds anything here fails. */
  readonly problems: string[] = [];
  /** What its browser is told besides, from its next start on. */
  flags: string[] = [];
  private context?: BrowserContext;
  private isOffline = false;
  private readonly nextSaid = { hasCome: false, tell: () => {} };

  constructor(
    readonly profile: string,
    readonly address: string,
    private readonly look: Look = {},
  ) {}

  /** Starts the browser on the profile as it was left. */
  async start(): Promise<void> {
    const context = await chromium.launchPersistentContext(this.profile, {
      executablePath: environment.chromium(),
      baseURL: this.address,
      viewport: this.look.viewport ?? PHONE,
      colorScheme: this.look.colorScheme ?? 'light',
      locale: this.look.locale ?? 'en-US',
      timezoneId: environment.zone(),
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
        ...this.flags,
        ...(this.look.camera === undefined ? [] : ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.look.camera}`]),
      ],
    });
    this.context = context;
    await context.exposeBinding('afieldSaid', () => {
      this.nextSaid.hasCome = true;
      this.nextSaid.tell();
    });
    if (ahead() !== 0) {
      await context.addInitScript(moveClock, ahead());
    }
    await context.addInitScript(watchMoments, SAVED);
    context.on('page', (page) => this.watch(page));
    context.pages().forEach((page) => this.watch(page));
    context.on('console', (message) => {
      if (isProblem(message.text())) {
        this.problems.push(message.text());
      }
    });
    context.on('weberror', (error) => this.problems.push(String(error.error().stack ?? error.error())));
    if (this.isOffline) {
      await context.setOffline(true);
    }
  }

  /** The app in a new tab, at this path. */
  async open(path = '/'): Promise<App> {
    const [blank] = this.running.pages().filter((page) => page.url() === 'about:blank');
    const page = blank ?? (await this.running.newPage());
    await page.goto(path);
    return new App(page);
  }

  get running(): BrowserContext {
    if (this.context === undefined) {
      throw new Error('the browser is not running');
    }
    return this.context;
  }

  /** Switches the browser's own network off or on; kept over a restart. */
  async setOffline(offline: boolean): Promise<void> {
    this.isOffline = offline;
    await this.context?.setOffline(offline);
  }

  /** Closes the browser as a person does. */
  async close(): Promise<void> {
    const context = this.context;
    this.context = undefined;
    await context?.close();
  }

  /** Kills every process of the browser (kill -9), as a phone without power does. */
  async kill(): Promise<void> {
    const kill = await this.prepareKill();
    await kill();
  }

  /** Looks for the processes now, so that killing them later takes no time. */
  async prepareKill(): Promise<() => Promise<void>> {
    const context = this.running;
    const processes = await processesOf(this.profile);
    return async () => {
      this.context = undefined;
      const closed = new Promise((resolve) => context.on('close', resolve));
      for (const { pid } of processes) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It went with its parent.
        }
      }
      await closed;
      // What still ends may have a file of the profile that the next browser needs, such as the one of the cookies.
      while ((await Promise.all(processes.map(isLeft))).includes(true)) {
        await pause(BETWEEN);
      }
    };
  }

  /** Waits until a page says, from now on, that something is saved. */
  said(): Promise<void> {
    const said = this.nextSaid;
    said.hasCome = false;
    return new Promise((resolve) => (said.tell = resolve));
  }

  /** Whether that has come. */
  hasSaid(): boolean {
    return this.nextSaid.hasCome;
  }

  /** The session's cookie, as a header. */
  async cookie(): Promise<string> {
    const cookies = await this.running.cookies();
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Chromium's own protocol, for one page. */
  async protocol(page: Page): Promise<CDPSession> {
    return this.running.newCDPSession(page);
  }

  private watch(page: Page): void {
    page.on('crash', () => this.problems.push('the page crashed'));
  }

}

function isProblem(text: string): boolean {
  return /Content Security Policy|Content-Security-Policy|panicked at|unreachable executed/.test(text);
}
