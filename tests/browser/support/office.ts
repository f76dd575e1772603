// What the server knows, asked of the server itself and not of any page.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

export interface Job {
  id: string;
  number: string;
  title: string;
  description?: string;
  priority: string;
  starts: number;
  ends: number;
  status: string;
  assignee?: string;
}

export interface Note {
  id: string;
  job: string;
  text: string;
}

export interface Activity {
  seq: number;
  actor: string;
  job: string;
  job_number: string;
  what: { kind: string; from?: string; to?: string; text?: string; reason?: { code: string } };
}

interface Person {
  id: string;
  name: string;
}

interface Board {
  technicians: Person[];
  jobs: { rev: number; job: Job; notes: number }[];
  activity: Activity[];
}

/** Somebody who is signed in without a browser. */
export class Client {
  private constructor(
    private readonly port: () => number,
    private readonly cookie: string,
  ) {}

  static async signIn(port: () => number, email: string): Promise<Client> {
    const { headers } = await ask(port(), 'POST', '/api/v1/session', '', { email, password: 'afield-demo' });
    return new Client(port, headers['set-cookie']?.[0]?.split(';')[0] ?? '');
  }

  /** Somebody who took the cookie of a browser. */
  static withCookie(port: () => number, cookie: string): Client {
    return new Client(port, cookie);
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { reply } = await ask(this.port(), method, path, this.cookie, body);
    return reply as T;
  }

  board(day?: string): Promise<Board> {
    return this.request('GET', `/api/v1/board${day === undefined ? '' : `?day=${day}`}`);
  }

  /** What happened to these jobs, oldest first. */
  async happened(...jobs: string[]): Promise<string[]> {
    const { activity } = await this.board();
    return activity
      .filter((entry) => jobs.includes(entry.job))
      .sort((one, other) => one.seq - other.seq)
      .map(({ job_number, what }) => `${job_number} ${what.kind} ${what.text ?? what.to ?? what.reason?.code ?? ''}`.trim());
  }

  /** Gives a job to somebody else, by name. */
  async assign(jobId: string, name: string): Promise<void> {
    const board = await this.board();
    const found = board.jobs.find(({ job }) => job.id === jobId);
    const person = board.technicians.find((technician) => technician.name === name);
    if (found === undefined || person === undefined) {
      throw new Error(`no job ${jobId} or no ${name} on the board`);
    }
    await this.request('POST', `/api/v1/assign/${jobId}`, { assignee: person.id, base_rev: found.rev });
  }

  /** Edits one field of a job, now, having seen `base`: what another device of this user would send. */
  async edit(job: string, field: string, base: unknown, value: unknown): Promise<void> {
    const { user } = await this.request<{ user: { id: string } }>('GET', '/api/v1/session');
    const device = randomUUID();
    const mutation = {
      id: randomUUID(),
      device,
      seq: 1,
      user: user.id,
      lane: { module: 'job', id: job },
      op_version: 1,
      op: { op: 'edit_job', job, edits: [{ field, base, new: value }] },
      wall: Date.now(),
      clock_offset_ms: 0,
    };
    const { verdicts } = await this.request<{ verdicts: { verdict: string }[] }>('POST', '/api/v1/push', {
      device,
      ack_below: 1,
      mutations: [mutation],
    });
    if (!['applied', 'merged'].includes(verdicts[0]?.verdict)) {
      throw new Error(`the edit was not done: ${JSON.stringify(verdicts)}`);
    }
  }

  /** A job of this user's scope, as it is now. */
  async job(id: string): Promise<Job> {
    const { jobs } = await this.records();
    const found = jobs.find((job) => job.id === id);
    if (found === undefined) {
      throw new Error(`no job ${id} in scope`);
    }
    return found;
  }

  /** Every record of this user's scope. */
  async records(): Promise<{ jobs: Job[]; notes: Note[] }> {
    const jobs: Job[] = [];
    const notes: Note[] = [];
    let cursor = '';
    for (;;) {
      const page = await this.request<Pulled>('GET', `/api/v1/pull${cursor}`);
      for (const change of page.changes) {
        if (change.change === 'upsert' && change.record.module === 'job') {
          jobs.push(change.record as unknown as Job);
        } else if (change.change === 'upsert' && change.record.module === 'note') {
          notes.push(change.record as unknown as Note);
        }
      }
      if (!page.more) {
        return { jobs, notes };
      }
      cursor = `?cursor=${encodeURIComponent(page.cursor)}`;
    }
  }
}

interface Pulled {
  changes: { change: string; record: { module: string } }[];
  cursor: string;
  more: boolean;
}

interface Answered {
  headers: http.IncomingHttpHeaders;
  reply: unknown;
}

function ask(port: number, method: string, path: string, cookie: string, body?: unknown): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: http.OutgoingHttpHeaders = { origin: `http://127.0.0.1:${port}`, cookie };
    if (text !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(text);
    }
    const request = http.request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (said += part));
      response.on('end', () => {
        const envelope = JSON.parse(said) as { reply: { ok?: unknown; error?: { code: string; message: string } } };
        if (envelope.reply.error !== undefined) {
          reject(new Error(`${method} ${path}: ${envelope.reply.error.code}: ${envelope.reply.error.message}`));
        } else {
          resolve({ headers: response.headers, reply: envelope.reply.ok });
        }
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}
