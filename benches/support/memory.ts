// What the processes of a page take: the memory that is theirs alone, by Linux' own account.
import { readFile } from 'node:fs/promises';
import type { BrowserContext, CDPSession } from 'playwright';

const MEGABYTE = 1024 * 1024;

/** Looks at processes of one browser. */
export class Memory {
  constructor(private readonly pids: () => Promise<number[]>) {}

  /** Only one site is open in that browser: its page and its worker share a renderer. */
  static async of(context: BrowserContext): Promise<Memory> {
    const [page] = context.pages();
    const protocol = await context.newCDPSession(page);
    const browser = context.browser();
    const session = browser === null ? protocol : await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    return new Memory(() => Promise.resolve(pids));
  }

  /** Private megabytes of all of them. */
  async megabytes(): Promise<number> {
    const all = await Promise.all((await this.pids()).map(privateBytes));
    return all.reduce((one, other) => one + other, 0) / MEGABYTE;
  }

  /** The most that is seen while `work` runs, looked at every 50 ms. */
  async peak(work: () => Promise<unknown>): Promise<number> {
    let most = 0;
    let working = true;
    const watching = (async () => {
      while (working) {
        most = Math.max(most, await this.megabytes());
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    await work().finally(() => (working = false));
    await watching;
    return most;
  }
}

/** Throws away what nothing refers to. */
export async function collectGarbage(protocol: CDPSession): Promise<void> {
  await protocol.send('HeapProfiler.enable');
  await protocol.send('HeapProfiler.collectGarbage');
  await protocol.send('HeapProfiler.collectGarbage');
  await protocol.send('HeapProfiler.disable');
}

async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return (of('Private_Clean') + of('Private_Dirty')) * 1024;
}
