// A line that counts what is sent over it, and that is cut after so many bytes.
import net from 'node:net';

/** After how many bytes a line is cut: the first, the second, and so on; none any more where there is no number. */
export type Cuts = (cut: number) => number | undefined;

/** Between two portions of a slow line, in milliseconds. */
const PORTION_MS = 50;

/** A line to `upstream` that is cut after so many bytes sent, again and again. */
export class Cutter {
  sent = 0;
  cut = 0;
  private readonly listener: net.Server;
  private readonly sockets = new Set<net.Socket>();

  /**
   * `begins`: only a connection is cut that carries a request that begins with it, so many bytes into that. `rate`: how
   * many bytes a second it carries, each connection for itself.
   */
  constructor(upstream: () => number, cuts: number[] | Cuts, begins = '', rate = Infinity) {
    const after = typeof cuts === 'function' ? cuts : (cut: number) => cuts[cut];
    this.listener = net.createServer((near) => {
      const far = net.connect(upstream(), '127.0.0.1');
      this.sockets.add(near);
      near.on('close', () => this.sockets.delete(near));
      const next = () => after(this.cut) ?? Infinity;
      let left = begins === '' ? next() : Infinity;
      near.on('data', (bytes: Buffer) => {
        if (left === Infinity && bytes.subarray(0, begins.length).toString('latin1') === begins) {
          left = next();
        }
        const passed = bytes.subarray(0, Math.min(bytes.length, left));
        left -= passed.length;
        this.sent += passed.length;
        far.write(passed);
        if (rate !== Infinity) {
          near.pause();
          setTimeout(() => near.resume(), Math.max(PORTION_MS, (passed.length / rate) * 1000));
        }
        if (left === 0) {
          this.cut += 1;
          near.destroy();
          // What has passed arrives.
          far.end();
        }
      });
      far.on('data', (bytes) => near.write(bytes));
      near.on('close', () => far.end());
      near.on('error', () => far.end());
      far.on('end', () => near.end());
      far.on('error', () => near.destroy());
      // What still comes is refused, as a host does whose program has closed: it is not sent into nothing.
      far.on('close', () => near.destroySoon());
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
