import { businessDate } from '../../core/clock';
import { fill } from '../../core/fill';
import type { Tx } from '../../core/database';
import type { EventHandler, StoredEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import { leaveDeserted } from './clock.service';
import { followColour } from './colour.service';
import { easeHandlers } from './ease.service';
import { openedEvent } from './evaluation.service';
import { itemsOf, joinMajor, lockFinding, mentions, openMajor, raisedFor } from './major.store';
import { currentRule } from './rule.store';
import { tellMajor } from './telling.service';
import { itemsText } from './warning.rules';
import { insertSteps } from './warning.store';

/** A major finding warns at once: when it is opened, and when one that was less grave becomes major. So does a red code. */
export function warningHandlers(core: Core): EventHandler[] {
  const handle = async (tx: Tx, event: StoredEvent) => {
    if (event.payload['severity'] === 'major') await raiseMajor(tx, core, Number(event.subject.id));
  };
  return [
    { type: 'finding.opened', handle },
    { type: 'finding.joined', handle },
    { type: 'code.changed', handle: (tx, event) => followColour(tx, core, event) },
    ...easeHandlers(core),
  ];
}

/** Each finding raises the warning once, however often its event is handled. */
async function raiseMajor(tx: Tx, { events, clock }: Core, findingId: number): Promise<void> {
  const facts = await lockFinding(tx, findingId);
  const rule = await currentRule(tx, 'major_finding');
  if (facts === undefined || rule === undefined) return;
  const raised = await raisedFor(tx, facts.enterprise_id);
  if (raised.some((row) => mentions(row, findingId))) return;
  const now = clock.now();
  const date = businessDate(now);
  const open = raised.find((row) => row.open === 1);
  const all = [facts.item_zh, ...(open === undefined ? [] : await itemsOf(tx, open))];
  const reason = fill(rule.message, { a: itemsText(all) });
  const kind = open === undefined ? 'opened' : 'joined';
  const id = open?.id ?? (await openMajor(tx, rule, facts, reason, now, date));
  if (open !== undefined) await joinMajor(tx, open, rule, facts, reason, now, date);
  await insertSteps(tx, [{ warningId: id, kind, actorId: null, at: now, note: reason }]);
  const row = {
    id,
    rule_code: rule.code,
    region_code: facts.region_code,
    reason,
    level: rule.level,
    subject_type: 'enterprise',
    subject_id: String(facts.enterprise_id),
    enterprise_id: facts.enterprise_id,
  };
  await events.append(tx, [{ ...openedEvent(row), type: `warning.${kind}` }]);
  await tellMajor(tx, [row], now, { roles: ['township', 'enforcement'], about: `finding${findingId}` });
  await leaveDeserted(tx, events, id, now);
}
