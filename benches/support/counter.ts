// A line that counts every byte, headers included, in both directions, and changes none.
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export class Counter {
  up = 0;
  down = 0;
  /** The requests since the last reset, by their first line. */
  requests: string[] = [];
  private last = performance.now();
  private readonly sockets = new Set<net.Socket>();

  private constructor(private readonly listener: net.Server) {}

  static async start(port: number): Promise<Counter> {
    const listener = net.createServer();
    // A measure that fails does not end it: the run must end all the same.
    listener.unref();
    const counter = new Counter(listener);
    listener.on('connection', (from) => counter.join(from, net.connect(port, '127.0.0.1')));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return counter;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.up = 0;
    this.down = 0;
    this.requests = [];
    this.last = performance.now();
  }

  /** Waits until nothing has travelled for so many milliseconds. */
  async quiet(ms: number): Promise<void> {
    while (performance.now() - this.last < ms) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until this was asked for, since the last reset. */
  async asked(path: string): Promise<void> {
    while (!this.requests.some((line) => line.includes(path))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.listener.close(resolve));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private join(from: net.Socket, to: net.Socket): void {
    for (const socket of [from, to]) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
      socket.on('error', () => {});
    }
    from.on('data', (part) => {
      this.up += part.length;
      this.note(part);
      to.write(part);
    });
    to.on('data', (part) => {
      this.down += part.length;
      this.last = performance.now();
      from.write(part);
    });
  }

  private note(part: Buffer): void {
    this.last = performance.now();
    const line = /^(?:GET|POST|PUT|HEAD|PATCH|DELETE) \S+/.exec(part.toString('latin1', 0, 300));
    if (line !== null) {
      this.requests.push(line[0]);
    }
  }
}
