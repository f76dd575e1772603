// The app at one host and the server at another one of the same site (here: two ports), as somebody runs it who keeps the
// app's files on a web server of their own.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { clockScript } from './time';
import { Proxy } from './proxy';
import { run } from './server';
import type { World } from './world';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** A web server that gives out files and knows nothing of them: with these headers, and the page for all that is no file. */
async function giveOut(folder: string, headers: Record<string, string>): Promise<http.Server> {
  const listener = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const file = path.extname(pathname) === '' ? '/index.html' : pathname;
    void readFile(path.join(folder, file)).then(
      (bytes) => {
        response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream', ...headers });
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return listener;
}

/** Where the server is asked, beside `world.line`, where the app is from now on. */
export interface Apart {
  api: Proxy;
  end: () => Promise<void>;
}

/** Takes the app and the server of `world` apart. `ownFiles`: its files come from a web server of their own. */
export async function apart(world: World, ownFiles: boolean): Promise<Apart> {
  const api = await Proxy.start(() => world.server.port, clockScript());
  const addresses = ['--app-address', world.line.address, '--api-address', api.address];
  await world.server.stop();
  world.server.flags.push(...addresses);
  await world.server.start();
  if (!ownFiles) {
    return { api, end: () => api.end() };
  }
  const folder = path.join(world.folder, 'app-files');
  const said = await run('app', ...addresses, '--to', folder);
  const headers = Object.fromEntries([...said.matchAll(/^ {2}([a-z-]+): (.*)$/gm)].map(([, name, value]) => [name, value]));
  const files = await giveOut(folder, headers);
  const { port } = files.address() as { port: number };
  world.line.upstream = () => port;
  return {
    api,
    end: async () => {
      files.close();
      files.closeAllConnections();
      await api.end();
    },
  };
}
