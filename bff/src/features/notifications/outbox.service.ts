import { randomUUID } from 'node:crypto';
import { fromJson, type Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { InGroups } from '../../core/in-groups';
import { GatewayError } from '../../gateways/gateway-error';
import type { SharedPace } from '../../gateways/shared-pace';
import { SUBSCRIBE_SEND, type WechatClient } from '../../gateways/wechat';
import { empty, enter, take, taken } from './consent.store';
import { claim, putBack, record, recordSent, withOpenTasks, type Outcome, type QueuedRow } from './notification.store';
import { isAway, nextStep } from './send.rules';
import { fieldsOf, usefulUntil, type PushContent } from './template.rules';

/** Messages in hand, and calls at the same time: 20,000 officers are told within ten minutes also at 120 ms a call. */
const BATCH = 160;
const LANES = 24;
/** Longer than a batch can take with every call timing out: 7 rounds, each up to 4 calls of 8 s (token, send, again). */
const LEASE_S = 600;
/** So many failures of the platform in a row, and it is left alone for so long: a single broken connection is none. */
const AWAY_AFTER = 4;
const REST_MS = 5_000;

/** Answers that come at the same time are recorded together; what cannot be recorded is tried by itself. */
const RECORDING = { most: BATCH, lanes: 2, quickMs: 500, isWhole: () => false };

/** A message in hand. */
interface Ready {
  row: QueuedRow;
  content: PushContent;
}

/**
 * Sends what is due: claim, take the consents, call the platform outside any transaction, record each answer as it comes.
 * A crash between a call and its record leads to one more call after the lease: a message may reach the platform twice
 * only if its first answer was lost. Returns how many messages were worked on; 0 also when the platform is away or the
 * day's messages are used up.
 */
export async function sendDue(core: Core, wechat: WechatClient, pace: SharedPace): Promise<number> {
  const { read } = core.db;
  if ((await pace.closedUntil('wechat', SUBSCRIBE_SEND)) !== undefined) return 0;
  const owner = `${core.instanceId}:${randomUUID().slice(0, 8)}`;
  const rows = await claim(read, owner, core.clock.now(), BATCH, LEASE_S);
  if (rows.length === 0) return 0;
  const ready = await prepare(core, rows, owner);
  const sent = new InGroups<number, null>(async (ids) => {
    await recordSent(read, ids, owner, core.clock.now());
    return ids.map(() => ({ value: null }));
  }, RECORDING);
  const queue = [...ready];
  let failures = 0;
  let away = false;
  const lane = async () => {
    while (!away) {
      const next = queue.shift();
      if (next === undefined) return;
      try {
        const refusal = await send(core, wechat, next);
        if (refusal === undefined) await sent.submit(next.row.id);
        else await recordRefusal(core, next, owner, refusal);
        failures = refusal !== undefined && isAway(refusal) ? failures + 1 : 0;
        away ||= failures >= AWAY_AFTER;
      } catch (error) {
        // Its lease runs out and it is tried again; the rest of the batch does not wait for that.
        core.logger.error({ err: error, notificationId: next.row.id }, 'message not sent');
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const rest = queue.map(({ row }) => row.id);
  await putBack(read, rest, owner, new Date(core.clock.now().getTime() + REST_MS));
  return away ? 0 : rows.length;
}

/** What may go out now; the others are settled: nothing left to do, too late for the phone, no consent. */
async function prepare(core: Core, rows: readonly QueuedRow[], owner: string): Promise<Ready[]> {
  const now = core.clock.now();
  const all = rows.map((row): Ready => ({ row, content: fromJson<PushContent>(row.content) }));
  return core.db.transaction(async (tx) => {
    const reminded = all.filter(({ content }) => content.template === 'reminder').map(({ row }) => personDate(row));
    const open = await withOpenTasks(tx, reminded);
    const willing: Ready[] = [];
    for (const each of all) {
      const { row, content } = each;
      if (content.template === 'reminder' && !open.has(`${row.person_id} ${row.business_date}`)) {
        await settle(tx, each, owner, outcome('cancelled', row.channel, now, { message: 'nothing left to do' }));
      } else if (now >= until(each)) {
        await settle(tx, each, owner, outcome('sent', 'inapp', now, { message: 'too late for the phone' }));
      } else if (row.channel === 'wechat' && row.openid !== null && templateId(core, content) !== undefined) {
        willing.push(each);
      } else {
        await settle(tx, each, owner, outcome('sent', 'inapp', now));
      }
    }
    const may = await take(
      tx,
      willing.map(({ row, content }) => ({
        notificationId: row.id,
        personId: row.person_id,
        template: content.template,
      })),
      now,
    );
    for (const each of willing) {
      if (!may.has(each.row.id)) await settle(tx, each, owner, outcome('sent', 'inapp', now));
    }
    return willing.filter(({ row }) => may.has(row.id));
  });
}

const personDate = (row: QueuedRow) => ({ personId: row.person_id, date: row.business_date });

const templateId = (core: Core, { template }: PushContent) => core.config.wechat.templates[template];

const until = ({ row }: Ready) => usefulUntil(row.kind, row.business_date, row.created_at);

/** The platform's refusal; undefined when it took the message. */
async function send(core: Core, wechat: WechatClient, { row, content }: Ready): Promise<GatewayError | undefined> {
  try {
    await wechat.sendSubscribeMessage({
      openid: row.openid ?? '',
      templateId: templateId(core, content) ?? '',
      page: content.page,
      data: fieldsOf(content, row.business_date, row.created_at),
    });
    core.metrics.count('notifications_total', { channel: 'wechat', result: 'sent' });
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

async function recordRefusal(core: Core, ready: Ready, owner: string, error: GatewayError): Promise<void> {
  const now = core.clock.now();
  const { row, content } = ready;
  const step = nextStep(error, row.attempts, { now, until: until(ready) });
  const said = { code: typeof error.code === 'number' ? error.code : null, message: error.message };
  core.metrics.count('notifications_total', { channel: 'wechat', result: step.do });
  await core.db.transaction(async (tx) => {
    switch (step.do) {
      case 'retry':
        await record(
          tx,
          row.id,
          owner,
          outcome('queued', 'wechat', now, {
            ...said,
            nextAttemptAt: step.at,
            uncounted: error.quota !== undefined,
          }),
        );
        return;
      case 'no_consent':
        if (!(await record(tx, row.id, owner, outcome('sent', 'inapp', now, said)))) return;
        await empty(tx, row.person_id, content.template, row.id, now);
        return;
      case 'too_late':
        // The phone would hear of it when it is over; it stands in the app.
        await settle(tx, ready, owner, outcome('sent', 'inapp', now, said));
        return;
      case 'dead':
        await settle(tx, ready, owner, outcome('dead', 'inapp', now, { ...said, fault: step.fault }));
    }
  });
}

function outcome(
  state: Outcome['state'],
  channel: Outcome['channel'],
  now: Date,
  changed: Partial<Outcome> = {},
): Outcome {
  return {
    state,
    channel,
    code: null,
    message: null,
    nextAttemptAt: now,
    sentAt: state === 'sent' ? now : null,
    ...changed,
  };
}

/** Ends a message that WeChat does not bring, and returns the consent that an attempt took, if one did. */
async function settle(tx: Tx, { row, content }: Ready, owner: string, ended: Outcome): Promise<void> {
  if (!(await record(tx, row.id, owner, ended))) return;
  if (!(await taken(tx, [row.id])).has(row.id)) return;
  const { template } = content;
  const now = ended.nextAttemptAt;
  await enter(tx, { personId: row.person_id, template, delta: 1, reason: 'returned', notificationId: row.id }, now);
}
