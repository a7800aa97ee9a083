import { randomUUID } from 'node:crypto';
import { shanghaiInstant } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { GatewayError } from '../../gateways/gateway-error';
import type { WechatClient } from '../../gateways/wechat';
import { empty, enter, isTaken, take } from './consent.store';
import { claim, openTasks, record, type Outcome, type QueuedRow } from './notification.store';
import { nextStep } from './send.rules';
import { templateFields, type PushContent } from './template.rules';

const BATCH = 20;
/** Longer than a batch can take with every call timing out: 20 messages, each up to 4 calls of 8 s (token, send, again). */
const LEASE_S = 900;
/** 'HH:mm' from which the phone is not told about a day's list any more: both messages name this as the time due. */
const USEFUL_UNTIL = '20:00';

/**
 * Sends what is due: claim, take the consent, call the platform outside any transaction, record its answer. A crash
 * between the call and the record leads to one more call after the lease: a message may reach the platform twice only
 * if its first answer was lost. Returns how many messages were worked on.
 */
export async function sendDue(core: Core, wechat: WechatClient): Promise<number> {
  const owner = `${core.instanceId}:${randomUUID().slice(0, 8)}`;
  const rows = await claim(core.db.read, owner, core.clock.now(), BATCH, LEASE_S);
  for (const row of rows) {
    try {
      await sendOne(core, wechat, row, owner);
    } catch (error) {
      // Its lease runs out and it is tried again; the rest of the batch does not wait for that.
      core.logger.error({ err: error, notificationId: row.id }, 'message not sent');
    }
  }
  return rows.length;
}

async function sendOne(core: Core, wechat: WechatClient, row: QueuedRow, owner: string): Promise<void> {
  const content = fromJson<PushContent>(row.content);
  const now = core.clock.now();
  const outcome = (state: Outcome['state'], channel: Outcome['channel'], changed: Partial<Outcome> = {}): Outcome => ({
    state,
    channel,
    code: null,
    message: null,
    nextAttemptAt: now,
    sentAt: state === 'sent' ? now : null,
    ...changed,
  });
  const ready = await core.db.transaction(async (tx) => {
    if (content.template === 'reminder' && (await openTasks(tx, row.person_id, row.business_date)) === 0) {
      if (await record(tx, row.id, owner, outcome('cancelled', row.channel, { message: 'nothing left to do' })))
        await giveBack(tx, row, content, now);
      return false;
    }
    if (now >= shanghaiInstant(row.business_date, USEFUL_UNTIL)) {
      if (await record(tx, row.id, owner, outcome('sent', 'inapp', { message: 'too late for the phone' })))
        await giveBack(tx, row, content, now);
      return false;
    }
    // A retry goes on with the consent that its first attempt took.
    const willing =
      row.channel === 'wechat' &&
      row.openid !== null &&
      ((await isTaken(tx, row.id)) || (await take(tx, row.person_id, content.template, row.id, now)));
    if (!willing) await record(tx, row.id, owner, outcome('sent', 'inapp'));
    return willing;
  });
  if (!ready || row.openid === null) return;
  try {
    await wechat.sendSubscribeMessage({
      openid: row.openid,
      templateId: core.config.wechat.templates[content.template],
      page: content.page,
      data: templateFields(content, row.business_date),
    });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    await recordFailure(core, row, owner, content, error, outcome);
    return;
  }
  await record(core.db.read, row.id, owner, outcome('sent', 'wechat', { code: 0 }));
  core.metrics.count('notifications_total', { channel: 'wechat', result: 'sent' });
}

/** Returns the consent that an earlier attempt took, if it did. */
async function giveBack(tx: Tx, row: QueuedRow, { template }: PushContent, now: Date): Promise<void> {
  if (!(await isTaken(tx, row.id))) return;
  await enter(tx, { personId: row.person_id, template, delta: 1, reason: 'returned', notificationId: row.id }, now);
}

async function recordFailure(
  core: Core,
  row: QueuedRow,
  owner: string,
  { template }: PushContent,
  error: GatewayError,
  outcome: (state: Outcome['state'], channel: Outcome['channel'], changed: Partial<Outcome>) => Outcome,
): Promise<void> {
  const now = core.clock.now();
  const step = nextStep(error.code, error.retryable, row.attempts);
  const said = { code: typeof error.code === 'number' ? error.code : null, message: error.message };
  core.metrics.count('notifications_total', { channel: 'wechat', result: step.do });
  await core.db.transaction(async (tx) => {
    switch (step.do) {
      case 'retry':
        await record(
          tx,
          row.id,
          owner,
          outcome('queued', 'wechat', { ...said, nextAttemptAt: new Date(now.getTime() + step.afterS * 1000) }),
        );
        return;
      case 'no_consent':
        if (!(await record(tx, row.id, owner, outcome('sent', 'inapp', said)))) return;
        await empty(tx, row.person_id, template, row.id, now);
        return;
      case 'dead':
        // It stays visible inside the app; the consent was not used up.
        if (!(await record(tx, row.id, owner, outcome('dead', 'inapp', said)))) return;
        await enter(
          tx,
          { personId: row.person_id, template, delta: 1, reason: 'returned', notificationId: row.id },
          now,
        );
    }
  });
}
