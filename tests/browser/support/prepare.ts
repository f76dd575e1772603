// Once before all tests: a data folder with the demo, which each test gets a copy of.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Server } from './server';

export default async function prepare(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'afield-demo-'));
  const server = new Server(folder);
  await server.start();
  await server.stop();
  process.env.AFIELD_DEMO_DATA = folder;
  return () => rm(folder, { recursive: true, force: true });
}
