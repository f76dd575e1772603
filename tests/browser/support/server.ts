// The real server as a process of its own, on a data folder that outlives it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as environment from './environment';
import { today } from './time';

/** How long it may take to start, in milliseconds: where it is not asked by a test, nobody else has a limit. */
const PATIENCE_MS = 180_000;

export class Server {
  /** Where it listens; another one after each start. */
  port = 0;
  private child?: ChildProcess;
  private said: string[] = [];

  constructor(
    private readonly data: string,
    private readonly assets: string = environment.dist(),
    /** What it is told besides, at each start: its own list, which a test may add to. */
    readonly flags: string[] = [],
  ) {}

  /** `day`: what the server's clock is set to; without it the tests' time. */
  async start(day: string[] = today()): Promise<void> {
    const child = spawn(environment.server(), ['serve', '--port', '0', '--data', this.data, '--demo', '--assets', this.assets, ...this.flags, ...day], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.said = [];
    createInterface({ input: child.stderr }).on('line', (line) => this.said.push(line));
    const ready = new Promise<number>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^Afield is ready: http:\/\/[^:]+:(\d+)/.exec(line);
        if (found !== null) {
          resolve(Number(found[1]));
        }
      });
    });
    const ended = once(child, 'close').then(() => Promise.reject(new Error(`the server ended:\n${this.said.join('\n')}`)));
    ended.catch(() => {});
    let end: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      end = setTimeout(() => reject(new Error(`the server is not ready after ${PATIENCE_MS} ms:\n${this.said.join('\n')}`)), PATIENCE_MS);
    });
    this.port = await Promise.race([ready, ended, late]).finally(() => clearTimeout(end));
  }

  /** Asks it to end, as a service manager does. */
  async stop(): Promise<void> {
    await this.signal('SIGTERM');
  }

  /** Kills it (kill -9). */
  async kill(): Promise<void> {
    await this.signal('SIGKILL');
  }

  /** What it wrote into its log since it was started. */
  get lines(): readonly string[] {
    return this.said;
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      // Not `exit`: the last lines of its log may come after that.
      const ended = once(child, 'close');
      child.kill(signal);
      await ended;
    }
  }
}

/** Runs another command of the server's program to its end; gives back what it printed. */
export async function run(...flags: string[]): Promise<string> {
  const child = spawn(environment.server(), flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (part) => (said += part));
  child.stderr.on('data', (part) => (said += part));
  // Not `exit`: what it printed last may come after that.
  const [code] = await once(child, 'close');
  if (code !== 0) {
    throw new Error(`afield-server ${flags.join(' ')} ended with ${code}:\n${said}`);
  }
  return said;
}
