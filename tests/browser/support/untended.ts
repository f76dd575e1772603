// A browser that nobody looks into, on a profile that a phone has left. What drives a page keeps a copy of each request
// that it makes, in the page's own process: half a gigabyte of files would be measured as the app's.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Memory } from '../../../benches/support/memory';
import * as environment from './environment';
import { processesOf } from './processes';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--password-store=basic',
  '--use-mock-keychain',
  '--window-size=390,844',
];

export class Untended {
  private constructor(
    private readonly browser: ChildProcess,
    /** What its pages and its worker take. */
    readonly pages: Memory,
    /** What all of it takes. */
    readonly whole: Memory,
  ) {}

  static start(profile: string, address: string): Untended {
    const browser = spawn(environment.chromium(), [...FLAGS, `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
    const pids = (kind: string) => async () => {
      const all = await processesOf(profile);
      return all.filter(({ flags }) => flags.join(' ').includes(kind)).map(({ pid }) => pid);
    };
    return new Untended(browser, new Memory(pids('--type=renderer')), new Memory(pids('')));
  }

  /** Closes it as a person does. */
  async close(): Promise<void> {
    const ended = once(this.browser, 'exit');
    this.browser.kill('SIGTERM');
    await ended;
  }
}
