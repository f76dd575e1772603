// A browser behind its WebDriver: started, asked, and killed with all that it started.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from './engines';

/** How long a page may take to show what is awaited, in milliseconds. */
const PATIENCE = 90_000;
/** WebDriver has no events: between two looks at the page, in milliseconds. */
const BETWEEN = 40;
/** A driver gives a browser that starts a limit of its own, which a loaded machine may miss: how often it is started. */
const STARTS = 3;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

type Found = { [ELEMENT]: string };

export class Driver {
  /** Name and version of the browser. */
  version = '';
  private port = 0;
  private session = '';
  private child?: ChildProcess;
  private screen?: ChildProcess;
  private display = process.env.DISPLAY;

  constructor(
    private readonly engine: Engine,
    private readonly work: string,
  ) {}

  /** Starts the browser on the profile of the last time. */
  async start(): Promise<void> {
    await this.startScreen();
    for (let left = STARTS; ; left -= 1) {
      try {
        await this.startOnce();
        return;
      } catch (error) {
        await this.kill();
        if (left <= 1) {
          throw error;
        }
      }
    }
  }

  private async startOnce(): Promise<void> {
    const [port, second] = await freePorts();
    this.port = port;
    const [command, flags] = this.engine.driver([port, second], this.work);
    const log = openSync(path.join(this.work, 'browser.log'), 'a');
    const env = { ...process.env, DISPLAY: this.display, LANG: 'en_US.UTF-8', GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1' };
    const child = spawn(command, flags, { stdio: ['ignore', log, log], env });
    this.child = child;
    const answers = eventually('the driver answers', async () => hasEnded(child) || (await fetch(`http://127.0.0.1:${this.port}/status`)).ok);
    await Promise.race([answers, failure(child, command)]);
    if (hasEnded(child)) {
      throw new Error(`${command} ended at once`);
    }
    const profile = path.join(this.work, 'profile');
    mkdirSync(profile, { recursive: true });
    const asked = { capabilities: { alwaysMatch: this.engine.capabilities(profile) } };
    const made = await this.send<{ sessionId: string; capabilities: Record<string, string> }>('POST', '/session', asked);
    this.session = `/session/${made.sessionId}`;
    this.version = `${made.capabilities.browserName} ${made.capabilities.browserVersion}`;
    await this.call('POST', '/timeouts', { script: PATIENCE, pageLoad: PATIENCE });
  }

  private async startScreen(): Promise<void> {
    if (!this.engine.display || this.display !== undefined) {
      return;
    }
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    this.screen = screen;
    const ended = once(screen, 'exit').then(() => {
      throw new Error('Xvfb ended at once');
    });
    const said = once(screen.stdio[3] as NodeJS.ReadableStream, 'data');
    const [number] = await Promise.race([said, ended, failure(screen, 'Xvfb')]);
    this.display = `:${String(number).trim()}`;
  }

  /** Kills the browser (kill -9), its driver and every process they started. */
  async kill(pids = this.processes()): Promise<void> {
    for (const pid of pids.reverse()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went with its parent.
      }
    }
    await eventually('all are gone', async () => !pids.some(isRunning));
  }

