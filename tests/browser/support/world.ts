// One test's world: a server, a line to the phones, a line to the office.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base, type Browser } from '@playwright/test';
import { App } from './app';
import { DESK, Phone, staySaid, type Look } from './browser';
import * as environment from './environment';
import { Client } from './office';
import { Proxy } from './proxy';
import { run, Server } from './server';
import { ahead, clockScript, moveClock } from './time';

/** How a company's phones hold its data. */
export type Mode = 'offline' | 'online';

/** What is shown in both modes: the mode, and what the name of its test ends with. */
export const MODES: [Mode, string][] = [
  ['offline', ''],
  ['online', ' (online mode)'],
];

export class World {
  private mode: Mode = 'offline';
  private readonly phones: Phone[] = [];
  private readonly problems: string[] = [];

  private constructor(
    readonly folder: string,
    readonly server: Server,
    /** What stands between the phones and the server. */
    readonly line: Proxy,
    /** What stands between the office and the server. */
    readonly officeLine: Proxy,
    private readonly browser: Browser,
    /** The folder of the app that the server serves. */
    readonly assets: string,
  ) {}

  /** `ownAssets`: the server serves a copy of the built app, which the test may change. `flags`: what the server is told besides. */
  static async start(browser: Browser, ownAssets: boolean, flags: string[]): Promise<World> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-test-'));
    const data = path.join(folder, 'data');
    const assets = ownAssets ? path.join(folder, 'app') : environment.dist();
    if (ownAssets) {
      await cp(environment.dist(), assets, { recursive: true });
    }
    await cp(process.env.AFIELD_DEMO_DATA ?? '', data, { recursive: true });
    const server = new Server(data, assets, [...flags]);
    await server.start();
    const upstream = () => server.port;
    return new World(folder, server, await Proxy.start(upstream, clockScript()), await Proxy.start(upstream, clockScript()), browser, assets);
  }

  /** Where the server keeps its data. */
  get data(): string {
    return path.join(this.folder, 'data');
  }

  /** A phone that nobody has used yet. */
  async phone(look?: Look): Promise<Phone> {
    const profile = path.join(this.folder, `phone-${this.phones.length + 1}`);
    const phone = new Phone(profile, this.line.address, look);
    this.phones.push(phone);
    await phone.start();
    return phone;
  }

  /** Has the company's phones hold its data in this way; before any is there. */
  async hold(mode: Mode): Promise<void> {
    if (mode === this.mode) {
      return;
    }
    this.mode = mode;
    await run('company', 'set', 'nordhaus', '--mode', mode, '--data', this.data);
  }

  /** A phone on which this user has signed in and everything is there that it is to hold. */
  async primedPhone(email = 'anna@nordhaus.example', look?: Look): Promise<{ phone: Phone; app: App }> {
    const phone = await this.phone(look);
    const app = await phone.open();
    await app.signIn(email);
    await (this.mode === 'online' ? app.waitLive() : app.waitReady());
    return { phone, app };
  }

  /** As `primedPhone`, and started again: a browser writes its cookies down when it ends, not at once. */
  async usedPhone(email?: string): Promise<Phone> {
    const { phone } = await this.primedPhone(email);
    await phone.close();
    await phone.start();
    return phone;
  }

  /** The office's browser, with the dispatcher at the board. */
  async board(email = 'dora@nordhaus.example', look: Look = {}): Promise<App> {
    const context = await this.browser.newContext({
      baseURL: this.officeLine.address,
      viewport: look.viewport ?? DESK,
      colorScheme: look.colorScheme ?? 'light',
      locale: look.locale ?? 'en-US',
      timezoneId: environment.zone(),
    });
    if (ahead() !== 0) {
      await context.addInitScript(moveClock, ahead());
    }
    if (look.staysSaid === true) {
      await context.addInitScript(staySaid);
    }
    context.on('weberror', (error) => this.problems.push(String(error.error())));
    const page = await context.newPage();
    await page.goto('/');
    const app = new App(page);
    await app.signIn(email);
    await app.goTo('Board');
    return app;
  }

  /** Somebody signed in at the server itself, past every browser and proxy. */
  client(email = 'dora@nordhaus.example'): Promise<Client> {
    return Client.signIn(() => this.server.port, email);
  }

  /** Whoever holds this phone's cookie. */
  async thief(phone: Phone): Promise<Client> {
    return Client.withCookie(() => this.server.port, await phone.cookie());
  }

  async end(): Promise<string[]> {
    await Promise.all(this.phones.map((phone) => phone.close()));
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    await this.server.stop();
    await Promise.all([this.line.end(), this.officeLine.end()]);
    // A process of a browser that ends may still write into its profile.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    return [...this.problems, ...this.phones.flatMap((phone) => phone.problems)];
  }
}

export const test = base.extend<{ world: World; ownAssets: boolean; serverFlags: { flags: string[] } }>({
  ownAssets: [false, { option: true }],
  // Not a bare list: the runner takes that for a value with its options.
  serverFlags: [{ flags: [] }, { option: true }],
  world: async ({ browser, ownAssets, serverFlags }, use) => {
    const world = await World.start(browser, ownAssets, serverFlags.flags);
    await use(world);
    const problems = await world.end();
    base.expect(problems, 'no panic, no uncaught error, nothing that the content security policy stopped').toEqual([]);
  },
});

export { expect } from '@playwright/test';
