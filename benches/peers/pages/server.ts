// An empty page for the libraries that are measured by themselves, with their bundle; and, with `pouch`, a PouchDB
// server beside it (express-pouchdb over LevelDB, its default adapter in Node; LevelDB's writes are not synced).
//
// Usage: server.ts BUNDLE [POUCH_FOLDER]
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express from 'express';

const [bundle, pouchFolder] = process.argv.slice(2);
const script = readFileSync(bundle);
const app = express();
app.get('/', (_, response) => void response.type('html').send('<!doctype html><meta charset="utf-8"><title>Peers</title><script type="module" src="/peers.js"></script>'));
app.get('/peers.js', (_, response) => void response.type('js').send(script));
if (pouchFolder !== undefined) {
  const { default: PouchDB } = await import('pouchdb');
  const { default: pouchApp } = await import('express-pouchdb');
  mkdirSync(pouchFolder, { recursive: true });
  const At = PouchDB.defaults({ prefix: path.join(pouchFolder, '/') });
  app.use('/db', pouchApp(At, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(pouchFolder, 'log.txt') }));
}
const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${(server.address() as AddressInfo).port}`));
