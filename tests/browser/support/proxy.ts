// The line between a browser and the server: a proxy that can cut, delay, swallow and answer by itself.
//
// It keeps a log of every request, with events to wait for, so that no test ever sleeps.
import http from 'node:http';
import net, { type Socket } from 'node:net';

/** A request and what became of it. */
export interface Exchange {
  /** Its place in the log. */
  number: number;
  method: string;
  path: string;
  /** Its text; of the bytes of a file nothing is kept. */
  body: string;
  /** When it was there as a whole, in milliseconds. */
  at: number;
  /** What the browser was answered; 0 if the connection was cut. Undefined: not yet. */
  status?: number;
  /** When it ended. */
  endedAt?: number;
}

export type Match = (exchange: Exchange) => boolean;

/** What to do with a request. */
export type Act =
  /** As if nothing stood between. */
  | { kind: 'pass' }
  /** Close without an answer; the server hears nothing. */
  | { kind: 'drop' }
  /** Answer; the server hears nothing. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Let the server do it, then close after so many bytes of the answer's body; -1: not even the head. `then` runs before closing. */
  | { kind: 'cut'; after: number; then?: () => Promise<void> }
  /** Let the server do it; the answer ends in the middle, with the length that this gives it. */
  | { kind: 'truncate' }
  /** Pass it on; once `from` has come, no byte of the answer any more, and no end: a line that died without a word. */
  | { kind: 'silence'; from: Promise<unknown> }
  /** Keep it until `until`, then pass it on. */
  | { kind: 'hold'; until: Promise<unknown> };

interface Rule {
  match: Match;
  act: Act;
  left: number;
}

interface Waiter {
  match: (exchange: Exchange) => boolean;
  from: number;
  resolve: (exchange: Exchange) => void;
}

const FIRST_PORT = 20_000;
const PORTS = 10_000;
const HOST = '127.0.0.1';
/** Where a proxy listens on its port all the time, so that no other takes the port while this one refuses. */
const CLAIM_HOST = '127.0.0.2';
/** The server closes a connection that rests for 30 s: one that it may be about to close is not used again. */
const REST_MS = 20_000;

/** Requests that carry changes. */
export const isPush: Match = (exchange) => exchange.method === 'POST' && exchange.path === '/api/v1/push';
/** Requests for what is new. */
export const isPull: Match = (exchange) => exchange.path.startsWith('/api/v1/pull');
/** Requests about the bytes of files. */
export const isFile: Match = (exchange) => exchange.path.startsWith('/api/v1/files');
/** Those that carry bytes. */
export const isPiece: Match = (exchange) => isFile(exchange) && exchange.method === 'PATCH';
/** Anything of the API. */
export const isApi: Match = (exchange) => exchange.path.startsWith('/api/');

export class Proxy {
  readonly log: Exchange[] = [];
  private rules: Rule[] = [];
  private waiters: Waiter[] = [];
  private readonly listener: http.Server;
  private readonly sockets = new Set<Socket>();
  private readonly agent = new http.Agent({ keepAlive: true, timeout: REST_MS });
  /** What the server was asked and has not answered. */
  private readonly asked = new Map<http.IncomingMessage, Promise<unknown>>();
  /** Whether what comes too late is refused, as a server does that knows no review: it skips the word that asks for one. */
  refusesLate = false;
  /** What a test has the worker's script begin with. */
  prelude = '';