  /** The browser, its driver and every process they started. */
  processes(): number[] {
    const parents = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? parentOf(Number(name)) : []));
    const found = new Set([this.child?.pid ?? -1]);
    for (let before = 0; before !== found.size; ) {
      before = found.size;
      parents.filter(([, parent]) => found.has(parent)).forEach(([pid]) => found.add(pid));
    }
    return [...found].filter((pid) => pid > 0);
  }

  async end(): Promise<void> {
    await this.kill();
    this.screen?.kill();
  }

  call<T>(method: string, where: string, body?: unknown): Promise<T> {
    return this.send(method, this.session + where, body);
  }

  private async send<T>(method: string, where: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${this.port}${where}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
    if (value?.error !== undefined) {
      throw new Error(`${method} ${where}: ${value.error}: ${value.message}`);
    }
    return value;
  }

  /** Runs `work` in the page. */
  run<T, A extends unknown[]>(work: (...args: A) => T, ...args: A): Promise<T> {
    return this.call('POST', '/execute/sync', { script: `return (${work}).apply(null, arguments)`, args });
  }

  /** Runs `work` in the page and waits for its promise. */
  async wait<A extends unknown[]>(work: (...args: A) => Promise<unknown>, ...args: A): Promise<void> {
    const script = `const all = [].slice.call(arguments), done = all.pop(); (${work}).apply(null, all).then(() => done(null), (e) => done(String(e)))`;
    const failed = await this.call<string | null>('POST', '/execute/async', { script, args });
    if (failed !== null) {
      throw new Error(failed);
    }
  }

  /** Waits until `work` gives true in the page. */
  async until<A extends unknown[]>(what: string, work: (...args: A) => boolean, ...args: A): Promise<void> {
    await eventually(
      what,
      () => this.run(work, ...args),
      () => this.run(() => document.body.innerText.replace(/\n+/g, ' | ').slice(0, 900)),
    );
  }

  /** The first element to be seen that `css` names and whose text or label holds `words`. */
  private async find(css: string, words: string): Promise<Found> {
    let found: Found | null = null;
    const look = async (): Promise<boolean> => {
      found = await this.run(visible, css, words);
      return found !== null;
    };
    await eventually(`${css} with “${words}”`, look, () => this.run(() => document.body.innerText.replace(/\n+/g, ' | ').slice(0, 900)));
    return found as unknown as Found;
  }

  /** Waits until such an element is there. */
  async see(css: string, words = ''): Promise<void> {
    await this.find(css, words);
  }

  /** Uses such an element; the app draws anew while it works, so it may go between finding and using it. */
  private async using(css: string, words: string, work: (element: string) => Promise<unknown>): Promise<void> {
    const gone = /stale element|not interactable|click intercepted|no such element/;
    await eventually(`use ${css} with “${words}”`, async () => {
      const one = await this.find(css, words);
      try {
        await this.call('POST', '/execute/sync', { script: 'arguments[0].scrollIntoView({ block: "center" })', args: [one] });
        await work(`/element/${one[ELEMENT]}`);
        return true;
      } catch (error) {
        if (error instanceof Error && gone.test(error.message)) {
          return false;
        }
        throw error;
      }
    });
  }

  async click(css: string, words = ''): Promise<void> {
    await this.using(css, words, (element) => this.call('POST', `${element}/click`, {}));
  }

  async type(css: string, text: string): Promise<void> {
    await this.using(css, '', async (element) => {
      await this.call('POST', `${element}/clear`, {});
      await this.call('POST', `${element}/value`, { text });
    });
  }

  /** Chooses a file. */
  async choose(css: string, file: string): Promise<void> {
    await this.using(css, '', (element) => this.call('POST', `${element}/value`, { text: file }));
  }
}

/** In the page. A file's own input may be hidden behind its label. */
function visible(css: string, words: string): Found | null {
  const says = (one: Element): string => `${one.textContent} ${one.getAttribute('aria-label') ?? ''}`;
  const all = [...document.querySelectorAll<HTMLElement>(css)];
  const found = all.find((one) => (one.getAttribute('type') === 'file' || one.getClientRects().length > 0) && says(one).includes(words));
  return (found ?? null) as unknown as Found | null;
}

/** Looks until `look` gives true; an error on the way, as while a page loads, is a no. */
async function eventually(what: string, look: () => Promise<boolean>, explain?: () => Promise<string>): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (let last: unknown = 'no'; ; ) {
    try {
      if (await look()) {
        return;
      }
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) {
      const says = (await explain?.().catch(String)) ?? '';
      throw new Error(`never: ${what} (${last}). The page says: ${says}`);
    }
    await pause(BETWEEN);
  }
}

/** Two that nobody listens on. */
async function freePorts(): Promise<[number, number]> {
  const probes = [net.createServer(), net.createServer()].map((probe) => probe.listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const [one, other] = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return [one, other];
}

/** Fails when the program cannot be started at all; never ends else. */
function failure(child: ChildProcess, command: string): Promise<never> {
  return new Promise((_, reject) => child.once('error', (error) => reject(new Error(`${command}: ${error.message}`))));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function parentOf(pid: number): [number, number][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return [[pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
