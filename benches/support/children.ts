// Processes and folders of this run, all of which end with it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folders: string[] = [];
const children = new Set<ChildProcess>();

export async function folder(name: string): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), `afield-bench-${name}-`));
  folders.push(made);
  return made;
}

/** A peer's server: a script here that prints `ready PORT`. Gives back its address. */
export async function serve(script: string, ...flags: string[]): Promise<string> {
  const file = path.resolve(import.meta.dirname, '..', script);
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^ready (\d+)$/.exec(line);
      if (found !== null) {
        resolve(found[1]);
      }
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    children.delete(child);
    throw new Error(`${script} ended with ${code}: see the lines above`);
  });
  ended.catch(() => {});
  return `http://127.0.0.1:${await Promise.race([ready, ended])}`;
}

/** Ends the processes and takes the folders away. */
export async function clean(): Promise<void> {
  await Promise.all(
    [...children].map(async (child) => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }),
  );
  await Promise.all(folders.splice(0).map((made) => rm(made, { recursive: true, force: true, maxRetries: 5 })));
}
