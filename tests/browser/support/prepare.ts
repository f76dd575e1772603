// Once before all tests: which day it is, and a data folder with the demo, which each test gets a copy of.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from './office';
import { Server } from './server';

/** The zone of the company that most tests are about. */
const ZONE = 'Europe/Berlin';
/** From this hour on midnight could come while the tests run. */
const LATE = 20;

export default async function prepare(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-demo-'));
  const server = new Server(folder);
  const day = process.env.AFIELD_TODAY ?? morning(new Date());
  await server.start(day === undefined ? [] : ['--today', day]);
  if (day !== undefined) {
    const ahead = (await Client.time(() => server.port)) - Date.now();
    process.env.AFIELD_AHEAD_MS = String(ahead);
    console.log(`  the tests run at ${new Date(Date.now() + ahead).toISOString()}`);
  }
  await server.stop();
  process.env.AFIELD_DEMO_DATA = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Late in the evening of the company: the day that it is there, from its morning on. */
function morning(now: Date): string | undefined {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }).format(now);
  const [day, time] = parts.split(', ');
  return Number(time.slice(0, 2)) < LATE ? undefined : day;
}
