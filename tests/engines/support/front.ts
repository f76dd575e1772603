// One address in front of a server that is killed and started again, with TLS where the browser needs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** Listens until `end`; `port` is where the server is now; `asked` are the addresses of all requests. */
export async function startFront(tls: boolean, folder: string, port: () => number): Promise<{ address: string; asked: string[]; end: () => void }> {
  const asked: string[] = [];
  const onward = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    asked.push(request.url ?? '');
    const onwards = http.request({ host: '127.0.0.1', port: port(), method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onwards.on('error', () => response.destroy());
    response.on('close', () => onwards.destroy());
    request.pipe(onwards);
  };
  const front = tls ? https.createServer(certificate(folder), onward) : http.createServer(onward);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port: own } = front.address() as AddressInfo;
  const end = (): void => {
    front.close();
    front.closeAllConnections();
  };
  return { address: `${tls ? 'https' : 'http'}://localhost:${own}`, asked, end };
}

function certificate(folder: string): { key: Buffer; cert: Buffer } {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert]);
  if (made.status !== 0) {
    throw new Error(`openssl made no certificate: ${made.stderr}`);
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