  private constructor(
    readonly port: number,
    /** The port behind it, asked for at each request. */
    public upstream: () => number,
    /** What the worker's script begins with before that; may be empty. */
    private readonly clock: string,
    listener: http.Server,
    private readonly claim: net.Server,
  ) {
    this.listener = listener;
    listener.on('request', (request, response) => void this.take(request, response));
    listener.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  /** Starts one in front of the port that `upstream` names at each request. `clock` goes before the worker's script. */
  static async start(upstream: () => number, clock = ''): Promise<Proxy> {
    // A browser opens connections before it needs them: none is closed because nothing comes over it.
    const listener = http.createServer({ keepAliveTimeout: 600_000, headersTimeout: 0, requestTimeout: 0 });
    const claim = net.createServer();
    // Below the ports that the system gives to outgoing connections, so that it can be closed and opened again.
    const first = Math.floor(Math.random() * PORTS);
    for (let offset = 0; offset < PORTS; offset += 1) {
      const port = FIRST_PORT + ((first + offset) % PORTS);
      if (!(await listens(claim, port, CLAIM_HOST))) {
        continue;
      }
      if (await listens(listener, port, HOST)) {
        return new Proxy(port, upstream, clock, listener, claim);
      }
      await closed(claim);
    }
    throw new Error(`no port from ${FIRST_PORT} on is free`);
  }

  get address(): string {
    return `http://${HOST}:${this.port}`;
  }

  /**
   * From now on connections are refused, and the open ones are cut. What the server was asked before that, it has
   * done: nothing of it arrives later.
   */
  async refuse(): Promise<void> {
    const ended = closed(this.listener);
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await ended;
    await Promise.all(this.asked.values());
  }

  /** Connections are taken again. */
  async accept(): Promise<void> {
    if (!this.listener.listening && !(await listens(this.listener, this.port, HOST))) {
      throw new Error(`port ${this.port} was taken by another program meanwhile`);
    }
  }

  /** Does `act` to the requests that match, `times` times; later rules go first. Gives back a function that ends it. */
  rule(match: Match, act: Act, times = Infinity): () => void {
    const rule = { match, act, left: times };
    this.rules.unshift(rule);
    return () => {
      this.rules = this.rules.filter((other) => other !== rule);
    };
  }

  /** Where the log ends now: what is waited for `from` here has not happened yet. */
  now(): number {
    return this.log.length;
  }

  /** The first request from `from` on that matches, as soon as it has arrived. */
  seen(match: Match, from = 0): Promise<Exchange> {
    return this.wait(match, from);
  }

  /** The first request from `from` on that matches, as soon as it was answered or cut. */
  ended(match: Match, from = 0): Promise<Exchange> {
    return this.wait((exchange) => exchange.status !== undefined && match(exchange), from);
  }

  async end(): Promise<void> {
    if (this.listener.listening) {
      await this.refuse();
    }
    await closed(this.claim);
    this.agent.destroy();
  }

  private wait(match: Match, from: number): Promise<Exchange> {
    const found = this.log.slice(from).find(match);
    if (found !== undefined) {
      return Promise.resolve(found);
    }
    return new Promise((resolve) => this.waiters.push({ match, from, resolve }));
  }

  private tell(exchange: Exchange): void {
    const told = this.waiters.filter((waiter) => exchange.number >= waiter.from && waiter.match(exchange));
    this.waiters = this.waiters.filter((waiter) => !told.includes(waiter));
    told.forEach((waiter) => waiter.resolve(exchange));
  }

  private finish(exchange: Exchange, status: number): void {
    if (exchange.status === undefined) {
      exchange.status = status;
      exchange.endedAt = performance.now();
      this.tell(exchange);
    }
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const came = await whole(request).catch(() => undefined);
    if (came === undefined) {
      return;
    }
    const body = this.refusesLate && request.url === '/api/v1/push' ? withoutReview(request, came) : came;
    const exchange: Exchange = {
      number: this.log.length,
      method: request.method ?? '',
      path: request.url ?? '',
      body: request.headers['content-type'] === 'application/offset+octet-stream' ? '' : body.toString('utf8'),
      at: performance.now(),
    };
    this.log.push(exchange);
    this.tell(exchange);
    // A browser that is gone does not hear the answer; the server may still be at it.
    response.on('close', () => void Promise.resolve(this.asked.get(request)).then(() => this.finish(exchange, 0)));
    const rule = this.rules.find((rule) => rule.left > 0 && rule.match(exchange));
    if (rule !== undefined) {
      rule.left -= 1;
    }
    await this.act(rule?.act ?? { kind: 'pass' }, exchange, request, response, body);
  }

  private async act(act: Act, exchange: Exchange, request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): Promise<void> {
    switch (act.kind) {
      case 'hold':
        await act.until;
        return this.pass(exchange, request, response, body);
      case 'pass':
        return this.pass(exchange, request, response, body);
      case 'silence':
        return this.pass(exchange, request, response, body, act.from);
      case 'drop':
        request.socket.destroy();
        return;
      case 'answer': {
        const bytes = Buffer.from(act.body ?? '');
        response.writeHead(act.status, { 'content-type': 'text/html', 'content-length': bytes.length, ...act.headers });
        response.end(bytes, () => this.finish(exchange, act.status));
        return;
      }
      case 'cut': {
        const answer = await this.ask(request, body).then(read).catch(() => undefined);
        await act.then?.();
        if (answer !== undefined && act.after >= 0) {
          response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
          response.flushHeaders();
          await new Promise((resolve) => response.write(answer.body.subarray(0, act.after), resolve));
        }
        request.socket.destroy();
        return;
      }
      case 'truncate': {
        const answer = await this.ask(request, body).then(read).catch(() => undefined);
        if (answer === undefined) {
          request.socket.destroy();
          return;
        }
        const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
        response.writeHead(answer.status, { ...answer.headers, 'content-length': half.length });
        response.end(half, () => this.finish(exchange, answer.status));
      }
    }
  }

  private async pass(exchange: Exchange, request: http.IncomingMessage, response: http.ServerResponse, body: Buffer, silence?: Promise<unknown>): Promise<void> {
    const answer = await this.ask(request, body).catch(() => undefined);
    if (answer === undefined) {
      // The server is dead: so is the line.
      request.socket.destroy();
      return;
    }
    if (response.destroyed) {
      // So is the browser.
      answer.destroy();
      return;
    }
    const before = this.clock + this.prelude;
    if (before !== '' && exchange.path === '/sw.js' && answer.statusCode === 200) {
      const script = await read(answer).catch(() => undefined);
      if (script === undefined) {
        request.socket.destroy();
        return;
      }
      const longer = Buffer.concat([Buffer.from(before), script.body]);
      response.writeHead(200, { ...script.headers, 'content-length': longer.length });
      response.end(longer, () => this.finish(exchange, 200));
      return;
    }
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    response.flushHeaders();
    answer.on('error', () => request.socket.destroy());
    answer.on('aborted', () => request.socket.destroy());
    response.on('close', () => answer.destroy());
    response.on('finish', () => this.finish(exchange, answer.statusCode ?? 502));
    answer.pipe(response);
    void silence?.then(() => answer.unpipe(response).resume());
  }

  private ask(request: http.IncomingMessage, body: Buffer): Promise<http.IncomingMessage> {
    const headers = endToEnd(request.headers);
    if (this.clock + this.prelude !== '' && request.url === '/sw.js') {
      // Only what is not compressed can be added to.
      delete headers['accept-encoding'];
    }
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      const asked = http.request(
        { host: HOST, port: this.upstream(), method: request.method, path: request.url, headers, agent: this.agent },
        resolve,
      );
      asked.on('error', reject);
      asked.end(body);
    });
    const over = answer.then(
      () => this.asked.delete(request),
      () => this.asked.delete(request),
    );
    this.asked.set(request, over);
    return answer;
  }
}

/** A push that does not ask that what comes too late waits for the office. */
function withoutReview(request: http.IncomingMessage, body: Buffer): Buffer {
  const plain = Buffer.from(body.toString('utf8').replace('"review":true,', ''));
  request.headers['content-length'] = String(plain.length);
  return plain;
}

/** Whether it listens now; not where the port is somebody else's. */
function listens(listener: net.Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      listener.off('listening', done);
      if (error.code === 'EADDRINUSE') {
        resolve(false);
      } else {
        reject(error);
      }
    };
    const done = () => {
      listener.off('error', failed);
      resolve(true);
    };
    listener.once('error', failed);
    listener.once('listening', done);
    listener.listen(port, host);
  });
}

function closed(listener: net.Server): Promise<void> {
  return new Promise((resolve) => listener.close(() => resolve()));
}

async function whole(message: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

async function read(answer: http.IncomingMessage) {
  return { status: answer.statusCode ?? 502, headers: endToEnd(answer.headers), body: await whole(answer) };
}

/** The headers without those that belong to one connection. */
function endToEnd(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const { connection, 'keep-alive': _, 'transfer-encoding': __, ...rest } = headers;
  return rest;
}
