import { randomUUID } from 'node:crypto';
import { fromJson } from '../../core/database';
import type { Core } from '../../core/feature';
import { GatewayError } from '../../gateways/gateway-error';
import type { WorkChatClient } from '../../gateways/work-chat';
import { record, sendAnew, type Outcome } from './notification.store';
import type { CallBudget } from './call-budget';
import { isAway, nextStep } from './send.rules';
import { afterResult, FIRST_ASK_S, isStale, isUrgent, stampOf } from './work-message.rules';
import { claimWork, noteAccepted, type WorkRow } from './work-message.store';

/** A message that the platform has not taken by then is shown to the regulator, who may have it sent again. */
const TRIED_FOR_MS = 24 * 3_600_000;

/** As many as may be sent in a second. */
const BATCH = 20;
/** Longer than a batch can take with every call timing out: all at once, each up to 4 calls of 8 s after its turn. */
const LEASE_S = 300;

interface Content {
  title: string;
  body: string;
  page: string;
}

/**
 * Sends officials' messages that are due and asks what became of those that were taken: claim, call outside any
 * transaction, record. A crash in between repeats the same text after the lease, which the platform drops if it has had
 * it already. Returns how many were worked on; 0 also when the platform is away or busy, so that it is left alone for a
 * moment.
 */
export async function sendWorkDue(core: Core, workChat: WorkChatClient, budget: CallBudget): Promise<number> {
  const owner = `${core.instanceId}:${randomUUID().slice(0, 8)}`;
  const lease = { owner, now: core.clock.now(), batch: BATCH, leaseS: LEASE_S };
  const rows = await claimWork(core.db.read, workChat.kind, lease);
  const reached = await Promise.all(
    rows.map((row) =>
      workOn({ core, workChat, row, owner, budget }).catch((error: unknown) => {
        // Its lease runs out and it is tried again.
        core.logger.error({ err: error, notificationId: row.id }, 'message not sent');
        return true;
      }),
    ),
  );
  return reached.includes(false) ? 0 : rows.length;
}

/** A message in hand. */
interface Work {
  core: Core;
  workChat: WorkChatClient;
  row: WorkRow;
  owner: string;
  budget: CallBudget;
}

/** False when the platform is away or busy. */
async function workOn(work: Work): Promise<boolean> {
  const { core, workChat, row } = work;
  const { subject, task_id: taskId } = row;
  if (subject === null) return settle(work, { state: 'sent', channel: 'inapp' });
  const late = taskId === null && isStale(row.kind, row.business_date, core.clock.now());
  if (late) return settle(work, { state: 'sent', channel: 'inapp', message: 'too late for the phone' });
  // What is left of the month's calls is kept for what cannot wait; whoever opens the app finds the others there.
  if (!isUrgent(row.kind)) {
    if (taskId === null && !(await work.budget.maySend())) {
      return settle(work, {
        state: 'sent',
        channel: 'inapp',
        message: "the month's calls are kept for what is urgent",
      });
    }
    if (taskId !== null && !(await work.budget.mayAsk())) {
      return settle(work, { state: 'sent', message: 'taken; the result was not asked for' });
    }
  }
  try {
    return taskId === null ? await send(work, subject) : await ask(work, subject, taskId);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const now = core.clock.now();
    const until = new Date(row.created_at.getTime() + TRIED_FOR_MS);
    const step = nextStep(error, row.attempts, { now, until });
    const said = { code: typeof error.code === 'number' ? error.code : null, message: error.message };
    core.metrics.count('notifications_total', { channel: workChat.kind, result: step.do });
    if (step.do === 'retry') {
      const afterS = (step.at.getTime() - now.getTime()) / 1000;
      await settle(work, { state: 'queued', afterS, uncounted: error.quota !== undefined, ...said });
    } else if (taskId !== null) {
      // A result that cannot be asked for is no reason to send again.
      await settle(work, { state: 'sent', ...said });
    } else {
      await settle(work, { state: 'dead', fault: step.do === 'dead' ? step.fault : 'ours', ...said });
    }
    return !isAway(error) && error.quota === undefined;
  }
}

async function send(work: Work, subject: string): Promise<boolean> {
  const { core, workChat, row, owner } = work;
  const { title, body, page } = fromJson<Content>(row.content);
  const resends = row.resends ?? 0;
  const stamp = stampOf(row.id, row.created_at, resends);
  const key = `notification-${row.id}-${resends}`;
  const taskId = await workChat.sendMessage({ subject, key, title, body, stamp, page });
  await core.db.transaction(async (tx) => {
    const now = core.clock.now();
    const taken = outcomeOf(now, taskId === null ? { state: 'sent' } : { state: 'queued', afterS: FIRST_ASK_S });
    if (await record(tx, row.id, owner, { ...taken, code: 0, restart: true })) await noteAccepted(tx, row, taskId, now);
  });
  core.metrics.count('notifications_total', { channel: workChat.kind, result: 'taken' });
  return true;
}

async function ask(work: Work, subject: string, taskId: string): Promise<boolean> {
  const { core, workChat, row, owner } = work;
  const result = await workChat.messageResult(taskId, subject);
  const taken = { asked: row.attempts, acceptedTry: row.accepted_try ?? 1, resends: row.resends ?? 0 };
  const step = afterResult(result, taken);
  const code = result.state === 'dropped' ? result.code : null;
  core.metrics.count('notifications_total', { channel: workChat.kind, result: step.do });
  switch (step.do) {
    case 'ask':
      return settle(work, { state: 'queued', afterS: step.afterS });
    case 'sent':
      return settle(work, { state: 'sent', code: code ?? 0, message: step.note });
    case 'dead':
      return settle(work, { state: 'dead', code, message: step.note, fault: step.fault });
    case 'resend':
      await core.db.transaction(async (tx) => {
        const queued = outcomeOf(core.clock.now(), { state: 'queued', code, afterS: step.afterS });
        if (await record(tx, row.id, owner, { ...queued, restart: true })) await sendAnew(tx, row.id);
      });
      return true;
  }
}

type Settled = Pick<Outcome, 'state'> &
  Partial<Pick<Outcome, 'channel' | 'code' | 'message' | 'fault' | 'uncounted'>> & { afterS?: number };

/** It stays in the app whatever becomes of it in the chat. */
function outcomeOf(now: Date, { state, channel, code, message, afterS, ...rest }: Settled): Outcome {
  return {
    ...rest,
    state,
    channel: channel ?? 'workchat',
    code: code ?? null,
    message: message ?? null,
    nextAttemptAt: new Date(now.getTime() + (afterS ?? 0) * 1000),
    sentAt: state === 'sent' ? now : null,
  };
}

/** Records what came of a message; true, since nothing keeps the others waiting. */
async function settle({ core, row, owner }: Work, settled: Settled): Promise<boolean> {
  await record(core.db.read, row.id, owner, outcomeOf(core.clock.now(), settled));
  return true;
}
