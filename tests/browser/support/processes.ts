// The processes of a browser, as Linux tells of them.
import { readFile, readdir } from 'node:fs/promises';

export interface Process {
  pid: number;
  parent: number;
  flags: string[];
  /** `Z`: it has ended, and its parent has not asked how. */
  state: string;
  threads: number;
  /** When it was started: the same id may come again. */
  started: string;
}

async function describe(pid: number): Promise<Process | undefined> {
  try {
    const [flags, stat] = await Promise.all([readFile(`/proc/${pid}/cmdline`, 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')]);
    // The name in brackets may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), flags: flags.split('\0'), state: fields[0], threads: Number(fields[17]), started: fields[19] };
  } catch {
    return undefined;
  }
}

/** Whether a process that was killed still holds anything: of a dead one the last thread may be about to end. */
export async function isLeft({ pid, started }: Process): Promise<boolean> {
  const now = await describe(pid);
  return now !== undefined && now.started === started && !(['Z', 'X'].includes(now.state) && now.threads <= 1);
}

/** The browser on this profile, then all its children: while it lives it tells of one that has ended as of a crash. */
export async function processesOf(profile: string): Promise<Process[]> {
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((name) => describe(Number(name))));
  const alive = all.filter((one) => one !== undefined);
  const found = new Set(alive.filter((one) => one.flags.includes(`--user-data-dir=${profile}`)).map((one) => one.pid));
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    alive.filter((one) => found.has(one.parent)).forEach((one) => found.add(one.pid));
  }
  const isChild = ({ flags }: Process) => flags.some((flag) => flag.startsWith('--type='));
  return alive.filter((one) => found.has(one.pid)).sort((one, other) => Number(isChild(one)) - Number(isChild(other)));
}
