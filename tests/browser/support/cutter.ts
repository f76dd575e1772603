// A line that counts what is sent over it, and that is cut after so many bytes.
import net from 'node:net';

/** A line to `upstream` that is cut after each of `cuts` bytes sent, one after the other; then it holds. */
export class Cutter {
  sent = 0;
  cut = 0;
  private readonly listener: net.Server;
  private readonly sockets = new Set<net.Socket>();

  /** `begins`: only a connection is cut that carries a request that begins with it, so many bytes into that. */
  constructor(upstream: () => number, cuts: number[], begins = '') {
    this.listener = net.createServer((near) => {
      const far = net.connect(upstream(), '127.0.0.1');
      this.sockets.add(near);
      near.on('close', () => this.sockets.delete(near));
      const next = () => cuts[this.cut] ?? Infinity;
      let left = begins === '' ? next() : Infinity;
      near.on('data', (bytes: Buffer) => {
        if (left === Infinity && bytes.subarray(0, begins.length).toString('latin1') === begins) {
          left = next();
        }
        const passed = bytes.subarray(0, Math.min(bytes.length, left));
        left -= passed.length;
        this.sent += passed.length;
        far.write(passed);
        if (left === 0) {
          this.cut += 1;
          near.destroy();
          // What has passed arrives.
          far.end();
        }
      });
      far.on('data', (bytes) => near.write(bytes));
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        one.on('close', () => other.end());
        one.on('error', () => other.end());
      }
    });
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.listener.listen(0, '127.0.0.1', resolve));
    return (this.listener.address() as net.AddressInfo).port;
  }

  end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    this.sockets.forEach((socket) => socket.destroy());
    return closed;
  }
}
