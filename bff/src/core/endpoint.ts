import type { Context } from 'koa';
import { z } from 'zod';
import type { Actor, Role } from './actor';
import type { Tx } from './database';
import type { Logger } from './logger';
import type { Partner, PartnerScope } from './partner';
import type { Problem } from './problem';

/** Who may call: anyone, a person in one of these roles, or a partner agency's client. There is no default. */
export type Access = 'public' | readonly [Role, ...Role[]] | { readonly partner: PartnerScope };

/** Whether an access is for partner agencies, whose clients are no persons. */
export function isForPartners(access: Access): access is { readonly partner: PartnerScope } {
  return typeof access === 'object' && 'partner' in access;
}

/** Calls allowed per caller (person, or address when public) within a span. */
interface RateLimit {
  calls: number;
  perSeconds: number;
}

type Schema = z.ZodType;

/** Path parameters named in a pattern such as '/api/points/:id/qr'. */
type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** Does not compile when the pattern has a parameter that the schema does not know. */
type Covers<Path extends string, P extends z.ZodObject> = [ParamNames<Path>] extends [keyof P['shape']]
  ? unknown
  : { params: z.ZodObject<Record<ParamNames<Path>, Schema>> };

type ActorOf<A extends Access> = A extends 'public'
  ? undefined
  : A extends { readonly partner: PartnerScope }
    ? Partner
    : Actor;

/** What a handler gets. `prepared` is the result of the step outside the transaction, if the endpoint has one. */
export interface Call<A extends Access, P, Q, B, X = undefined> {
  tx: Tx;
  actor: ActorOf<A>;
  params: P;
  query: Q;
  body: B;
  prepared: X;
  /** The instant of this request, from the injected clock. */
  now: Date;
  requestId: string;
  log: Logger;
  /** Only for what is not JSON: cookies, redirects, files. */
  ctx: Context;
}

interface Common<Path extends string, A extends Access, P extends z.ZodObject, Q, R extends Schema> {
  path: Path;
  /** One line for the documentation, in Chinese, since the readers of /openapi.json are partners and officials. */
  summary: string;
  access: A;
  /** Required as soon as the path names parameters. */
  params?: P;
  query?: Q;
  /** Schema of the JSON answer, or the media type of one that is not JSON. */
  answer: R | `${string}/${string}`;
  limit?: RateLimit;
  /** Also for who came in with a one-time password and has not set one of his own yet. */
  beforePasswordChange?: true;
  /** For the documentation; a test holds them against the schemas. */
  examples?: Examples;
}

interface Examples {
  body?: unknown;
  answer?: unknown;
}

type Handler<A extends Access, P, Q, B, X, R> = (call: Call<A, P, Q, B, X>) => Promise<R>;
type AnswerOf<R> = R extends z.ZodType ? z.input<R> : string | Buffer;

/** A registered route. Built by `get` and `post` only. */
export interface Endpoint {
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  access: Access;
  params: z.ZodObject;
  query: z.ZodObject;
  body: Schema | undefined;
  answer: Schema | string;
  limit: RateLimit | undefined;
  /** Also for who came in with a one-time password and has not set one of his own yet. */
  beforePasswordChange: boolean;
  examples: Examples;
  /** The body comes as application/x-www-form-urlencoded instead of JSON. */
  form: boolean;
  /** The body is the bytes of a file of this media type, and everything about it stands in the query. */
  file: string | undefined;
  /** What an error answer says besides, where a standard wants words of its own. */
  alsoSays: ((problem: Problem) => Record<string, string>) | undefined;
  /** Body size at most, bytes. */
  maxBytes: number;
  /** What it writes holds in all of the city: only who is responsible for all of it may. */
  cityWide: boolean;
  /** The handler sees to its own transaction. */
  ownTransaction: boolean;
  /** Runs before the transaction; the only place for calls to other systems. */
  outside:
    | ((call: Omit<Call<Access, unknown, unknown, unknown>, 'tx' | 'prepared'> & { read: Tx }) => Promise<unknown>)
    | undefined;
  handler: (call: Call<Access, unknown, unknown, unknown, unknown>) => Promise<unknown>;
}

