import type { z } from 'zod';
import type { Endpoint } from '../../bff/src/core/endpoint';

/** Requests that are nearly right: made from the schemas of a route, with a share of what no client of ours would send. */

export interface FuzzRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NASTY: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  '\ud83d',
  'a\udc00b',
  '💥'.repeat(50),
  '\u202eabc',
  "' OR 1=1 -- ",
  '%',
  '_',
  '\\',
  '../../etc/passwd',
  '<script>',
  '${1}',
  '?',
  ':id',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31',
  '2026-02-30T25:61:61Z',
  '1e400',
  'NaN',
  'null',
  'x'.repeat(5000),
  '9'.repeat(18),
  '9'.repeat(40),
  '-1',
  '0',
  '01',
  0,
  -1,
  1e308,
  -1e308,
  1e-320,
  Number.MAX_SAFE_INTEGER + 2,
  2147483648,
  4294967296,
  0.1,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { $gt: '' },
  { length: 5 },
  { toString: 1 },
];
/** How often a value is something else than its schema says. */
const ODD = 0.06;

type Def = {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  entries?: Record<string, unknown>;
  values?: unknown[];
  format?: string;
  getter?: () => z.ZodType;
};

export class Fuzzer {
  readonly #random: () => number;
  readonly #now: number;

  constructor(seed: number, now: Date) {
    this.#random = dice(seed);
    this.#now = now.getTime();
  }

  request(endpoint: Endpoint): FuzzRequest {
    const filled = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(this.#text(name)));
    const query = new URLSearchParams();
    for (const [key, schema] of Object.entries(endpoint.query.shape)) {
      const value = this.#value(schema as z.ZodType, key);
      if (value !== undefined) query.append(key, typeof value === 'string' ? value : JSON.stringify(value));
    }
    const search = query.toString();
    const headers: Record<string, string> = {};
    let body: string | null = null;
    if (endpoint.method === 'POST') {
      headers['content-type'] = endpoint.form
        ? 'application/x-www-form-urlencoded'
        : (endpoint.file ?? 'application/json');
      const value = endpoint.body === undefined ? {} : this.#value(endpoint.body, 'body');
      body = endpoint.form
        ? new URLSearchParams(Object.entries((value ?? {}) as Record<string, string>)).toString()
        : (JSON.stringify(value) ?? '');
      if (this.#chance(0.02)) body = body.slice(0, Math.floor(body.length * this.#random()));
      if (this.#chance(0.01)) headers['content-encoding'] = this.#pick(['gzip', 'br', 'deflate', 'zstd', 'identity']);
      if (this.#chance(0.01))
        headers['content-type'] = this.#pick(['text/plain', 'application/json; charset=utf-7', '']);
    }
    return { method: endpoint.method, path: search === '' ? filled : `${filled}?${search}`, headers, body };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }

  #value(schema: z.ZodType, key: string): unknown {
    if (this.#chance(ODD)) return this.#pick(NASTY);
    const def = schema.def as unknown as Def;
    switch (def.type) {
      case 'optional':
      case 'nullable':
      case 'default':
      case 'prefault':
      case 'catch':
      case 'readonly':
        return this.#chance(0.4) ? undefined : this.#value(def.innerType as z.ZodType, key);
      case 'pipe':
        return this.#value(def.in as z.ZodType, key);
      case 'lazy':
        return this.#value((def.getter as () => z.ZodType)(), key);
      case 'object':
        return this.#object(def.shape ?? {});
      case 'array':
        return Array.from({ length: this.#pick([0, 1, 1, 2, 3, 40]) }, () =>
          this.#value(def.element as z.ZodType, key),
        );
      case 'tuple':
        return (def.items ?? []).map((item) => this.#value(item, key));
      case 'record':
        return { [this.#text(key)]: this.#value(def.valueType as z.ZodType, key) };
      case 'union':
        return this.#value(this.#pick<z.ZodType>(def.options ?? []), key);
      case 'enum':
        return this.#pick(Object.values(def.entries ?? {}));
      case 'literal':
        return this.#pick(def.values ?? []);
      case 'boolean':
        return this.#chance(0.5);
      case 'number':
        return this.#pick([0, 1, 2, 7, 30, 100, 119.97, 30.54, 5000, -5]);
      case 'string':
        return this.#text(key, def.format, schema);
      default:
        return this.#pick(NASTY);
    }
  }

  #object(shape: Record<string, z.ZodType>): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(shape)) {
      const value = this.#value(schema, key);
      if (value !== undefined) made[key] = value;
    }
    if (this.#chance(0.02)) made[this.#pick(['surprise', '__proto__', 'constructor', ''])] = 1;
    return made;
  }

  /** Text that the schema takes, tried from what is usual in this house. */
  #text(key: string, format?: string, schema?: z.ZodType): string {
    const at = (days: number) => new Date(this.#now + days * 86_400_000).toISOString();
    const usual = [
      ...(format === 'uuid' || /uuid/i.test(key) ? [this.#uuid()] : []),
      ...(format === 'datetime' || /at$/i.test(key) ? [at(0), at(-0.01), at(-30), at(3)] : []),
      ...(format === 'date' || /date|from|to|on$/i.test(key)
        ? [at(0), at(1), at(-40), at(400)].map((t) => t.slice(0, 10))
        : []),
      String(1 + Math.floor(this.#random() * 20)),
      '巡查时发现软管老化，已更换。',
      'WW01',
      '330521001',
      '2026-1',
      'a'.repeat(64),
      '19000001001',
      `${this.#now}_5`,
    ];
    const fitting = schema === undefined ? usual : usual.filter((text) => schema.safeParse(text).success);
    return this.#pick(fitting.length === 0 ? usual : fitting);
  }

  #uuid(): string {
    const digits = Array.from({ length: 32 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
  }
}
