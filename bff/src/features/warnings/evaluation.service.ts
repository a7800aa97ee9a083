import type { Tx } from '../../core/database';
import type { EventLog, NewEvent } from '../../core/events';
import {
  easeMajorFindings,
  easeUnseen,
  ENTERPRISE_RULES,
  evaluate,
  notOverAnyMore,
  openedNow,
  overIn,
  WHOLE_RULES,
  type Look,
  type OpenedRow,
} from './evaluation.store';
import { majorsBefore, tellGrown } from './growth.service';
import { currentRules } from './rule.store';
import { tellMajor } from './telling.service';
import { insertSteps } from './warning.store';

/**
 * Evaluates one part of the night: the rules about enterprises for a range of them, or (`whole`) those about townships
 * and people. A fixed number of statements however many rows. Returns how many warnings were opened.
 */
export async function evaluatePart(tx: Tx, events: EventLog, look: Look, whole: boolean): Promise<number> {
  const codes = whole ? WHOLE_RULES : ENTERPRISE_RULES;
  const rules = new Map((await currentRules(tx)).map((rule) => [rule.code, rule]));
  const before = whole ? undefined : await majorsBefore(tx, look.range);
  const wereOver = await overIn(tx, codes, look, !whole);
  for (const code of codes) {
    const rule = rules.get(code);
    if (rule !== undefined) await evaluate(tx, rule, code, look);
  }
  await easeUnseen(tx, codes, look, !whole);
  if (!whole) await easeMajorFindings(tx, look);
  const opened = await openedNow(tx, codes, look, !whole);
  await insertSteps(
    tx,
    opened.map(({ id, reason }) => ({ warningId: id, kind: 'opened', actorId: null, at: look.now, note: reason })),
  );
  const { date, range } = look;
  const returned = await notOverAnyMore(tx, wereOver);
  await insertSteps(
    tx,
    returned.map(({ id, reason }) => ({ warningId: id, kind: 'joined', actorId: null, at: look.now, note: reason })),
  );
  await events.append(tx, [
    ...opened.map(openedEvent),
    ...returned.map((row) => ({ ...openedEvent(row), type: 'warning.returned' })),
    {
      type: 'warnings.evaluated',
      subject: { type: 'date', id: date },
      actorId: null,
      payload: { date, part: whole ? 'whole' : 'enterprises', ...range, opened: opened.length },
    },
  ]);
  await tellMajor(
    tx,
    opened.filter(({ level }) => level === 'major'),
    look.now,
    { roles: ['township', 'enforcement'], about: 'opened' },
  );
  if (before !== undefined) await tellGrown(tx, events, before, look);
  return opened.length;
}

export function openedEvent(row: OpenedRow): NewEvent {
  return {
    type: 'warning.opened',
    enterpriseId: row.enterprise_id,
    subject: { type: 'warning', id: row.id },
    actorId: null,
    payload: {
      rule: row.rule_code,
      level: row.level,
      region: row.region_code,
      about: { type: row.subject_type, id: row.subject_id },
    },
  };
}
