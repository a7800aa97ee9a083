import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import type { Actor } from './actor';
import { addDays, shanghaiInstant } from './clock';
import { isDuplicate, type Tx } from './database';
import { sha256Of } from './digest';
import type { Endpoint } from './endpoint';
import type { DailyJob } from './jobs';
import { claim, erase, keep, kept, type KeptAnswer, type Sending } from './once.store';
import type { Partner } from './partner';
import { wire } from './problem';

/**
 * Answers are kept so long, in days. A phone that was without signal for longer still doubles nothing: what it made has
 * its client uuid in a unique column of its own, and the sending is refused as known.
 */
export const KEPT_DAYS = 30;
const ERASED_AT_ONCE = 2000;

/** When it was sent says nothing about what was sent: it differs from one try to the next. */
const NOT_CONTENT = new Set(['clientUuid', 'sentAt']);

interface Input {
  actor: Actor | Partner | undefined;
  params: unknown;
  query: unknown;
  body: unknown;
}

/** The sending that a request is, if it is one that has to take effect once: by somebody known, with a client uuid. */
export async function sendingOf(
  endpoint: Endpoint,
  { actor, params, query, body }: Input,
): Promise<Sending | undefined> {
  const [carrier, rest] = Buffer.isBuffer(body) ? [query, await sha256Of(body)] : [body, query];
  const { clientUuid } = (carrier ?? {}) as { clientUuid?: unknown };
  if (actor === undefined || typeof clientUuid !== 'string' || endpoint.ownTransaction) return undefined;
  return {
    uuid: clientUuid.toLowerCase(),
    caller: 'personId' in actor ? `person:${actor.personId}` : `partner:${actor.clientId}`,
    route: endpoint.path,
    sha256: createHash('sha256')
      .update(canonical([params, rest, withoutOuter(carrier as Record<string, unknown>)]))
      .digest('hex'),
  };
}

function withoutOuter(body: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !NOT_CONTENT.has(name)));
}

/** JSON in which the order of fields does not matter. */
function canonical(content: unknown): string {
  return JSON.stringify(content, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/**
 * Lets each sending take effect once. The uuid is taken and the answer kept in the transaction that does the work, so
 * both are there or neither: a refusal keeps nothing, and the same uuid may come again with what was mended.
 */
export class Once {
  /** `keys` seal the answers, some of which tell a secret; the first for new ones, the others for as long as they last. */
  constructor(private readonly keys: ReadonlyMap<string, KeyObject>) {}

  /**
   * The answer that this very sending got before; undefined when its uuid is new. Throws WIRE.DIFFERENT_CONTENT for other
   * content, another route or another person, WIRE.ALREADY when the answer cannot be read any more.
   */
  async before(tx: Tx, sending: Sending): Promise<{ answer: unknown } | undefined> {
    const row = await kept(tx, sending.uuid);
    return row === undefined ? undefined : { answer: this.read(row, sending) };
  }

  /**
   * Does `work` unless the sending had its effect before; its answer in either case. Of two at the same time the second
   * waits for the first. What was made before answers were kept, or so long ago that its answer has been erased, is
   * found by the unique uuid of what it made: WIRE.ALREADY.
   */
  async run(tx: Tx, sending: Sending, now: Date, work: () => Promise<unknown>): Promise<unknown> {
    if (!(await claim(tx, sending, now))) {
      const done = await this.before(tx, sending);
      // Erased between the two statements.
      if (done === undefined) throw wire.ALREADY();
      return done.answer;
    }
    const answer = await work().catch((error: unknown) => {
      throw isDuplicate(error) && namesUuid(error, sending.uuid) ? wire.ALREADY() : error;
    });
    await keep(tx, sending.uuid, this.seal(JSON.stringify(answer), sending.uuid));
    return answer;
  }

  private read(row: KeptAnswer, { uuid, caller, route, sha256 }: Sending): unknown {
    if (row.caller !== caller || row.route !== route || row.sha256 !== sha256) throw wire.DIFFERENT_CONTENT();
    const text = row.answer === null ? undefined : this.open(row.answer, uuid);
    if (text === undefined) throw wire.ALREADY();
    return JSON.parse(text);
  }

  /** Length of the key's name, its name, 12 bytes of nonce, 16 of tag, AES-256-GCM. */
  private seal(text: string, uuid: string): Buffer {
    const [entry] = this.keys;
    if (entry === undefined) throw new Error('there is no key to seal answers with');
    const [name, key] = entry;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', rowKey(key, uuid), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([
      Buffer.from([Buffer.byteLength(name)]),
      Buffer.from(name),
      nonce,
      cipher.getAuthTag(),
      sealed,
    ]);
  }

  private open(sealed: Buffer, uuid: string): string | undefined {
    const start = 1 + (sealed[0] ?? 0);
    const key = this.keys.get(sealed.subarray(1, start).toString());
    if (key === undefined) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', rowKey(key, uuid), sealed.subarray(start, start + 12));
    decipher.setAuthTag(sealed.subarray(start + 12, start + 28));
    return Buffer.concat([decipher.update(sealed.subarray(start + 28)), decipher.final()]).toString();
  }
}

/** Each answer has a key of its own, so that none can be put in another's place. */
function rowKey(key: KeyObject, uuid: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, uuid, 'kept answer', 32));
}

function namesUuid(error: unknown, uuid: string): boolean {
  return error instanceof Error && error.message.toLowerCase().includes(uuid);
}

/** Erases answers after their time, early in the morning. */
export function eraseKeptAnswers(): DailyJob {
  return {
    name: 'once.erase',
    at: '03:40',
    plan: async () => [{ from: 1, to: 1 }],
    runChunk: async (tx, date) => {
      const before = shanghaiInstant(addDays(date, -KEPT_DAYS), '00:00');
      let erased = 0;
      for (let rows = ERASED_AT_ONCE; rows === ERASED_AT_ONCE; erased += rows) {
        rows = await erase(tx, before, ERASED_AT_ONCE);
      }
      return erased;
    },
  };
}
