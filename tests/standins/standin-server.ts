import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../bff/src/core/clock';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Parsed JSON or form fields; {} when there was no body. */
  body: Record<string, unknown>;
}

/** What a stand-in was sent and what it said; secrets and tokens are left out. */
interface Exchange {
  at: string;
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
  answer: Record<string, unknown> | null;
  /** The request was carried out, but the connection was cut before the answer. */
  answerLost: boolean;
}

/**
 * What goes wrong with a coming call: an error code of the platform, an HTTP status, `lost` (carried out, connection
 * cut before the answer) or `cut` (not carried out, connection cut).
 */
type Fault = { errcode: number; errmsg?: string } | { status: number; body?: object } | 'lost' | 'cut';

export interface Standin {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  /** Everything since the start, oldest first; also as JSON at GET / and GET /received. */
  received(): readonly Exchange[];
  /** The next `times` calls whose path begins with `path` go wrong. */
  fail(path: string, fault: Fault, times?: number): void;
  stop(): Promise<void>;
}

type Answer = Record<string, unknown>;

/** An answer with a status of its own, for platforms that refuse by it. */
export class Refused {
  constructor(
    readonly status: number,
    readonly body: Answer,
  ) {}
}

interface Rules {
  clock: Clock;
  port?: number;
  /** How long each answer takes at least. */
  latencyMs?: number;
  /** Names of query and body fields that must not be kept. */
  secrets: readonly string[];
  /** The platform's answer to a call; undefined for an unknown path (404). `answerLost` tells of a planned cut. */
  answer(asked: Asked, answerLost: boolean): Answer | Refused | undefined;
  /** The platform's form of an error. */
  error(code: number, message: string): Answer;
}

/** Calls of a platform within a span of its clock, by what they are counted by. */
export class CallLimits {
  private readonly calls = new Map<string, number[]>();
  private readonly months = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly most: { perSecond: number; perMonth: number },
  ) {}

  /** Counts one call to an interface; tells what it exceeds. What is refused is not counted for the month. */
  exceeded(api: string): 'second' | 'month' | undefined {
    const now = this.clock.now().getTime();
    const recent = (this.calls.get(api) ?? []).filter((at) => at > now - 1000 && at <= now);
    this.calls.set(api, recent);
    if (recent.length >= this.most.perSecond) return 'second';
    const month = new Date(now + 8 * 3_600_000).toISOString().slice(0, 7);
    const made = this.months.get(month) ?? 0;
    if (made >= this.most.perMonth) return 'month';
    this.months.set(month, made + 1);
    recent.push(now);
    return undefined;
  }
}

const KEPT = 20_000;

/** The frame of all stand-ins: an HTTP server on the loopback that answers JSON, remembers, and goes wrong on demand. */
export async function startStandin(rules: Rules): Promise<Standin> {
  const exchanges: Exchange[] = [];
  const faults: { path: string; fault: Fault; times: number }[] = [];

  const takeFault = (path: string): Fault | undefined => {
    const planned = faults.find((each) => each.times > 0 && path.startsWith(each.path));
    if (planned === undefined) return undefined;
    planned.times -= 1;
    return planned.fault;
  };
  const clean = (fields: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, rules.secrets.includes(name) ? '***' : value]),
    );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request);
    if (rules.latencyMs !== undefined && asked.path !== '/received') await sleep(rules.latencyMs);
    if (asked.method === 'GET' && (asked.path === '/' || asked.path === '/received')) {
      send(response, 200, exchanges);
      return;
    }
    const fault = takeFault(asked.path);
    const lost = fault === 'lost';
    let answer: Answer | Refused | undefined;
    if (fault === undefined || lost) answer = rules.answer(asked, lost);
    else if (typeof fault === 'object' && 'errcode' in fault) {
      answer = rules.error(fault.errcode, fault.errmsg ?? 'injected fault');
    }
    exchanges.push({
      at: rules.clock.now().toISOString(),
      method: asked.method,
      path: asked.path,
      query: clean(asked.query) as Record<string, string>,
      body: clean(asked.body),
      answer: answer === undefined ? null : clean(answer instanceof Refused ? answer.body : answer),
      answerLost: lost,
    });
    if (exchanges.length > KEPT) exchanges.shift();
    if (lost || fault === 'cut') request.socket.destroy();
    else if (typeof fault === 'object' && 'status' in fault) send(response, fault.status, fault.body ?? 'out of order');
    else if (answer === undefined) send(response, 404, { error: 'no such path' });
    else if (answer instanceof Refused) send(response, answer.status, answer.body);
    else send(response, 200, answer);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(rules.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => exchanges,
    fail: (path, fault, times = 1) => void faults.push({ path, fault, times }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://localhost');
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: bodyOf(text, form),
  };
}

function bodyOf(text: string, form: boolean): Record<string, unknown> {
  if (text === '') return {};
  return form ? Object.fromEntries(new URLSearchParams(text)) : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  // WeChat answers some calls as text/plain: a client must not depend on the type.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(JSON.stringify(body));
}
