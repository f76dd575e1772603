// A push service on this machine, in place of a browser vendor's, and the browser's side of its encryption (RFC 8291).
//
// It takes what the server sends and gives it to the test as the browser would have it: decrypted.
import { createDecipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is told so that it writes here. */
export const TO_THIS_MACHINE = { flags: ['--unsafe-notifications-to-this-machine'] };

/** What is shown. */
export interface Message {
  web_push: number;
  notification: { title: string; lang: string; navigate: string; tag: string; data: { kind: string; job: string } };
}

export class PushService {
  /** What has come, as the browser gives it to the worker. */
  readonly messages: string[] = [];
  private readonly keys = createECDH('prime256v1');
  private readonly secret = randomBytes(16);
  private readonly listener = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.messages.push(this.decrypt(Buffer.concat(parts)));
      response.writeHead(201).end();
    });
  });

  static async start(): Promise<PushService> {
    const service = new PushService();
    service.keys.generateKeys();
    service.listener.listen(0, '127.0.0.1');
    await once(service.listener, 'listening');
    return service;
  }

  /** What a browser that was subscribed here says of it. */
  get subscription(): { endpoint: string; p256dh: string; auth: string } {
    const { port } = this.listener.address() as AddressInfo;
    return {
      endpoint: `http://127.0.0.1:${port}/to/a-phone`,
      p256dh: this.keys.getPublicKey().toString('base64url'),
      auth: this.secret.toString('base64url'),
    };
  }

  async end(): Promise<void> {
    this.listener.closeAllConnections();
    this.listener.close();
    await once(this.listener, 'close');
  }

  /** One record of `aes128gcm` (RFC 8188). */
  private decrypt(body: Buffer): string {
    const [salt, from] = [body.subarray(0, 16), 21 + body.readUInt8(20)];
    const sender = body.subarray(21, from);
    const both = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), sender, Buffer.from([1])]);
    const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();
    const shared = hmac(hmac(this.secret, this.keys.computeSecret(sender)), both);
    const derived = hmac(salt, shared);
    const part = (name: string, length: number) =>
      hmac(derived, Buffer.from(`Content-Encoding: ${name}\0\u0001`)).subarray(0, length);
    const cipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
    cipher.setAuthTag(body.subarray(-16));
    const plain = Buffer.concat([cipher.update(body.subarray(from, -16)), cipher.final()]);
    // What is said ends with a 2, and zeros may follow.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
  }
}