const NOTHING = z.strictObject({});
const DEFAULT_MAX_BYTES = 64 * 1024;

/** Declares a read. Its statements run without a transaction, each on its own. */
export function get<
  const Path extends string,
  const A extends Access,
  R extends Schema,
  P extends z.ZodObject = typeof NOTHING,
  Q extends z.ZodObject = typeof NOTHING,
>(
  spec: Common<Path, A, P, Q, R> &
    Covers<Path, P> & { handler: Handler<A, z.infer<P>, z.infer<Q>, undefined, undefined, AnswerOf<R>> },
): Endpoint {
  return {
    method: 'GET',
    path: spec.path,
    summary: spec.summary,
    access: spec.access,
    params: spec.params ?? NOTHING,
    query: spec.query ?? NOTHING,
    body: undefined,
    answer: spec.answer,
    limit: spec.limit,
    beforePasswordChange: spec.beforePasswordChange ?? false,
    examples: spec.examples ?? {},
    form: false,
    file: undefined,
    alsoSays: undefined,
    maxBytes: 0,
    cityWide: false,
    ownTransaction: false,
    outside: undefined,
    handler: spec.handler as unknown as Endpoint['handler'],
  };
}

/** Declares a write: its handler runs in one transaction, committed before the answer leaves. */
export function post<
  const Path extends string,
  const A extends Access,
  R extends Schema,
  B extends Schema,
  P extends z.ZodObject = typeof NOTHING,
  Q extends z.ZodObject = typeof NOTHING,
  X = undefined,
>(
  spec: Common<Path, A, P, Q, R> &
    Covers<Path, P> & {
      body: B;
      maxBytes?: number;
      form?: true;
      alsoSays?: (problem: Problem) => Record<string, string>;
      /** What it writes holds in all of the city: AUTH.CITY_ONLY for who is responsible for a part of it. */
      cityWide?: true;
      /** Only for writes that are committed in groups: `tx` then reads, and the handler commits. */
      ownTransaction?: true;
      outside?: (
        call: Omit<Call<A, z.infer<P>, z.infer<Q>, z.infer<B>>, 'tx' | 'prepared'> & { read: Tx },
      ) => Promise<X>;
      handler: Handler<A, z.infer<P>, z.infer<Q>, z.infer<B>, X, AnswerOf<R>>;
    },
): Endpoint {
  return {
    method: 'POST',
    path: spec.path,
    summary: spec.summary,
    access: spec.access,
    params: spec.params ?? NOTHING,
    query: spec.query ?? NOTHING,
    body: spec.body,
    answer: spec.answer,
    limit: spec.limit,
    beforePasswordChange: spec.beforePasswordChange ?? false,
    examples: spec.examples ?? {},
    form: spec.form ?? false,
    file: undefined,
    alsoSays: spec.alsoSays,
    maxBytes: spec.maxBytes ?? DEFAULT_MAX_BYTES,
    cityWide: spec.cityWide ?? false,
    ownTransaction: spec.ownTransaction ?? false,
    outside: spec.outside as unknown as Endpoint['outside'],
    handler: spec.handler as unknown as Endpoint['handler'],
  };
}

/**
 * Declares a write that takes a file as it is: as text within JSON a large one would keep the thread that answers
 * requests busy for a quarter of a second.
 */
export function upload<
  const Path extends string,
  const A extends Access,
  R extends Schema,
  Q extends z.ZodObject,
  P extends z.ZodObject = typeof NOTHING,
  X = undefined,
>(
  spec: Common<Path, A, P, Q, R> &
    Covers<Path, P> & {
      query: Q;
      file: string;
      maxBytes: number;
      outside?: (call: Omit<Call<A, z.infer<P>, z.infer<Q>, Buffer>, 'tx' | 'prepared'> & { read: Tx }) => Promise<X>;
      handler: Handler<A, z.infer<P>, z.infer<Q>, Buffer, X, AnswerOf<R>>;
    },
): Endpoint {
  const { file, ...rest } = spec;
  return { ...post({ ...rest, body: NOTHING } as unknown as Parameters<typeof post>[0]), body: undefined, file };
}
