// What the server knows, asked of the server itself and not of any page.
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import { now } from './time';

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
  customer?: string;
  organization?: string;
  property?: string;
  contract?: string;
  route?: string;
  follows?: string;
  acceptance?: string;
  checklist?: Question[];
  answers?: Answer[];
  assets?: string[];
  parts?: { part: string; quantity: string }[];
  steps?: { to: string; at: number; by: string }[];
}

export interface Note {
  id: string;
  job: string;
  text: string;
  files?: string[];
}

export interface Answer {
  item: string;
  value: string | string[] | null;
}

export interface Question {
  item: string;
  label: string;
  required?: boolean;
  kind: { kind: string; options?: string[]; min?: string; max?: string };
  when?: { item: string };
}

export interface Task {
  id: string;
  job: string;
  title: string;
  place: number;
  status: string;
  asset?: string;
  template?: string;
}

export interface Template {
  id: string;
  name: string;
  questions: Question[];
}

export interface Submission {
  id: string;
  job: string;
  task?: string;
  template: string;
  answers: Answer[];
}

export interface Attachment {
  id: string;
  job: string;
  kind: string;
  name: string;
  bytes: number;
  sha256: string;
  thumbnail?: string;
  received_at?: number;
}

export interface Asset {
  id: string;
  name: string;
  serial?: string;
  code?: string;
  customer?: string;
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

  /** The server's own time. */
  static async time(port: () => number): Promise<number> {
    return (await ask(port(), 'GET', '/api/v1/health', '')).time;
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

  /** Edits one field of a job, now or at `wall`, having seen `base`: what another device of this user would send. */
  edit(job: string, field: string, base: unknown, value: unknown, wall = now()): Promise<void> {
    return this.push(job, { op: 'edit_job', job, edits: [{ field, base, new: value }] }, wall);
  }

  /** Adds a note to a job, from another device of this user. */
  addNote(job: string, text: string): Promise<void> {
    return this.push(job, { op: 'add_note', note: randomUUID(), job, text });
  }

  /** Registers a file of a job, as a phone does before it sends the bytes. */
  async addAttachment(job: string, bytes: Buffer): Promise<string> {
    const attachment = randomUUID();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { kind: 'file', name: `${attachment}.bin`, mime: 'application/octet-stream', bytes: bytes.length, sha256, width: 0, height: 0, thumbnail: '' };
    await this.push(job, { op: 'add_attachment', attachment, job, ...file });
    return attachment;
  }

  /** Sends all bytes of a file that was registered. */
  async sendFile(attachment: string, bytes: Buffer): Promise<void> {
    const headers = { ...this.headers(this.port()), 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const answer = await fetch(`http://127.0.0.1:${this.port()}/api/v1/files/${attachment}`, { method: 'PATCH', headers, body: new Uint8Array(bytes) });
    if (!answer.ok) {
      throw new Error(`the file was not taken: ${answer.status} ${await answer.text()}`);
    }
  }

  /** The headers of a request that a page of this server's makes through `port`. */
  headers(port: number): Record<string, string> {
    return { cookie: this.cookie, origin: `http://127.0.0.1:${port}` };
  }

  /** How many bytes of a file the server has stored. */
  async storedBytes(attachment: string): Promise<number> {
    const headers = { ...this.headers(this.port()), 'tus-resumable': '1.0.0' };
    const answer = await fetch(`http://127.0.0.1:${this.port()}/api/v1/files/${attachment}`, { method: 'HEAD', headers });
    return Number(answer.headers.get('upload-offset'));
  }

  /** The bytes of a file. */
  async file(attachment: string): Promise<Buffer> {
    const port = this.port();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/files/${attachment}`, { headers: this.headers(port) });
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Sends one change of a job from a device of its own. */
  private async push(job: string, op: object, wall = now()): Promise<void> {
    const { user } = await this.request<{ user: { id: string } }>('GET', '/api/v1/session');
    const device = randomUUID();
    const mutation = {
      id: randomUUID(),
      device,
      seq: 1,
      user: user.id,
      lane: { module: 'job', id: job },
      op_version: 1,
      op,
      wall,
      clock_offset_ms: 0,
    };
    const { verdicts } = await this.request<{ verdicts: { verdict: string }[] }>('POST', '/api/v1/push', {
      device,
      ack_below: 1,
      mutations: [mutation],
    });
    if (!['applied', 'merged'].includes(verdicts[0]?.verdict)) {
      throw new Error(`it was not done: ${JSON.stringify(verdicts)}`);
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

  /** Jobs and notes of this user's scope. */
  async records(): Promise<{ jobs: Job[]; notes: Note[] }> {
    const all = await this.scope();
    return { jobs: of<Job>(all, 'job'), notes: of<Note>(all, 'note') };
  }

  /** Every record of this user's scope. */
  async scope(): Promise<Scoped[]> {
    const all: Scoped[] = [];
    let cursor = '';
    for (;;) {
      const page = await this.request<Pulled>('GET', `/api/v1/pull${cursor}`);
      all.push(...page.changes.filter(({ change }) => change === 'upsert').map(({ record }) => record));
      if (!page.more) {
        return all;
      }
      cursor = `?cursor=${encodeURIComponent(page.cursor)}`;
    }
  }
}

/** A record as it travels. */
export interface Scoped {
  module: string;
  id: string;
}

/** The records of one module. */
export function of<T>(all: Scoped[], module: string): T[] {
  return all.filter((record) => record.module === module) as unknown as T[];
}

interface Pulled {
  changes: { change: string; record: Scoped }[];
  cursor: string;
  more: boolean;
}

interface Answered {
  headers: http.IncomingHttpHeaders;
  reply: unknown;
  /** The server's time. */
  time: number;
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
      // A server that dies in the middle of its answer.
      response.on('error', reject);
      response.on('end', () => {
        const envelope = JSON.parse(said) as { server_time: number; reply: { ok?: unknown; error?: { code: string; message: string } } };
        if (envelope.reply.error !== undefined) {
          reject(new Error(`${method} ${path}: ${envelope.reply.error.code}: ${envelope.reply.error.message}`));
        } else {
          resolve({ headers: response.headers, reply: envelope.reply.ok, time: envelope.server_time });
        }
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}
