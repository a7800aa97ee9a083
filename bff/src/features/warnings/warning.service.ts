import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { warningProblems } from './warning.problems';
import { illegal, reaches, snoozeFits, type Action, type Outcome } from './warning.rules';
import { changeWarning, findWarning, insertSteps, type Change, type WarningRow } from './warning.store';

/** What a step brings: its idempotency key, who, when and what he says. */
export interface Step {
  actor: Actor;
  warningId: number;
  clientUuid: string;
  now: Date;
  note: string;
}

/** Somebody takes the warning on: it climbs no further. */
export function acknowledge(tx: Tx, events: EventLog, step: Step): Promise<WarningRow> {
  return perform(tx, events, step, 'acknowledge', 'acknowledged', '', () => ({
    state: 'acknowledged',
    acknowledged_at: step.now,
    acknowledged_by: step.actor.personId,
  }));
}

/** Puts it off, for a reason; it opens again by itself. Throws WARNING.SNOOZE_DATE. */
export function snooze(tx: Tx, events: EventLog, step: Step, until: Date): Promise<WarningRow> {
  return perform(tx, events, step, 'snooze', 'snoozed', until.toISOString(), () => {
    if (!snoozeFits(step.now, until)) throw warningProblems.SNOOZE_DATE();
    return { state: 'snoozed', snoozed_until: until, snooze_reason: step.note };
  });
}

/** Closes it with what came of it. */
export function close(tx: Tx, events: EventLog, step: Step, outcome: Outcome): Promise<WarningRow> {
  return perform(tx, events, step, 'close', 'closed', outcome, () => ({
    state: 'closed',
    open_key: null,
    outcome,
    outcome_note: step.note,
    closed_at: step.now,
    closed_by: step.actor.personId,
    snoozed_until: null,
  }));
}

/**
 * One step of the state machine: within the scope, legal now and for this person, noted, told as an event.
 * Throws WIRE.NOT_FOUND, WARNING.*.
 */
async function perform(
  tx: Tx,
  events: EventLog,
  step: Step,
  action: Action,
  kind: string,
  detail: string,
  change: () => Change,
): Promise<WarningRow> {
  const { actor, warningId, clientUuid, now, note } = step;
  const warning = await findWarning(tx, actor.scope, warningId, true);
  if (warning === undefined) throw wire.NOT_FOUND();
  const refusal = illegal(action, warning.state, reaches(actor, warning.tier, warning.region_code));
  if (refusal !== undefined) throw refusal;
  await changeWarning(tx, warningId, change());
  await insertSteps(tx, [{ warningId, clientUuid, kind, actorId: actor.personId, at: now, note, detail }]);
  await events.append(tx, [
    {
      type: `warning.${kind}`,
      enterpriseId: warning.enterprise_id,
      subject: { type: 'warning', id: warningId },
      actorId: actor.personId,
      payload: { rule: warning.rule_code, level: warning.level, region: warning.region_code, detail, note },
    },
  ]);
  return (await findWarning(tx, actor.scope, warningId)) as WarningRow;
}
