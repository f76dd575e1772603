// The peer's server: its built app, brotli-compressed beforehand, the records of a file, and changes that it keeps.
//
// Usage: server.ts APP RECORDS KEPT. A push is answered when the file KEPT is on the disk (fsync, once for each push).
import { fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [app, records, kept] = process.argv.slice(2);
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const compressed = (bytes: Buffer, quality: number) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });

const files = new Map(
  readdirSync(app).map((name) => {
    const bytes = compressed(readFileSync(path.join(app, name)), 11);
    const cached = /-[A-Z0-9]{8}\./.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    return [`/${name}`, { bytes, type: TYPES[path.extname(name)] ?? 'application/octet-stream', cached }];
  }),
);
const all = compressed(readFileSync(records), 5);
const log = openSync(kept, 'a');

const server = http.createServer((request, response) => {
  const send = (type: string, body: Buffer | string, headers: Record<string, string> = {}) =>
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /api/session':
        return send('application/json', '{}', { 'set-cookie': 'session=peer; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000' });
      case 'GET /api/records':
        return send('application/json', all, { 'content-encoding': 'br' });
      case 'POST /api/changes':
        writeSync(log, `${Buffer.concat(parts).toString()}\n`);
        fsyncSync(log);
        return send('application/json', '{}');
      default: {
        const file = files.get(url.pathname) ?? files.get('/index.html');
        if (file !== undefined) {
          send(file.type, file.bytes, { 'content-encoding': 'br', 'cache-control': file.cached });
        }
      }
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(`ready ${(server.address() as AddressInfo).port}`));
