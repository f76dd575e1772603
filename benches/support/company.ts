// Ours: the released server with the demo and a technician who has so many jobs more.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, type Scoped } from '../../tests/browser/support/office';
import { run, Server } from '../../tests/browser/support/server';
import { day } from '../../tests/browser/support/time';
import { folder } from './children';

export const EMAIL = 'tom@harbor.example';
const OFFICE = 'dana@harbor.example';
export const PASSWORD = 'afield-demo';

const WHAT = ['Boiler does not start', 'Lift door stuck', 'Street light out', 'Heizkörper entlüften', 'Water meter change'];
const WHERE = ['Lindenallee', 'Mühlendamm', 'Torstraße', 'Pappelallee', 'Kirchgasse'];
const DAYS = 6;
const DAY_MS = 86_400_000;
/** What one import takes, in whole rounds of the days. */
const ROWS = 19_998;

/** How a company's phones hold their data. */
export type Mode = 'offline' | 'online';

export class Company {
  private constructor(
    readonly jobs: number,
    private readonly server: Server,
    private readonly data: string,
  ) {}

  /** A server of its own with `jobs` jobs over six days from today on, each with a customer and a place. */
  static async start(jobs: number): Promise<Company> {
    const data = await folder(`data-${jobs}`);
    const server = new Server(data);
    await server.start();
    if (jobs > 0) {
      await server.stop();
      const rows = spreadsheet(jobs);
      for (let first = 0; first < rows.length; first += ROWS) {
        const file = path.join(data, `jobs-${first}.csv`);
        await writeFile(file, [HEAD, ...rows.slice(first, first + ROWS)].join('\n'));
        const map = 'Ref=external_key,What=title,When=starts,Where=address,For=customer';
        // Each file begins with the first day.
        await run('import', file, '--map', map, '--company-of', EMAIL, '--shift-to', day(), '--assign', EMAIL, '--data', data);
      }
      await server.start();
    }
    const company = new Company(jobs, server, data);
    started.add(company);
    return company;
  }

  get port(): number {
    return this.server.port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Sets how phones hold their data, before any has signed in. */
  async hold(mode: Mode): Promise<void> {
    await run('company', 'set', 'harbor', '--mode', mode, '--data', this.data);
  }

  /** The dispatcher, without a browser. */
  office(): Promise<Client> {
    return Client.signIn(() => this.server.port, OFFICE);
  }

  /** Every record that the technician's phone holds: what a peer gets to hold. */
  async records(): Promise<Scoped[]> {
    const client = await Client.signIn(() => this.server.port, EMAIL);
    return client.scope();
  }

  async stop(): Promise<void> {
    started.delete(this);
    await this.server.stop();
  }
}

const started = new Set<Company>();

/** Ends the servers that still run. */
export async function stopAll(): Promise<void> {
  await Promise.all([...started].map((company) => company.stop()));
}

const HEAD = 'Ref,What,When,Where,For';

/** A job every twenty seconds of each day, or as many as there must be: the first of them is what "today" begins with. */
function spreadsheet(jobs: number): string[] {
  const first = Date.UTC(2026, 0, 5, 6);
  const apart = Math.min(20_000, Math.floor((DAY_MS * 0.7) / (jobs / DAYS)));
  return Array.from({ length: jobs }, (_, n) => {
    const at = first + (n % DAYS) * DAY_MS + Math.floor(n / DAYS) * apart;
    const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    return `M-${n},${WHAT[n % WHAT.length]} ${n},${when},${WHERE[n % WHERE.length]} ${n % 140},Customer ${n % 500}`;
  });
}
